/* The plain data that a session is made of: keys, addresses, tokens, update state. */
#include <mtp/session.h>
#include <openssl/crypto.h>
#include <string.h>

void mtp_session_init(mtp_session *session, const tl_allocator *allocator) {
  memset(session, 0, sizeof *session);
  session->allocator = allocator;
}

static void free_token(mtp_session *session, tl_bytes *token) {
  OPENSSL_cleanse((void *)token->data, token->size);
  tl_free(session->allocator, (void *)token->data, token->size);
  token->data = NULL;
  token->size = 0;
}

void mtp_session_free(mtp_session *session) {
  const tl_allocator *allocator = session->allocator;
  for (size_t i = 0; i < session->n_tokens; i++)
    free_token(session, &session->tokens[i]);
  tl_free(allocator, session->channels, session->n_channels * sizeof *session->channels);
  OPENSSL_cleanse(session, sizeof *session);
  mtp_session_init(session, allocator);
}

static mtp_status copy_channels(mtp_session *to, const mtp_session *from) {
  if (from->n_channels == 0)
    return MTP_OK;
  size_t size = from->n_channels * sizeof *from->channels;
  to->channels = tl_alloc(to->allocator, size);
  if (!to->channels)
    return MTP_ERR_NOMEM;
  memcpy(to->channels, from->channels, size);
  to->n_channels = from->n_channels;
  return MTP_OK;
}

static mtp_status copy_tokens(mtp_session *to, const mtp_session *from) {
  for (size_t i = from->n_tokens; i > 0; i--) {
    const tl_bytes *token = &from->tokens[i - 1];
    mtp_status status = mtp_session_add_token(to, token->data, token->size);
    if (status != MTP_OK)
      return status;
  }
  return MTP_OK;
}

mtp_status mtp_session_copy(mtp_session *to, const mtp_session *from) {
  if (to == from)
    return MTP_OK;
  mtp_session copy = *from;
  copy.allocator = to->allocator;
  copy.channels = NULL;
  copy.n_channels = 0;
  memset(copy.tokens, 0, sizeof copy.tokens);
  copy.n_tokens = 0;
  mtp_status status = copy_channels(&copy, from);
  if (status == MTP_OK)
    status = copy_tokens(&copy, from);
  if (status == MTP_OK) {
    mtp_session_free(to);
    *to = copy;
  } else {
    mtp_session_free(&copy);
  }
  OPENSSL_cleanse(&copy, sizeof copy);
  return status;
}

mtp_dc_key *mtp_session_key(mtp_session *session, int32_t dc, bool media) {
  for (size_t i = 0; i < session->n_keys; i++)
    if (session->keys[i].dc == dc && session->keys[i].media == media)
      return &session->keys[i];
  return NULL;
}

mtp_status mtp_session_set_key(mtp_session *session, int32_t dc, bool media,
                               const uint8_t key[MTP_KEY_SIZE], int64_t salt) {
  mtp_dc_key *slot = mtp_session_key(session, dc, media);
  if (!slot) {
    if (session->n_keys == MTP_MAX_DCS)
      return MTP_ERR_ARGUMENT;
    slot = &session->keys[session->n_keys++];
  }
  memset(slot, 0, sizeof *slot);
  slot->dc = dc;
  slot->media = media;
  memcpy(slot->key, key, MTP_KEY_SIZE);
  slot->salt = salt;
  return MTP_OK;
}

void mtp_session_drop_key(mtp_session *session, int32_t dc, bool media) {
  mtp_dc_key *slot = mtp_session_key(session, dc, media);
  if (!slot)
    return;
  mtp_dc_key *last = &session->keys[--session->n_keys];
  if (slot != last)
    *slot = *last;
  OPENSSL_cleanse(last, sizeof *last);
}

mtp_status mtp_session_add_token(mtp_session *session, const void *token, size_t size) {
  if (size == 0)
    return MTP_ERR_ARGUMENT;
  void *copy = tl_alloc(session->allocator, size);
  if (!copy)
    return MTP_ERR_NOMEM;
  memcpy(copy, token, size);
  if (session->n_tokens == MTP_MAX_TOKENS)
    free_token(session, &session->tokens[--session->n_tokens]);
  memmove(session->tokens + 1, session->tokens, session->n_tokens * sizeof *session->tokens);
  session->tokens[0].data = copy;
  session->tokens[0].size = size;
  session->n_tokens++;
  return MTP_OK;
}
