/* A client and a server of key exchange, face to face, for the test_kx_* programs. */
#ifndef TESTS_MTP_KX_FIXTURE_H
#define TESTS_MTP_KX_FIXTURE_H

#include "support.h"

#include "kx_server.h"
#include "rsa_pems.h"
#include <crypto/seal.h>
#include <kx/internal.h>
#include <kx/steps.h>
#include <tl/wire.h>

#define SERVER_TIME 1800000000

typedef struct kx_fixture {
  rsa_private *private_key;
  mtp_rsa_key *public_key;
  const mtp_rsa_key *keys[1];
  mtp_kx_config config;
  kx_server_config server_config;
  fake_rng client_fake, server_fake;
  mtp_rng client_rng, server_rng;
  mtp_kx *kx;
  kx_server *server;
  tl_buffer packet; /* from the client */
  tl_buffer reply;  /* to it, a plain message */
  kx_server_grant grant;
  mtp_now now;
  int sent;             /* packets that the client has sent */
  int exists, refusals; /* how often the hooks say yes */
  void (*edit)(kx_server_message message, void *object);
} kx_fixture;

static inline bool fixture_exists(void *ctx, int64_t key_id) {
  kx_fixture *f = ctx;
  (void)key_id;
  return f->exists > 0 && f->exists--;
}

static inline bool fixture_refuse(void *ctx, int32_t dc) {
  kx_fixture *f = ctx;
  (void)dc;
  return f->refusals > 0 && f->refusals--;
}

static inline void fixture_edit(void *ctx, kx_server_message message, void *object) {
  kx_fixture *f = ctx;
  if (f->edit)
    f->edit(message, object);
}

static inline int kx_setup(void **state) {
  kx_fixture *f = calloc(1, sizeof *f);
  if (!f || rsa_private_from_pem(pem_private, strlen(pem_private), &f->private_key) ||
      mtp_rsa_key_from_pem(pem_public, strlen(pem_public), NULL, &f->public_key))
    return -1;
  f->keys[0] = f->public_key;
  f->client_fake = fake_rng_of(NULL, 0);
  f->server_fake = fake_rng_of(NULL, 0);
  f->server_fake.state = 42;
  f->client_rng = fake_rng_view(&f->client_fake);
  f->server_rng = fake_rng_view(&f->server_fake);
  f->config = (mtp_kx_config){.rng = &f->client_rng, .keys = f->keys, .n_keys = 1, .dc = 2};
  f->server_config = (kx_server_config){.key = f->private_key,
                                        .rng = &f->server_rng,
                                        .ctx = f,
                                        .key_exists = fixture_exists,
                                        .refuse = fixture_refuse,
                                        .edit = fixture_edit};
  f->now = (mtp_now){(SERVER_TIME - 100) * INT64_C(1000), 5000};
  tl_buffer_init(&f->packet, NULL, 0);
  tl_buffer_init(&f->reply, NULL, 0);
  *state = f;
  return 0;
}

static inline int kx_teardown(void **state) {
  kx_fixture *f = *state;
  mtp_kx_free(f->kx);
  kx_server_free(f->server);
  tl_buffer_free(&f->packet);
  tl_buffer_free(&f->reply);
  rsa_private_free(f->private_key);
  mtp_rsa_key_free(f->public_key);
  free(f);
  return 0;
}

/* Makes both ends anew, as the two configurations say, and sends the first packet. */
static inline mtp_kx_step kx_begin(kx_fixture *f) {
  mtp_kx_free(f->kx);
  kx_server_free(f->server);
  f->kx = NULL;
  f->server = NULL;
  assert_ok(mtp_kx_new(&f->config, &f->kx));
  assert_ok(kx_server_new(&f->server_config, &f->server));
  f->sent = 0;
  tl_buffer_clear(&f->packet);
  return mtp_kx_start(f->kx, f->now, &f->packet);
}

/* Hands the client's packet to the server; its answer is then in reply. */
static inline mtp_status kx_serve(kx_fixture *f) {
  int64_t msg_id;
  tl_bytes body;
  tl_buffer answer;
  assert_ok(mtp_plain_read(f->packet.data, f->packet.size, false, &msg_id, &body));
  tl_buffer_init(&answer, NULL, 0);
  tl_buffer_clear(&f->reply);
  f->sent++;
  mtp_status status = kx_server_recv(f->server, body, SERVER_TIME, &answer, &f->grant);
  if (!status)
    assert_ok(mtp_plain_write(msg_id + 1, tl_bytes_of(answer.data, answer.size), &f->reply));
  tl_buffer_free(&answer);
  return status;
}

/* Hands the server's answer to the client; its next packet is then in packet. */
static inline mtp_kx_step kx_take(kx_fixture *f) {
  tl_buffer_clear(&f->packet);
  return mtp_kx_recv(f->kx, f->reply.data, f->reply.size, f->now, &f->packet);
}

/* Goes on until the client is done or has failed. */
static inline mtp_kx_step kx_finish(kx_fixture *f, mtp_kx_step step) {
  while (step == MTP_KX_SEND) {
    assert_ok(kx_serve(f));
    step = kx_take(f);
  }
  return step;
}

static inline mtp_kx_step kx_run(kx_fixture *f) {
  return kx_finish(f, kx_begin(f));
}

/* Goes on until `count` answers lie ready in turn; the last is in reply, not yet taken. */
static inline void kx_until_reply(kx_fixture *f, int count) {
  mtp_kx_step step = kx_begin(f);
  for (int i = 1; i <= count; i++) {
    assert_int_equal(step, MTP_KX_SEND);
    assert_ok(kx_serve(f));
    if (i < count)
      step = kx_take(f);
  }
}

/* The client takes the reply in its present state, and is as before again afterwards. */
static inline mtp_cause kx_probe(kx_fixture *f, const uint8_t *reply, size_t size) {
  mtp_kx before = *f->kx;
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  mtp_kx_step step = mtp_kx_recv(f->kx, reply, size, f->now, &out);
  mtp_cause failure = mtp_kx_cause(f->kx);
  assert_int_equal(step == MTP_KX_FAILED, failure != MTP_OK);
  if (failure)
    assert_int_equal(out.size, 0);
  tl_buffer_free(&out);
  *f->kx = before;
  return failure;
}

#define kx_row(test) cmocka_unit_test_setup_teardown(test, kx_setup, kx_teardown)

#endif
