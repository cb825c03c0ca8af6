/* The plain data that a session is made of: keys, addresses, tokens, update state. */
#include <mtp/session.h>
#include <openssl/crypto.h>
#include <string.h>

void mtp_session_init(mtp_session *session, const tl_allocator *allocator) {
  memset(session, 0, sizeof *session);
  session->allocator = allocator;
}

static void free_wiped(const tl_allocator *allocator, void *data, size_t size) {
  if (size)
    OPENSSL_cleanse(data, size);
  tl_free(allocator, data, size);
}

static void free_token(mtp_session *session, tl_bytes *token) {
  free_wiped(session->allocator, (void *)token->data, token->size);
  token->data = NULL;
  token->size = 0;
}

void mtp_session_free(mtp_session *session) {
  const tl_allocator *allocator = session->allocator;
  for (size_t i = 0; i < session->n_tokens; i++)
    free_token(session, &session->tokens[i]);
  size_t channels = session->channels_room ? session->channels_room : session->n_channels;
  tl_free(allocator, session->channels, channels * sizeof *session->channels);
  free_wiped(allocator, session->keys, session->keys_room * sizeof *session->keys);
  tl_free(allocator, session->options, session->n_options * sizeof *session->options);
  OPENSSL_cleanse(session, sizeof *session);
  mtp_session_init(session, allocator);
}

/* Arrays hold just what is in them. *out is NULL when there is nothing. */
static mtp_status copy_array(const tl_allocator *allocator, const void *from, size_t size,
                             void **out) {
  *out = NULL;
  if (size == 0)
    return MTP_OK;
  *out = tl_alloc(allocator, size);
  if (!*out)
    return MTP_ERR_NOMEM;
  memcpy(*out, from, size);
  return MTP_OK;
}

static mtp_status copy_channels(mtp_session *to, const mtp_session *from) {
  void *copy;
  mtp_status status =
      copy_array(to->allocator, from->channels, from->n_channels * sizeof *from->channels, &copy);
  to->channels = copy;
  to->n_channels = copy ? from->n_channels : 0;
  to->channels_room = 0;
  return status;
}

static mtp_status copy_keys(mtp_session *to, const mtp_session *from) {
  void *copy;
  mtp_status status =
      copy_array(to->allocator, from->keys, from->n_keys * sizeof *from->keys, &copy);
  to->keys = copy;
  to->n_keys = to->keys_room = copy ? from->n_keys : 0;
  return status;
}

mtp_status mtp_session_set_options(mtp_session *session, const mtp_dc_option *options, size_t n) {
  void *copy;
  if (n > MTP_MAX_OPTIONS)
    return MTP_ERR_ARGUMENT;
  mtp_status status = copy_array(session->allocator, options, n * sizeof *options, &copy);
  if (status != MTP_OK)
    return status;
  tl_free(session->allocator, session->options, session->n_options * sizeof *options);
  session->options = copy;
  session->n_options = n;
  return MTP_OK;
}

mtp_status mtp_session_add_option(mtp_session *session, const mtp_dc_option *option) {
  if (session->n_options == MTP_MAX_OPTIONS)
    return MTP_ERR_ARGUMENT;
  size_t size = session->n_options * sizeof *option;
  mtp_dc_option copy = *option; /* it may be one of those that move */
  mtp_dc_option *grown = tl_realloc(session->allocator, session->options, size, size + sizeof copy);
  if (!grown)
    return MTP_ERR_NOMEM;
  grown[session->n_options++] = copy;
  session->options = grown;
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
  copy.keys = NULL;
  copy.options = NULL;
  copy.channels_room = copy.n_channels = copy.n_keys = copy.keys_room = copy.n_options =
      copy.n_tokens = 0;
  memset(copy.tokens, 0, sizeof copy.tokens);
  mtp_status status = copy_channels(&copy, from);
  if (status == MTP_OK)
    status = copy_keys(&copy, from);
  if (status == MTP_OK)
    status = mtp_session_set_options(&copy, from->options, from->n_options);
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

/* Wiped where they were. */
static bool grow_keys(mtp_session *session) {
  size_t n = session->n_keys + 1;
  mtp_dc_key *keys = tl_alloc_zero(session->allocator, n * sizeof *keys);
  if (!keys)
    return false;
  if (session->n_keys)
    memcpy(keys, session->keys, session->n_keys * sizeof *keys);
  free_wiped(session->allocator, session->keys, session->keys_room * sizeof *keys);
  session->keys = keys;
  session->keys_room = n;
  return true;
}

mtp_status mtp_session_set_key(mtp_session *session, int32_t dc, bool media,
                               const uint8_t key[MTP_KEY_SIZE], int64_t salt) {
  mtp_dc_key *slot = mtp_session_key(session, dc, media);
  if (!slot) {
    if (session->n_keys == MTP_MAX_DCS)
      return MTP_ERR_ARGUMENT;
    if (session->n_keys == session->keys_room && !grow_keys(session))
      return MTP_ERR_NOMEM;
    slot = &session->keys[session->n_keys++];
  }
  *slot = (mtp_dc_key){.dc = dc, .media = media, .salt = salt};
  memcpy(slot->key, key, MTP_KEY_SIZE);
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

/* Whether it is the newest one already: who calls and who listens may both keep what an answer has.
 */
static bool is_newest(const mtp_session *session, const void *token, size_t size) {
  return session->n_tokens > 0 && session->tokens[0].size == size &&
         CRYPTO_memcmp(session->tokens[0].data, token, size) == 0;
}

mtp_status mtp_session_add_token(mtp_session *session, const void *token, size_t size) {
  if (size == 0)
    return MTP_ERR_ARGUMENT;
  if (is_newest(session, token, size))
    return MTP_OK;
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
