/* The session that tests write and read. */
#include "session_sample.h"
#include <stdlib.h>
#include <string.h>

void sample_session(mtp_session *session, uint8_t seed) {
  uint8_t key[MTP_KEY_SIZE];
  for (size_t i = 0; i < sizeof key; i++)
    key[i] = (uint8_t)(seed + i * 7);
  session->home_dc = 2;
  session->signed_in = true;
  session->api_id = 12345;
  session->user_id = INT64_C(7777777777);
  session->time_offset = -3;
  session->updates = (mtp_update_state){10, 20, 30, 40};
  if (mtp_session_set_key(session, 2, false, key, INT64_C(-5)) != MTP_OK)
    abort();
  key[0] ^= 1;
  if (mtp_session_set_key(session, 4, true, key, 9) != MTP_OK)
    abort();
  mtp_dc_option option = {
      .dc = 2, .port = 443, .flags = MTP_DC_TCPO, .host = "127.0.0.1", .secret_size = 17};
  memset(option.secret, 0xdd, 17);
  if (mtp_session_add_option(session, &option) != MTP_OK)
    abort();
  session->channels = calloc(1, sizeof *session->channels);
  session->n_channels = 1;
  session->channels[0] = (mtp_channel_state){100, -200, 300};
  if (mtp_session_add_token(session, "old", 3) != MTP_OK ||
      mtp_session_add_token(session, "new", 3) != MTP_OK)
    abort();
}

int same_session(const mtp_session *a, const mtp_session *b) {
  if (a->home_dc != b->home_dc || a->test != b->test || a->signed_in != b->signed_in ||
      a->bot != b->bot || a->api_id != b->api_id || a->user_id != b->user_id ||
      a->time_offset != b->time_offset || a->n_keys != b->n_keys || a->n_options != b->n_options ||
      a->n_channels != b->n_channels || a->n_tokens != b->n_tokens ||
      memcmp(&a->updates, &b->updates, sizeof a->updates) != 0)
    return 0;
  for (size_t i = 0; i < a->n_keys; i++)
    if (a->keys[i].dc != b->keys[i].dc || a->keys[i].media != b->keys[i].media ||
        a->keys[i].salt != b->keys[i].salt || a->keys[i].created != b->keys[i].created ||
        memcmp(a->keys[i].key, b->keys[i].key, MTP_KEY_SIZE) != 0)
      return 0;
  for (size_t i = 0; i < a->n_options; i++)
    if (a->options[i].dc != b->options[i].dc || a->options[i].port != b->options[i].port ||
        a->options[i].flags != b->options[i].flags ||
        strcmp(a->options[i].host, b->options[i].host) != 0 ||
        a->options[i].secret_size != b->options[i].secret_size ||
        memcmp(a->options[i].secret, b->options[i].secret, a->options[i].secret_size) != 0)
      return 0;
  for (size_t i = 0; i < a->n_channels; i++)
    if (memcmp(&a->channels[i].channel_id, &b->channels[i].channel_id, 8) != 0 ||
        a->channels[i].access_hash != b->channels[i].access_hash ||
        a->channels[i].pts != b->channels[i].pts)
      return 0;
  for (size_t i = 0; i < a->n_tokens; i++)
    if (a->tokens[i].size != b->tokens[i].size ||
        memcmp(a->tokens[i].data, b->tokens[i].data, a->tokens[i].size) != 0)
      return 0;
  return 1;
}
