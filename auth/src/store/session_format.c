/* mtp_session to TL and back, with a checksum around it. */
#include "session_format.h"
#include "../internal.h"
#include "session_crypt.h"
#include <openssl/crypto.h>
#include <string.h>
#include <tl/wiping.h>
#include <ts/ts.h>

static const char plain_magic[8] = {'t', 'l', 'g', 'e', 'n', 'S', '1', '\n'};
static const char sealed_magic[8] = {'t', 'l', 'g', 'e', 'n', 'E', '1', '\n'};

/* Room for what a ts_session points to. */
typedef struct parts {
  ts_sessionKey keys[MTP_MAX_DCS];
  const ts_sessionKey *key_list[MTP_MAX_DCS];
  ts_sessionOption options[MTP_MAX_OPTIONS];
  const ts_sessionOption *option_list[MTP_MAX_OPTIONS];
} parts;

static void put_keys(const mtp_session *from, parts *room, ts_session *to) {
  for (size_t i = 0; i < from->n_keys; i++) {
    const mtp_dc_key *key = &from->keys[i];
    ts_sessionKey *out = &room->keys[i];
    out->dc = key->dc;
    out->media = key->media;
    out->imported = key->imported;
    out->key = tl_bytes_of(key->key, sizeof key->key);
    out->salt = key->salt;
    out->created = key->created;
    room->key_list[i] = out;
  }
  to->keys.items = room->key_list;
  to->keys.count = from->n_keys;
}

static void put_options(const mtp_session *from, parts *room, ts_session *to) {
  for (size_t i = 0; i < from->n_options; i++) {
    const mtp_dc_option *option = &from->options[i];
    ts_sessionOption *out = &room->options[i];
    out->dc = option->dc;
    out->port = option->port;
    out->flags = option->flags;
    out->host = tl_string_of(option->host);
    out->secret = tl_bytes_of(option->secret, option->secret_size);
    room->option_list[i] = out;
  }
  to->options.items = room->option_list;
  to->options.count = from->n_options;
}

static tl_status put_channels(const mtp_session *from, tl_arena *arena, ts_session *to) {
  size_t n = from->n_channels;
  ts_sessionChannel *items = tl_arena_alloc(arena, n * sizeof *items + 1);
  const ts_sessionChannel **list = tl_arena_alloc(arena, n * sizeof *list + 1);
  if (!items || !list)
    return TL_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) {
    items[i].channel_id = from->channels[i].channel_id;
    items[i].access_hash = from->channels[i].access_hash;
    items[i].pts = from->channels[i].pts;
    list[i] = &items[i];
  }
  to->channels.items = list;
  to->channels.count = n;
  return TL_OK;
}

static ts_sessionServers servers_of(const mtp_session *from) {
  return (ts_sessionServers){
      .kind = (int32_t)from->servers.kind,
      .fingerprints = {from->servers.fingerprints, from->servers.n_fingerprints}};
}

/* Appends the StoredSession object alone. */
static tl_status put_session(const mtp_session *from, tl_buffer *out, tl_error *error) {
  tl_arena arena;
  ts_session to;
  memset(&to, 0, sizeof to);
  tl_arena_init(&arena, from->allocator, 0);
  parts *room = tl_arena_alloc(&arena, sizeof *room);
  tl_status status = room ? put_channels(from, &arena, &to) : TL_ERR_NOMEM;
  if (status == TL_OK) {
    to.test = from->test;
    to.signed_in = from->signed_in;
    to.bot = from->bot;
    to.home_dc = from->home_dc;
    to.api_id = from->api_id;
    to.user_id = from->user_id;
    to.time_offset = from->time_offset;
    to.pts = from->updates.pts;
    to.qts = from->updates.qts;
    to.date = from->updates.date;
    to.seq = from->updates.seq;
    to.tokens.items = from->tokens;
    to.tokens.count = from->n_tokens;
    put_keys(from, room, &to);
    put_options(from, room, &to);
    ts_sessionServers servers = servers_of(from);
    ts_storedSession stored = {.servers = &servers, .session = &to};
    tl_object object = ts_storedSession_object(&stored);
    status = tl_encode(&object, out, error);
  }
  tl_arena_free(&arena);
  return status;
}

static mtp_status failed(mtp_error *error, tl_status status, const tl_error *tl) {
  mtp_status how = mtp_status_of_tl(status, MTP_ERR_ENCODE);
  if (how == MTP_ERR_NOMEM)
    return tgauth_fail(error, how, "out of memory");
  return tgauth_fail(error, how, "the session cannot be encoded: %s", tl->text);
}

