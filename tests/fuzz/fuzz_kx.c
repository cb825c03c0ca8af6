/* Bytes as what comes in a key exchange. The first byte chooses: one of the three answers to the
 * client, in the state in which it is due; the Diffie-Hellman data in the second one, encrypted as
 * it should be; or one of the three requests to the local data centre. */
#include "fuzz.h"

#include <crypto/seal.h>
#include <kx/internal.h>
#include <mt/mt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "known_rng.h"
#include "kx_server.h"
#include "rsa_pems.h"

enum { STEPS = 3, INNER = STEPS, REQUEST, KINDS = REQUEST + STEPS };

static const mtp_now now = {INT64_C(1800000000000), 5000};
#define SERVER_TIME 1800000000

/* One exchange, run once: the client before each answer, the data centre before each request, and
 * what both said. */
typedef struct exchange {
  rsa_private *private_key;
  mtp_rsa_key *public_key;
  const mtp_rsa_key *keys[1];
  mtp_dh_cache cache;
  uint64_t client_state, server_state;
  mtp_rng client_rng, server_rng;
  mtp_kx before[STEPS];
  kx_server *servers[STEPS];
  tl_buffer said[KINDS];
} exchange;

static void note_inner(void *ctx, kx_server_message message, void *object) {
  exchange *x = ctx;
  if (message != KX_SERVER_DH_INNER || x->said[INNER].size)
    return;
  tl_object inner = mt_server_DH_inner_data_object(object);
  FUZZ_CHECK(tl_encode(&inner, &x->said[INNER], NULL) == TL_OK);
}

/* A packet of the client to a data centre; its answer, as a packet. */
static mtp_status serve(kx_server *server, const tl_buffer *packet, tl_buffer *reply) {
  int64_t msg_id;
  tl_bytes body;
  tl_buffer answer;
  kx_server_grant grant;
  mtp_status status = mtp_plain_read(packet->data, packet->size, false, &msg_id, &body);
  if (status != MTP_OK)
    return status;
  tl_buffer_init(&answer, NULL, 0);
  status = kx_server_recv(server, body, SERVER_TIME, &answer, &grant);
  if (status == MTP_OK)
    status = mtp_plain_write(msg_id + 1, tl_bytes_of(answer.data, answer.size), reply);
  tl_buffer_free(&answer);
  return status;
}

static void make_servers(exchange *x) {
  kx_server_config config = {
      .key = x->private_key, .rng = &x->server_rng, .ctx = x, .edit = note_inner};
  for (int i = 0; i < STEPS; i++) {
    x->server_state = 42; /* so that all of them choose the same */
    FUZZ_CHECK(kx_server_new(&config, &x->servers[i]) == MTP_OK);
  }
}

/* Runs the exchange; data centre i sees the requests up to number i - 1, and the last one all. */
static void run_exchange(exchange *x) {
  mtp_kx *kx = NULL;
  mtp_kx_config config = {
      .rng = &x->client_rng, .cache = &x->cache, .keys = x->keys, .n_keys = 1, .dc = 2};
  FUZZ_CHECK(mtp_kx_new(&config, &kx) == MTP_OK);
  mtp_kx_step step = mtp_kx_start(kx, now, &x->said[REQUEST]);
  for (int i = 0; i < STEPS; i++) {
    uint64_t state = x->server_state;
    tl_buffer ignored;
    FUZZ_CHECK(step == MTP_KX_SEND);
    x->before[i] = *kx;
    for (int j = i + 1; j < STEPS; j++) {
      x->server_state = state;
      tl_buffer_init(&ignored, NULL, 0);
      FUZZ_CHECK(serve(x->servers[j], &x->said[REQUEST + i], &ignored) == MTP_OK);
      tl_buffer_free(&ignored);
    }
    x->server_state = state;
    FUZZ_CHECK(serve(x->servers[i], &x->said[REQUEST + i], &x->said[i]) == MTP_OK);
    tl_buffer_init(&ignored, NULL, 0);
    tl_buffer *out = i + 1 < STEPS ? &x->said[REQUEST + i + 1] : &ignored;
    step = mtp_kx_recv(kx, x->said[i].data, x->said[i].size, now, out);
    tl_buffer_free(&ignored);
  }
  FUZZ_CHECK(step == MTP_KX_DONE);
  mtp_kx_free(kx);
}

