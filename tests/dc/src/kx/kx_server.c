/* The server's side of key exchange: the table of exchanges and the three answers. */
#include "kx_server.h"

#include "crypto/hash.h"
#include "crypto/pq.h"
#include "crypto/secret.h"
#include "kx/derive.h"
#include "kx_inner.h"
#include "reader.h"
#include <mt/mt.h>
#include <string.h>

#define DEFAULT_PQ  1724114033281923457u /* 1229739323 * 1402015859 */
#define MAX_PENDING 256
#define LIFETIME    600 /* seconds that an exchange, and its last answer, are kept (KX-15) */
#define MAX_REQUEST 1024
#define MAX_REPLY   1024
#define MAX_TRIES   16

#define ID_REQ_PQ        0x60469778u
#define ID_REQ_PQ_MULTI  0xbe7e8ef1u
#define ID_REQ_DH_PARAMS 0xd712e4beu
#define ID_SET_CLIENT_DH 0xf5045f1fu
#define ID_CLIENT_INNER  0x6643b654u

typedef struct exchange {
  struct exchange *next;
  int64_t touched; /* unix seconds */
  mtp_kx_nonces nonces;
  mtp_message_keys tmp;
  uint8_t a[MTP_DH_SIZE];
  int64_t retry_id;         /* aux hash of the key that was refused; 0 before that */
  bool has_params;          /* server_DH_params_ok was sent: tmp and a are there */
  kx_server_grant terms;    /* what the inner data said */
  tl_buffer request, reply; /* the last ones */
} exchange;

struct kx_server {
  kx_server_config config;
  uint64_t p, q;
  exchange *exchanges; /* newest first */
  size_t count;
};

static void exchange_free(const kx_server *server, exchange *x) {
  tl_buffer_free(&x->request);
  tl_buffer_free(&x->reply);
  mtp_wipe(x, sizeof *x);
  tl_free(server->config.allocator, x, sizeof *x);
}

/* Unlinks and frees the exchange that *link points to. */
static void drop(kx_server *server, exchange **link) {
  exchange *gone = *link;
  *link = gone->next;
  server->count--;
  exchange_free(server, gone);
}

static void drop_old(kx_server *server, int64_t now) {
  for (exchange **link = &server->exchanges; *link;)
    if (now - (*link)->touched > LIFETIME)
      drop(server, link);
    else
      link = &(*link)->next;
}

static exchange *add(kx_server *server, int64_t now) {
  exchange **link = &server->exchanges;
  while (server->count >= server->config.max_pending && *link)
    if ((*link)->next)
      link = &(*link)->next;
    else
      drop(server, link);
  exchange *x = tl_alloc_zero(server->config.allocator, sizeof *x);
  if (!x)
    return NULL;
  tl_buffer_init(&x->request, server->config.allocator, MAX_REQUEST);
  tl_buffer_init(&x->reply, server->config.allocator, MAX_REPLY);
  x->touched = now;
  x->next = server->exchanges;
  server->exchanges = x;
  server->count++;
  return x;
}

/* By the nonces that stand behind the id; server_nonce NULL: by the client's alone. */
static exchange *find(const kx_server *server, const uint8_t *nonce, const uint8_t *server_nonce) {
  for (exchange *x = server->exchanges; x; x = x->next)
    if (memcmp(x->nonces.nonce, nonce, 16) == 0 &&
        (!server_nonce || memcmp(x->nonces.server_nonce, server_nonce, 16) == 0))
      return x;
  return NULL;
}

mtp_status kx_server_new(const kx_server_config *config, kx_server **out) {
  *out = NULL;
  kx_server *server = tl_alloc_zero(config->allocator, sizeof *server);
  if (!server)
    return MTP_ERR_NOMEM;
  server->config = *config;
  if (!server->config.pq)
    server->config.pq = DEFAULT_PQ;
  if (!server->config.g)
    server->config.g = 3;
  if (!server->config.prime)
    server->config.prime = mtp_dh_known_prime();
  if (!server->config.max_pending)
    server->config.max_pending = MAX_PENDING;
  if (!config->key) {
    kx_server_free(server);
    return MTP_ERR_ARGUMENT;
  }
  /* A pq that cannot be factored is something to offer to a client under test. */
  if (mtp_pq_factor(server->config.pq, &server->p, &server->q))
    server->p = server->q = 0;
  *out = server;
  return MTP_OK;
}

void kx_server_free(kx_server *server) {
  if (!server)
    return;
  while (server->exchanges)
    drop(server, &server->exchanges);
  tl_free(server->config.allocator, server, sizeof *server);
}