mtp_status tgauth_session_encode(const mtp_session *session, tl_buffer *out, mtp_error *error) {
  size_t start = out->size;
  tl_error tl = {0};
  tl_status status = tl_buffer_append(out, plain_magic, sizeof plain_magic);
  if (status == TL_OK)
    status = put_session(session, out, &tl);
  if (status == TL_OK) {
    uint8_t digest[32];
    size_t body = start + sizeof plain_magic;
    tl_bytes part = tl_bytes_of(out->data + body, out->size - body);
    status =
        mtp_sha256(&part, 1, digest) ? TL_ERR_NOMEM : tl_buffer_append(out, digest, sizeof digest);
  }
  if (status == TL_OK)
    return MTP_OK;
  out->size = start;
  return failed(error, status, &tl);
}

mtp_status tgauth_session_seal(const mtp_session *session, const char *password, tl_buffer *out,
                               mtp_error *error) {
  tl_allocator wiping = tl_wiping(session->allocator);
  tl_buffer body;
  tl_error tl = {0};
  tl_buffer_init(&body, &wiping, 0);
  tl_status status = put_session(session, &body, &tl);
  if (status == TL_OK)
    status = tl_buffer_append(out, sealed_magic, sizeof sealed_magic);
  mtp_status result = status == TL_OK
                          ? tgauth_crypt_seal(password, body.data, body.size, out, error)
                          : failed(error, status, &tl);
  tl_buffer_free(&body);
  return result;
}

/* ---- reading ---- */

static mtp_status get_keys(mtp_session *to, const ts_session *from, mtp_error *error) {
  if (from->keys.count > MTP_MAX_DCS)
    return tgauth_fail(error, MTP_ERR_STORE, "the session has keys of %zu data centres",
                       from->keys.count);
  for (size_t i = 0; i < from->keys.count; i++) {
    const ts_sessionKey *key = from->keys.items[i];
    if (key->key.size != MTP_KEY_SIZE)
      return tgauth_fail(error, MTP_ERR_STORE, "a key of the session has %zu bytes", key->key.size);
    if (mtp_session_set_key(to, key->dc, key->media, key->key.data, key->salt) != MTP_OK)
      return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
    mtp_dc_key *out = mtp_session_key(to, key->dc, key->media);
    out->imported = key->imported;
    out->created = key->created;
  }
  return MTP_OK;
}

static mtp_status get_options(mtp_session *to, const ts_session *from, mtp_error *error) {
  if (from->options.count > MTP_MAX_OPTIONS)
    return tgauth_fail(error, MTP_ERR_STORE, "the session has %zu addresses", from->options.count);
  for (size_t i = 0; i < from->options.count; i++) {
    const ts_sessionOption *option = from->options.items[i];
    mtp_dc_option out = {
        .dc = option->dc, .port = (uint16_t)option->port, .flags = (uint16_t)option->flags};
    if (option->host.size >= sizeof out.host || option->secret.size > sizeof out.secret)
      return tgauth_fail(error, MTP_ERR_STORE, "an address of the session is too long");
    memcpy(out.host, option->host.data, option->host.size);
    memcpy(out.secret, option->secret.data, option->secret.size);
    out.secret_size = (uint8_t)option->secret.size;
    if (mtp_session_add_option(to, &out) != MTP_OK)
      return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  }
  return MTP_OK;
}

static mtp_status get_channels(mtp_session *to, const ts_session *from, mtp_error *error) {
  size_t n = from->channels.count;
  if (n == 0)
    return MTP_OK;
  to->channels = tl_alloc(to->allocator, n * sizeof *to->channels);
  if (!to->channels)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  to->n_channels = n;
  for (size_t i = 0; i < n; i++) {
    to->channels[i].channel_id = from->channels.items[i]->channel_id;
    to->channels[i].access_hash = from->channels.items[i]->access_hash;
    to->channels[i].pts = from->channels.items[i]->pts;
  }
  return MTP_OK;
}

static mtp_status get_tokens(mtp_session *to, const ts_session *from, mtp_error *error) {
  for (size_t i = from->tokens.count; i > 0; i--) { /* the newest is put in last */
    tl_bytes token = from->tokens.items[i - 1];
    if (mtp_session_add_token(to, token.data, token.size) != MTP_OK)
      return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  }
  return MTP_OK;
}

static mtp_status get_session(mtp_session *to, const ts_session *from, mtp_error *error) {
  to->test = from->test;
  to->signed_in = from->signed_in;
  to->bot = from->bot;
  to->home_dc = from->home_dc;
  to->api_id = from->api_id;
  to->user_id = from->user_id;
  to->time_offset = from->time_offset;
  to->updates.pts = from->pts;
  to->updates.qts = from->qts;
  to->updates.date = from->date;
  to->updates.seq = from->seq;
  mtp_status status = get_keys(to, from, error);
  if (status == MTP_OK)
    status = get_options(to, from, error);
  if (status == MTP_OK)
    status = get_channels(to, from, error);
  return status == MTP_OK ? get_tokens(to, from, error) : status;
}