/* Made when it is first needed; lives as long as the program. */
static exchange *the_exchange(void) {
  static exchange x;
  if (x.private_key)
    return &x;
  FUZZ_CHECK(!rsa_private_from_pem(pem_private, strlen(pem_private), &x.private_key) &&
             !mtp_rsa_key_from_pem(pem_public, strlen(pem_public), NULL, &x.public_key));
  x.keys[0] = x.public_key;
  x.client_state = 7;
  x.client_rng = known_rng(&x.client_state);
  x.server_rng = known_rng(&x.server_state);
  for (int i = 0; i < KINDS; i++)
    tl_buffer_init(&x.said[i], NULL, 0);
  make_servers(&x);
  run_exchange(&x);
  return &x;
}

/* The second answer with that inside. */
static void wrap_inner(exchange *x, tl_bytes inner, tl_buffer *packet) {
  const mtp_kx_nonces *nonces = &x->before[1].nonces;
  mtp_message_keys keys;
  tl_buffer sealed, body;
  mt_server_DH_params_ok answer;
  tl_buffer_init(&sealed, NULL, 0);
  tl_buffer_init(&body, NULL, 0);
  FUZZ_CHECK(mtp_kx_tmp_keys(nonces, &keys) == MTP_OK &&
             mtp_kx_seal(&keys, inner, &x->server_rng, &sealed) == MTP_OK);
  memcpy(answer.nonce.bytes, nonces->nonce, sizeof nonces->nonce);
  memcpy(answer.server_nonce.bytes, nonces->server_nonce, sizeof nonces->server_nonce);
  answer.encrypted_answer = tl_bytes_of(sealed.data, sealed.size);
  tl_object object = mt_server_DH_params_ok_object(&answer);
  FUZZ_CHECK(tl_encode(&object, &body, NULL) == TL_OK &&
             mtp_plain_write(1, tl_bytes_of(body.data, body.size), packet) == MTP_OK);
  tl_buffer_free(&sealed);
  tl_buffer_free(&body);
}

static void take_answer(exchange *x, int step, const uint8_t *packet, size_t size) {
  mtp_kx kx = x->before[step];
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  mtp_kx_step next = mtp_kx_recv(&kx, packet, size, now, &out);
  FUZZ_CHECK((next == MTP_KX_FAILED) == (mtp_kx_cause(&kx) != MTP_OK));
  FUZZ_CHECK((next == MTP_KX_SEND) == (out.size != 0));
  FUZZ_CHECK((next == MTP_KX_DONE) == (mtp_kx_result_of(&kx) != NULL));
  tl_buffer_free(&out);
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  exchange *x = the_exchange();
  tl_buffer packet;
  if (size < 1)
    return 0;
  int kind = data[0] % KINDS;
  x->client_state = 9;
  x->server_state = 10;
  tl_buffer_init(&packet, NULL, 0);
  if (kind >= REQUEST) {
    tl_buffer reply;
    tl_buffer_init(&reply, NULL, 0);
    FUZZ_CHECK(tl_buffer_append(&packet, data + 1, size - 1) == TL_OK);
    mtp_status status = serve(x->servers[kind - REQUEST], &packet, &reply);
    FUZZ_CHECK((status == MTP_OK) == (reply.size != 0));
    tl_buffer_free(&reply);
  } else if (kind == INNER) {
    wrap_inner(x, tl_bytes_of(data + 1, size - 1), &packet);
    take_answer(x, 1, packet.data, packet.size);
  } else {
    take_answer(x, kind, data + 1, size - 1);
  }
  tl_buffer_free(&packet);
  return 0;
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  int kind = (int)(seed % KINDS);
  const tl_buffer *said = &the_exchange()->said[kind];
  size_t n = said->size < room ? said->size : room - 1;
  out[0] = (uint8_t)kind;
  memcpy(out + 1, said->data, n);
  return 1 + n;
}