static mtp_status encode(const kx_server *server, kx_server_message message, void *object,
                         tl_object tl, tl_buffer *out) {
  if (server->config.edit)
    server->config.edit(server->config.ctx, message, object);
  return tl_encode(&tl, out, NULL) ? MTP_ERR_NOMEM : MTP_OK;
}

static void copy_nonces(const exchange *x, tl_int128 *nonce, tl_int128 *server_nonce) {
  memcpy(nonce->bytes, x->nonces.nonce, 16);
  memcpy(server_nonce->bytes, x->nonces.server_nonce, 16);
}

static void big_endian(uint64_t number, uint8_t out[8]) {
  for (int i = 7; i >= 0; i--, number >>= 8)
    out[i] = (uint8_t)number;
}

/* Whether bytes hold that number, leading zeros or not. */
static bool is_number(tl_bytes bytes, uint64_t number) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size; i++) {
    if (value >> 56)
      return false;
    value = value << 8 | bytes.data[i];
  }
  return bytes.size > 0 && value == number;
}

static mtp_status answer_pq(kx_server *server, exchange *x) {
  int64_t fingerprint = mtp_rsa_key_fingerprint(server->config.key->key);
  uint8_t pq[8];
  big_endian(server->config.pq, pq);
  if (mtp_rng_fill(server->config.rng, x->nonces.server_nonce, 16))
    return MTP_ERR_RANDOM;
  mt_resPQ answer = {.pq = {pq, sizeof pq}, .server_public_key_fingerprints = {&fingerprint, 1}};
  copy_nonces(x, &answer.nonce, &answer.server_nonce);
  return encode(server, KX_SERVER_RES_PQ, &answer, mt_resPQ_object(&answer), &x->reply);
}

/* a and g_a. */
static mtp_status choose_a(kx_server *server, exchange *x, uint8_t g_a[MTP_DH_SIZE]) {
  uint8_t g = (uint8_t)server->config.g;
  mtp_status status = MTP_ERR_REJECTED;
  for (int i = 0; status == MTP_ERR_REJECTED && i < MAX_TRIES; i++) {
    if (mtp_rng_fill(server->config.rng, x->a, sizeof x->a))
      return MTP_ERR_RANDOM;
    status = mtp_dh_power(&g, 1, x->a, server->config.prime, g_a);
    if (!status)
      status = mtp_dh_check_public(g_a, server->config.prime);
  }
  return status == MTP_ERR_REJECTED ? MTP_ERR_RANDOM : status;
}

static mtp_status answer_params(kx_server *server, exchange *x, int64_t now) {
  uint8_t g_a[MTP_DH_SIZE];
  tl_buffer plain, sealed;
  mt_server_DH_inner_data inner = {.g = server->config.g,
                                   .dh_prime = {server->config.prime, MTP_DH_SIZE},
                                   .g_a = {g_a, sizeof g_a},
                                   .server_time = (int32_t)now};
  mt_server_DH_params_ok answer = {0};
  tl_buffer_init(&plain, server->config.allocator, MAX_REPLY);
  tl_buffer_init(&sealed, server->config.allocator, MAX_REPLY);
  mtp_status status = choose_a(server, x, g_a);
  copy_nonces(x, &inner.nonce, &inner.server_nonce);
  copy_nonces(x, &answer.nonce, &answer.server_nonce);
  if (!status)
    status =
        encode(server, KX_SERVER_DH_INNER, &inner, mt_server_DH_inner_data_object(&inner), &plain);
  if (!status)
    status = mtp_kx_tmp_keys(&x->nonces, &x->tmp);
  if (!status)
    status = mtp_kx_seal(&x->tmp, tl_bytes_of(plain.data, plain.size), server->config.rng, &sealed);
  answer.encrypted_answer = tl_bytes_of(sealed.data, sealed.size);
  if (!status)
    status = encode(server, KX_SERVER_DH_PARAMS, &answer, mt_server_DH_params_ok_object(&answer),
                    &x->reply);
  x->has_params = !status;
  tl_buffer_free(&plain);
  tl_buffer_free(&sealed);
  return status;
}

static bool inner_fits(const kx_server *server, const exchange *x, const kx_inner *inner) {
  return memcmp(inner->nonce, x->nonces.nonce, 16) == 0 &&
         memcmp(inner->server_nonce, x->nonces.server_nonce, 16) == 0 &&
         is_number(inner->pq, server->config.pq) && is_number(inner->p, server->p) &&
         is_number(inner->q, server->q);
}