static mtp_status get_stored(mtp_session *to, const ts_storedSession *from, mtp_error *error) {
  const ts_sessionServers *servers = from->servers;
  mtp_servers *out = &to->servers;
  if (servers->kind < MTP_SERVERS_UNKNOWN || servers->kind > MTP_SERVERS_OWN ||
      servers->fingerprints.count > MTP_MAX_FINGERPRINTS)
    return tgauth_fail(error, MTP_ERR_STORE, "the session names no servers that are known");
  out->kind = (mtp_servers_kind)servers->kind;
  out->n_fingerprints = servers->fingerprints.count;
  for (size_t i = 0; i < out->n_fingerprints; i++)
    out->fingerprints[i] = servers->fingerprints.items[i];
  return get_session(to, from->session, error);
}

/* Of this version, or of the first one, which did not say whose servers it is of. */
static mtp_status get_object(mtp_session *to, const tl_object *from, mtp_error *error) {
  if (from->def == ts_storedSession_object(NULL).def)
    return get_stored(to, from->args, error);
  if (from->def == ts_session_object(NULL).def)
    return get_session(to, from->args, error);
  return tgauth_fail(error, MTP_ERR_STORE, "the session is damaged: another object");
}

static mtp_status get_body(mtp_session *session, const uint8_t *data, size_t size,
                           mtp_error *error) {
  tl_allocator wiping = tl_wiping(session->allocator);
  tl_arena arena;
  tl_object object;
  tl_error tl;
  tl_arena_init(&arena, &wiping, 0);
  tl_status read = tl_decode_object(&ts_schema, data, size, NULL, &arena, &object, NULL, &tl);
  mtp_status status = mtp_status_of_tl(read, MTP_ERR_STORE);
  if (status == MTP_OK)
    status = get_object(session, &object, error);
  else if (status == MTP_ERR_NOMEM)
    tgauth_fail(error, status, "out of memory");
  else if (read == TL_ERR_UNKNOWN)
    tgauth_fail(error, status, "the session was written by a newer version");
  else
    tgauth_fail(error, status, "the session is damaged: %s", tl.text);
  tl_arena_free(&arena);
  return status;
}

static mtp_status get_plain(mtp_session *session, const uint8_t *data, size_t size,
                            mtp_error *error) {
  uint8_t digest[32];
  if (size < sizeof digest)
    return tgauth_fail(error, MTP_ERR_STORE, "the session is damaged: it is cut off");
  size_t body = size - sizeof digest;
  tl_bytes part = tl_bytes_of(data, body);
  mtp_status status = mtp_sha256(&part, 1, digest);
  if (status)
    return tgauth_fail_crypto(error, status);
  if (memcmp(digest, data + body, sizeof digest) != 0)
    return tgauth_fail(error, MTP_ERR_STORE, "the session is damaged: its checksum is wrong");
  return get_body(session, data, body, error);
}

static mtp_status get_sealed(mtp_session *session, const uint8_t *data, size_t size,
                             const char *password, mtp_error *error) {
  tl_allocator wiping = tl_wiping(session->allocator);
  tl_buffer body;
  if (!password)
    return tgauth_fail_password(error, "the session is encrypted: a password is needed");
  tl_buffer_init(&body, &wiping, 0);
  mtp_status status = tgauth_crypt_open(password, data, size, &body, error);
  if (status == MTP_OK)
    status = get_body(session, body.data, body.size, error);
  tl_buffer_free(&body);
  return status;
}

bool tgauth_session_is_sealed(const uint8_t *data, size_t size) {
  return size >= sizeof sealed_magic && memcmp(data, sealed_magic, sizeof sealed_magic) == 0;
}

mtp_status tgauth_session_decode(mtp_session *session, const uint8_t *data, size_t size,
                                 const char *password, mtp_error *error) {
  mtp_status status;
  if (size < sizeof plain_magic)
    status = tgauth_fail(error, MTP_ERR_STORE, "it is not a session");
  else if (memcmp(data, plain_magic, sizeof plain_magic) == 0)
    status = get_plain(session, data + sizeof plain_magic, size - sizeof plain_magic, error);
  else if (memcmp(data, sealed_magic, sizeof sealed_magic) == 0)
    status = get_sealed(session, data + sizeof sealed_magic, size - sizeof sealed_magic, password,
                        error);
  else
    status = tgauth_fail(error, MTP_ERR_STORE, "it is not a session of this library");
  if (status != MTP_OK) /* nothing half-read stays */
    mtp_session_free(session);
  return status;
}
