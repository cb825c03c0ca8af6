/* The raw client: sealing, framing and taking answers apart, by hand. */
#include "fixture.h"

#include <jansson.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "crypto/seal.h"
#include "packed.h"
#include "reader.h"

/* One key for all data centres of a program: making one takes long. */
static const char *shared_key(void) {
  static char pem[4096];
  if (pem[0] != 0)
    return pem;
  EVP_PKEY *key = EVP_RSA_gen(2048);
  BIO *bio = BIO_new(BIO_s_mem());
  assert_true(key != NULL && bio != NULL);
  assert_int_equal(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
  int size = BIO_read(bio, pem, sizeof pem - 1);
  assert_true(size > 0);
  pem[size] = 0;
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
}

tgdc *fixture_dc(const char *dir, int dcs) {
  char error[200] = "";
  tgdc_options options = {.state_dir = dir, .dcs = dcs, .now = FIXTURE_START, .key = shared_key()};
  tgdc *dc = tgdc_new(&options, error, sizeof error);
  if (dc == NULL)
    fail_msg("%s", error);
  assert_true(tgdc_add_user(dc, "+1 555 000 1111", "12345", NULL, error, sizeof error));
  assert_true(tgdc_add_user(dc, "15550002222", "22222", "secret", error, sizeof error));
  assert_true(tgdc_add_bot(dc, "42:token", error, sizeof error));
  assert_true(tgdc_set_address(dc, tgdc_dc_id(dc, 0), "127.0.0.1", 443));
  return dc;
}

static void connect_to(raw_client *client, int dc_id) {
  client->dc_id = dc_id;
  client->conn = tgdc_conn_open(client->dc, dc_id, "192.0.2.1", client->now);
  assert_non_null(client->conn);
  tgdc_conn_recv(client->conn, "\xee\xee\xee\xee", 4, client->now);
}

raw_client *raw_new(tgdc *dc, int dc_id) {
  uint8_t bytes[MTP_AUTH_KEY_SIZE];
  raw_client *client = calloc(1, sizeof *client);
  assert_non_null(client);
  assert_int_equal(mtp_rng_fill(NULL, bytes, sizeof bytes), 0);
  assert_int_equal(mtp_auth_key_init(&client->key, bytes), MTP_OK);
  client->dc = dc;
  client->now = FIXTURE_START > dc->now ? FIXTURE_START : dc->now;
  client->salt = 77;
  assert_true(dc_random_long(dc, &client->session));
  assert_non_null(dc_key_add(dc, bytes, dc_id, client->salt, 0));
  tl_buffer_init(&client->bytes, NULL, 0);
  connect_to(client, dc_id);
  return client;
}

void raw_forget(raw_client *client) {
  for (size_t i = 0; i < client->n_in; i++)
    free((void *)(uintptr_t)client->in[i].body.data);
  client->n_in = 0;
  client->code = 0;
}

void raw_hang_up(raw_client *client) {
  if (client->conn != NULL)
    tgdc_conn_close(client->conn);
  client->conn = NULL;
  tl_buffer_clear(&client->bytes);
}

void raw_free(raw_client *client) {
  raw_forget(client);
  raw_hang_up(client);
  json_decref(client->answer);
  tl_buffer_free(&client->bytes);
  free(client);
}

void raw_reconnect(raw_client *client) {
  raw_hang_up(client);
  raw_forget(client);
  connect_to(client, client->dc_id);
}

void raw_move(raw_client *client, tgdc *dc) {
  raw_forget(client);
  tl_buffer_clear(&client->bytes);
  client->dc = dc;
  connect_to(client, client->dc_id);
}

int64_t raw_next_id(raw_client *client) {
  int64_t seconds = client->now / DC_SECOND;
  int64_t id = seconds << 32 | 4;
  if (id <= client->last_id)
    id = client->last_id + 4;
  return client->last_id = id;
}

/* rpc_result with gzip_packed in it becomes one without. */
static tl_bytes plain_copy(tl_bytes body, bool *packed_in) {
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  *packed_in = body.size > 16 && tl_load32(body.data) == 0xf35c6d01u &&
               tl_load32(body.data + 12) == 0x3072cfa1u;
  if (*packed_in) {
    dc_reader reader = {body.data + 16, body.size - 16, false};
    tl_bytes packed = dc_take_bytes(&reader);
    assert_int_equal(tl_buffer_append(&out, body.data, 12), TL_OK);
    assert_true(dc_gunzip(packed.data, packed.size, &out));
  } else {
    assert_int_equal(tl_buffer_append(&out, body.data, body.size), TL_OK);
  }
  return tl_bytes_of(out.data, out.size); /* the buffer's memory is the caller's now */
}

static void take(raw_client *client, int64_t msg_id, int32_t seqno, tl_bytes body) {
  assert_true(client->n_in < sizeof client->in / sizeof *client->in);
  raw_message *message = &client->in[client->n_in++];
  *message = (raw_message){.msg_id = msg_id, .seqno = seqno};
  message->body = plain_copy(body, &message->packed);
}

static void take_container(raw_client *client, const mtp_message *message) {
  dc_reader reader = {message->body.data + 4, message->body.size - 4, false};
  for (uint32_t count = dc_take32(&reader); count > 0; count--) {
    int64_t msg_id = dc_take64(&reader);
    int32_t seqno = (int32_t)dc_take32(&reader);
    size_t size = dc_take32(&reader);
    const uint8_t *body = dc_take(&reader, size);
    assert_false(reader.bad);
    assert_true(msg_id < message->msg_id);
    take(client, msg_id, seqno, tl_bytes_of(body, size));
  }
  assert_int_equal(reader.left, 0);
}

static void take_packet(raw_client *client, uint8_t *packet, size_t size) {
  mtp_message message;
  if (size == 4) {
    client->code = (int32_t)tl_load32(packet);
    return;
  }
  assert_int_equal(mtp_open(&client->key, MTP_FROM_SERVER, false, packet, size, &message, NULL),
                   MTP_OK);
  assert_true(message.session_id == client->session);
  assert_true((message.msg_id & 1) == 1);
  if (tl_load32(message.body.data) == 0x73f1f8dcu)
    take_container(client, &message);
  else
    take(client, message.msg_id, message.seq_no, message.body);
}

static void receive(raw_client *client) {
  tl_buffer *out = tgdc_conn_output(client->conn);
  assert_int_equal(tl_buffer_append(&client->bytes, out->data, out->size), TL_OK);
  tl_buffer_clear(out);
  while (client->bytes.size >= 4) {
    size_t size = tl_load32(client->bytes.data);
    if (client->bytes.size < 4 + size)
      return;
    take_packet(client, client->bytes.data + 4, size);
    tl_buffer_consume(&client->bytes, 4 + size);
  }
}

void raw_send_as(raw_client *client, int64_t msg_id, int32_t seqno, const void *body, size_t size) {
  mtp_message message = {client->salt, client->session, msg_id, seqno, tl_bytes_of(body, size)};
  tl_buffer packet;
  uint8_t head[4];
  tl_buffer_init(&packet, NULL, 0);
  assert_int_equal(
      mtp_seal(&client->key, MTP_FROM_CLIENT, &message, MTP_PADDING_RANDOM, NULL, &packet, NULL),
      MTP_OK);
  tl_store32(head, (uint32_t)packet.size);
  tgdc_conn_recv(client->conn, head, 4, client->now);
  tgdc_conn_recv(client->conn, packet.data, packet.size, client->now);
  tl_buffer_free(&packet);
  receive(client);
}

int64_t raw_send(raw_client *client, bool content, const void *body, size_t size) {
  int64_t id = raw_next_id(client);
  int32_t seqno = client->sent * 2 + (content ? 1 : 0);
  client->sent += content ? 1 : 0;
  raw_send_as(client, id, seqno, body, size);
  return id;
}

void raw_wait(raw_client *client, int64_t microseconds) {
  client->now += microseconds;
  tgdc_tick(client->dc, client->now);
  if (client->conn != NULL)
    receive(client);
}

int64_t raw_call(raw_client *client, int32_t layer, const tl_call *call) {
  tg_initConnection init = {.query = *call,
                            .api_id = 1,
                            .device_model = TL_STR("raw"),
                            .system_version = TL_STR("1"),
                            .app_version = TL_STR("1"),
                            .system_lang_code = TL_STR("en"),
                            .lang_pack = TL_STR(""),
                            .lang_code = TL_STR("en")};
  tg_invokeWithLayer with = {.query = tg_initConnection_call(&init), .layer = layer};
  tl_call outer = layer != 0 ? tg_invokeWithLayer_call(&with) : *call;
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  assert_int_equal(tl_encode(&outer, &body, NULL), TL_OK);
  int64_t id = raw_send(client, true, body.data, body.size);
  tl_buffer_free(&body);
  return id;
}

const raw_message *raw_find(const raw_client *client, uint32_t id) {
  for (size_t i = client->n_in; i-- > 0;)
    if (client->in[i].body.size >= 4 && tl_load32(client->in[i].body.data) == id)
      return &client->in[i];
  return NULL;
}

tl_bytes raw_result(const raw_client *client, int64_t request) {
  for (size_t i = client->n_in; i-- > 0;) {
    tl_bytes body = client->in[i].body;
    if (body.size >= 16 && tl_load32(body.data) == 0xf35c6d01u &&
        (int64_t)tl_load64(body.data + 4) == request)
      return tl_bytes_of(body.data + 12, body.size - 12);
  }
  return (tl_bytes){NULL, 0};
}

const char *raw_error(const raw_client *client, int64_t request) {
  static char text[128];
  tl_bytes result = raw_result(client, request);
  text[0] = 0;
  if (result.size < 12 || tl_load32(result.data) != 0x2144ca19u)
    return text;
  dc_reader reader = {result.data + 8, result.size - 8, false};
  tl_bytes name = dc_take_bytes(&reader);
  dc_copy(text, sizeof text, (const char *)name.data, name.size);
  return text;
}

void raw_sign_in(raw_client *client, const char *phone, const char *code) {
  tg_codeSettings settings = {0};
  tg_auth_sendCode send = {.phone_number = tl_string_of(phone),
                           .api_id = 1,
                           .api_hash = TL_STR("hash"),
                           .settings = &settings};
  tl_call call = tg_auth_sendCode_call(&send);
  assert_string_equal(raw_error(client, raw_call(client, TG_LAYER, &call)), "");
  tg_auth_signIn sign_in = {.phone_number = tl_string_of(phone),
                            .phone_code_hash = tl_string_of(client->dc->codes->hash),
                            .phone_code = tl_string_of(code)};
  call = tg_auth_signIn_call(&sign_in);
  assert_string_equal(raw_error(client, raw_call(client, 0, &call)), "");
}

int raw_tear_down(void **state) {
  raw_client *client = *state;
  tgdc *dc = client->dc;
  raw_free(client);
  tgdc_free(dc);
  return 0;
}