static mtp_status on_params(kx_server *server, exchange *x, dc_reader *reader, int64_t now) {
  kx_inner inner;
  tl_bytes p = dc_take_bytes(reader), q = dc_take_bytes(reader);
  int64_t fingerprint = dc_take64(reader);
  tl_bytes encrypted = dc_take_bytes(reader);
  if (reader->bad || reader->left || !is_number(p, server->p) || !is_number(q, server->q) ||
      fingerprint != mtp_rsa_key_fingerprint(server->config.key->key))
    return MTP_ERR_REJECTED;
  mtp_status status = kx_inner_open(server->config.key, encrypted, &inner);
  if (!status && !inner_fits(server, x, &inner))
    status = MTP_ERR_REJECTED;
  if (!status) {
    memcpy(x->nonces.new_nonce, inner.new_nonce, sizeof inner.new_nonce);
    x->terms = (kx_server_grant){.dc = inner.dc,
                                 .old_padding = inner.old_padding,
                                 .temporary = inner.temporary,
                                 .expires_in = inner.expires_in};
    status = answer_params(server, x, now);
  }
  mtp_wipe(&inner, sizeof inner);
  return status;
}

/* g_b of client_DH_inner_data, padded, if everything about it is right. */
static mtp_status read_client_inner(const kx_server *server, const exchange *x, tl_bytes opened,
                                    uint8_t g_b[MTP_DH_SIZE]) {
  dc_reader reader = {opened.data + MTP_KX_DATA_AT, opened.size - MTP_KX_DATA_AT, false};
  uint32_t id = dc_take32(&reader);
  const uint8_t *nonces = dc_take(&reader, 32);
  int64_t retry_id = dc_take64(&reader);
  tl_bytes number = dc_take_bytes(&reader);
  if (reader.bad || id != ID_CLIENT_INNER || number.size > MTP_DH_SIZE ||
      memcmp(nonces, x->nonces.nonce, 16) || memcmp(nonces + 16, x->nonces.server_nonce, 16) ||
      retry_id != x->retry_id)
    return MTP_ERR_REJECTED;
  memset(g_b, 0, MTP_DH_SIZE);
  if (number.size)
    memcpy(g_b + MTP_DH_SIZE - number.size, number.data, number.size);
  mtp_status status = mtp_kx_check_hash(opened, (size_t)(reader.at - opened.data) - MTP_KX_DATA_AT);
  return status ? status : mtp_dh_check_public(g_b, server->config.prime);
}

static mtp_status make_key(const kx_server *server, const exchange *x, tl_bytes encrypted,
                           mtp_auth_key *key) {
  uint8_t g_b[MTP_DH_SIZE], bytes[MTP_AUTH_KEY_SIZE];
  tl_buffer opened;
  tl_buffer_init(&opened, server->config.allocator, MAX_REQUEST);
  mtp_status status = mtp_kx_open(&x->tmp, encrypted, &opened);
  if (!status)
    status = read_client_inner(server, x, tl_bytes_of(opened.data, opened.size), g_b);
  if (!status)
    status = mtp_dh_power(g_b, MTP_DH_SIZE, x->a, server->config.prime, bytes);
  if (!status)
    status = mtp_auth_key_init(key, bytes);
  mtp_wipe(bytes, sizeof bytes);
  tl_buffer_free(&opened);
  return status;
}

static mtp_status say(kx_server *server, exchange *x, const mtp_auth_key *key,
                      kx_server_message what) {
  mt_dh_gen_ok ok;
  mt_dh_gen_retry retry;
  mt_dh_gen_fail fail;
  tl_int128 hash;
  uint8_t number = what == KX_SERVER_DH_GEN_OK ? 1 : what == KX_SERVER_DH_GEN_RETRY ? 2 : 3;
  mtp_status status = mtp_kx_nonce_hash(&x->nonces, number, key->aux_hash, hash.bytes);
  if (status)
    return status;
  copy_nonces(x, &ok.nonce, &ok.server_nonce);
  ok.new_nonce_hash1 = hash;
  if (number == 1)
    return encode(server, what, &ok, mt_dh_gen_ok_object(&ok), &x->reply);
  if (number == 2) {
    retry = (mt_dh_gen_retry){
        .nonce = ok.nonce, .server_nonce = ok.server_nonce, .new_nonce_hash2 = hash};
    return encode(server, what, &retry, mt_dh_gen_retry_object(&retry), &x->reply);
  }
  fail =
      (mt_dh_gen_fail){.nonce = ok.nonce, .server_nonce = ok.server_nonce, .new_nonce_hash3 = hash};
  return encode(server, what, &fail, mt_dh_gen_fail_object(&fail), &x->reply);
}

