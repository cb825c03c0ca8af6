/* A bot of five methods: signs in with its token, writes to itself, and takes that back.
 *   bot HOST:PORT KEY.pem TOKEN */
#include <mtp/client.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tg/tg.h>

static bool call(mtp_client *client, const tl_call *call, mtp_reply **reply) {
  mtp_error error;
  char line[300];
  mtp_reply *mine = NULL;
  if (mtp_call_sync(client, call, NULL, reply ? reply : &mine, &error) == MTP_OK) {
    mtp_reply_free(mine);
    return true;
  }
  fprintf(stderr, "%s\n", mtp_error_format(&error, line, sizeof line));
  return false;
}

static mtp_client *connect_to(char *address, const char *key_file) {
  static char pem[8192];
  const char *keys[] = {pem};
  mtp_dc_option dc = {.dc = 2, .flags = MTP_DC_THIS_PORT};
  mtp_options options;
  mtp_client *client = NULL;
  mtp_error error;
  FILE *file = fopen(key_file, "r");
  char *colon = strrchr(address, ':');
  if (!file || !colon || fread(pem, 1, sizeof pem - 1, file) == 0)
    return NULL;
  fclose(file);
  *colon = 0;
  snprintf(dc.host, sizeof dc.host, "%s", address);
  dc.port = (uint16_t)atoi(colon + 1);
  mtp_options_init(&options);
  options.api_id = 1;
  options.dcs = &dc;
  options.n_dcs = 1;
  options.public_keys = keys;
  options.n_public_keys = 1;
  return mtp_client_new(&options, NULL, &client, &error) == MTP_OK ? client : NULL;
}

/* The number of the message that was sent; 0: the answer does not say it. */
static int32_t sent_id(tg_Updates answer) {
  if (answer.kind == TG_updateShortSentMessage)
    return answer.updateShortSentMessage->id;
  for (size_t i = 0; answer.kind == TG_updates && i < answer.updates->updates.count; i++)
    if (answer.updates->updates.items[i].kind == TG_updateMessageID)
      return answer.updates->updates.items[i].updateMessageID->id;
  return 0;
}

static bool work(mtp_client *client, const char *token) {
  tg_auth_importBotAuthorization sign_in = {.api_id = 1,
                                            .api_hash = TL_STR("0123456789abcdef0123456789abcdef"),
                                            .bot_auth_token = tl_string_of(token)};
  tg_messages_sendMessage send = {
      .peer = {.kind = TG_inputPeerSelf}, .message = TL_STR("Hello"), .random_id = 1};
  int32_t id = 0;
  tg_messages_deleteMessages take_back = {.id = {&id, 1}};
  tg_updates_getState state = {0};
  tg_updates_getDifference difference = {0};
  tl_call calls[] = {tg_auth_importBotAuthorization_call(&sign_in),
                     tg_messages_sendMessage_call(&send), tg_updates_getState_call(&state),
                     tg_messages_deleteMessages_call(&take_back),
                     tg_updates_getDifference_call(&difference)};
  mtp_reply *reply;
  if (!call(client, &calls[0], NULL) || !call(client, &calls[1], &reply))
    return false;
  id = sent_id(tg_messages_sendMessage_result(mtp_reply_value(reply)));
  mtp_reply_free(reply);
  if (!call(client, &calls[3], NULL) || !call(client, &calls[2], &reply))
    return false;
  const tg_updates_state *now = tg_updates_getState_result(mtp_reply_value(reply));
  difference.pts = now->pts;
  difference.qts = now->qts;
  difference.date = now->date;
  mtp_reply_free(reply);
  return call(client, &calls[4], NULL);
}

int main(int argc, char **argv) {
  mtp_client *client = argc == 4 ? connect_to(argv[1], argv[2]) : NULL;
  bool ok = client && work(client, argv[3]);
  mtp_client_free(client);
  if (ok)
    puts("said it");
  return ok ? 0 : 1;
}