static mtp_status on_client_dh(kx_server *server, exchange *x, dc_reader *reader,
                               kx_server_grant *grant) {
  const kx_server_config *config = &server->config;
  mtp_auth_key key;
  tl_bytes encrypted = dc_take_bytes(reader);
  if (reader->bad || reader->left || !x->has_params)
    return MTP_ERR_REJECTED;
  mtp_status status = make_key(server, x, encrypted, &key);
  kx_server_message what = KX_SERVER_DH_GEN_OK;
  if (!status && config->key_exists && config->key_exists(config->ctx, key.id))
    what = KX_SERVER_DH_GEN_RETRY;
  if (!status && config->refuse && config->refuse(config->ctx, x->terms.dc))
    what = KX_SERVER_DH_GEN_FAIL;
  if (!status)
    status = say(server, x, &key, what);
  if (!status && what == KX_SERVER_DH_GEN_OK) {
    *grant = x->terms;
    grant->granted = true;
    grant->key = key;
    grant->salt = mtp_kx_first_salt(&x->nonces);
  }
  x->retry_id = status ? x->retry_id : key.aux_hash;
  x->has_params = what == KX_SERVER_DH_GEN_RETRY;
  mtp_wipe(&key, sizeof key);
  return status;
}

/* Whether this is the request that was answered last; then the answer is still there. */
static bool repeated(const exchange *x, tl_bytes body) {
  return x->reply.size && x->request.size == body.size &&
         memcmp(x->request.data, body.data, body.size) == 0;
}

static mtp_status dispatch(kx_server *server, exchange *x, tl_bytes body, int64_t now,
                           kx_server_grant *grant) {
  dc_reader reader = {body.data, body.size, false};
  uint32_t id = dc_take32(&reader);
  tl_buffer_clear(&x->request);
  tl_buffer_clear(&x->reply);
  if (tl_buffer_append(&x->request, body.data, body.size))
    return MTP_ERR_NOMEM;
  if (id == ID_REQ_PQ || id == ID_REQ_PQ_MULTI)
    return answer_pq(server, x);
  dc_take(&reader, 32); /* the nonces, by which it was found */
  if (id == ID_REQ_DH_PARAMS)
    return on_params(server, x, &reader, now);
  return on_client_dh(server, x, &reader, grant);
}

/* The request without what stands behind it: TDLib pads its messages inside their length (TR-8).
 * What cannot be read stays as it is, and is refused later. */
static tl_bytes without_padding(tl_bytes body) {
  dc_reader reader = {body.data, body.size, false};
  switch (dc_take32(&reader)) {
  case ID_REQ_PQ:
  case ID_REQ_PQ_MULTI:
    dc_take(&reader, 16);
    break;
  case ID_REQ_DH_PARAMS:
    dc_take(&reader, 32);
    dc_take_bytes(&reader);
    dc_take_bytes(&reader);
    dc_take64(&reader);
    dc_take_bytes(&reader);
    break;
  case ID_SET_CLIENT_DH:
    dc_take(&reader, 32);
    dc_take_bytes(&reader);
    break;
  default:
    return body;
  }
  return reader.bad ? body : tl_bytes_of(body.data, body.size - reader.left);
}

/* The exchange that a request belongs to; a new one for the first. NULL: none. */
static exchange *exchange_of(kx_server *server, tl_bytes body, int64_t now) {
  uint32_t id = body.size >= 20 && body.size <= MAX_REQUEST ? tl_load32(body.data) : 0;
  exchange *x = NULL;
  if ((id == ID_REQ_PQ || id == ID_REQ_PQ_MULTI) && body.size == 20) {
    x = find(server, body.data + 4, NULL);
    if (x && repeated(x, body))
      return x;
    x = add(server, now);
    if (x)
      memcpy(x->nonces.nonce, body.data + 4, 16);
  } else if ((id == ID_REQ_DH_PARAMS || id == ID_SET_CLIENT_DH) && body.size > 36) {
    x = find(server, body.data + 4, body.data + 20);
  }
  return x;
}

mtp_status kx_server_recv(kx_server *server, tl_bytes body, int64_t now, tl_buffer *reply,
                          kx_server_grant *grant) {
  *grant = (kx_server_grant){0};
  body = without_padding(body);
  drop_old(server, now);
  exchange *x = exchange_of(server, body, now);
  if (!x)
    return MTP_ERR_REJECTED;
  mtp_status status = MTP_OK;
  if (!repeated(x, body))
    status = dispatch(server, x, body, now, grant);
  x->touched = now;
  if (!status && tl_buffer_append(reply, x->reply.data, x->reply.size))
    status = MTP_ERR_NOMEM;
  if (status) {
    tl_buffer_clear(&x->reply);
    mtp_wipe(grant, sizeof *grant);
  }
  return status;
}
