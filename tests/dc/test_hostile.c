/* Clients that send what no client should: nothing but their own connection may suffer. */
#include "ask.h"
#include "packed.h"
#include "random_object.h"

static int set_up(void **state) {
  *state = raw_new(fixture_dc(NULL, 1), 2);
  return 0;
}

/* The same numbers in every run. */
static uint32_t next_random(uint64_t *seed) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*seed >> 33);
}

static void fill_random(uint64_t *seed, uint8_t *out, size_t size) {
  for (size_t i = 0; i < size; i++)
    out[i] = (uint8_t)next_random(seed);
}

static void still_served(raw_client *client) {
  expect(client, "nearestDc", "{'_':'help.getNearestDc'}");
}

/* What a connection may begin with. */
static const char *const beginnings[] = {
    "",
    "\xef",
    "\xee\xee\xee\xee",
    "\xdd\xdd\xdd\xdd",
    "POST /api HTTP/1.1\r\nContent-Length: 40\r\n\r\n",
    "POST /api HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
    "POST /api HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "GET /apiws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
    "GET /apiws HTTP/1.1\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    "Sec-WebSocket-Version: 13\r\n\r\n",
    "\x16\x03\x01\x02\x01\x03\x03"};

static void garbage_after_any_beginning_harms_nobody(void **state) {
  raw_client *client = *state;
  uint64_t seed = 1;
  uint8_t bytes[1024];
  for (int round = 0; round < 60; round++)
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
      tgdc_conn *conn = tgdc_conn_open(client->dc, 2, NULL, client->now);
      assert_non_null(conn);
      tgdc_conn_recv(conn, beginnings[i], strlen(beginnings[i]), client->now);
      for (int part = 0; part < 8 && !tgdc_conn_finished(conn); part++) {
        size_t size = next_random(&seed) % sizeof bytes;
        fill_random(&seed, bytes, size);
        tgdc_conn_recv(conn, bytes, size, client->now);
        tl_buffer_clear(tgdc_conn_output(conn));
      }
      tgdc_conn_close(conn);
    }
  still_served(client);
}

static void connections_that_say_nothing_end_after_a_minute(void **state) {
  raw_client *client = *state;
  tgdc_conn *conns[2000];
  for (size_t i = 0; i < 2000; i++) {
    conns[i] = tgdc_conn_open(client->dc, 2, NULL, client->now);
    assert_non_null(conns[i]);
    tgdc_conn_recv(conns[i], "\xee\xee", i % 3, client->now); /* half a tag at most */
  }
  still_served(client);
  assert_false(tgdc_conn_finished(conns[0]));
  raw_wait(client, 60 * DC_SECOND);
  for (size_t i = 0; i < 2000; i++) {
    assert_true(tgdc_conn_finished(conns[i]));
    tgdc_conn_close(conns[i]);
  }
  still_served(client);
}

/* One plain message (without a key) over intermediate; the transport error that comes back. */
static int32_t plain(raw_client *client, const uint8_t *body, size_t size) {
  uint8_t packet[4 + 20 + 512] = {0};
  tl_store32(packet, (uint32_t)(20 + size));
  tl_store64(packet + 12, (uint64_t)(client->now / DC_SECOND) << 32);
  tl_store32(packet + 20, (uint32_t)size);
  memcpy(packet + 24, body, size);
  tgdc_conn *conn = tgdc_conn_open(client->dc, 2, NULL, client->now);
  tgdc_conn_recv(conn, "\xee\xee\xee\xee", 4, client->now);
  tgdc_conn_recv(conn, packet, 24 + size, client->now);
  const tl_buffer *out = tgdc_conn_output(conn);
  int32_t code = out->size == 8 ? (int32_t)tl_load32(out->data + 4) : 0;
  tgdc_conn_close(conn);
  return code;
}

static void a_key_exchange_of_garbage_ends_with_404(void **state) {
  static const uint32_t ids[] = {0xd712e4be, 0xf5045f1f, 0xbe7e8ef1, 0x60469778, 0x12345678};
  raw_client *client = *state;
  uint64_t seed = 2;
  uint8_t body[512];
  for (int round = 0; round < 200; round++) {
    size_t i = (size_t)round % 5, size = 4 + 4 * (next_random(&seed) % 120);
    fill_random(&seed, body, size);
    tl_store32(body, ids[i]);
    if (i == 2 || i == 3)
      size = 16; /* a nonce that is cut off */
    assert_int_equal(plain(client, body, size), -404);
  }
  still_served(client);
}

static bool anything_waits(const tgdc *dc) {
  const dc_session *session = dc->sessions;
  while (session != NULL && session->deferred == NULL)
    session = session->next;
  return session != NULL;
}

/* Makes one call of each method with arguments that fit the schema and make no sense. */
static void call_everything(raw_client *client, random_source *random) {
  for (uint16_t def = tg_schema.n_constructors; def < tg_schema.n_defs; def++) {
    tl_buffer body;
    tl_buffer_init(&body, NULL, 0);
    tl_object call = random_object(random, def);
    assert_int_equal(tl_encode(&call, &body, NULL), TL_OK);
    raw_forget(client);
    int64_t id = raw_send(client, true, body.data, body.size);
    bool put_off = anything_waits(client->dc);
    if (tgdc_conn_finished(client->conn))
      raw_reconnect(client);
    else if (!put_off && raw_result(client, id).size == 0)
      fail_msg("no answer to %s", tl_def_name(&tg_schema, def));
    if (put_off)
      raw_wait(client, DC_SECOND);
    tl_buffer_free(&body);
    random_forget(random);
  }
}

static void every_method_with_any_arguments_is_answered(void **state) {
  raw_client *client = *state, *bot = raw_new(client->dc, 2), *nobody = raw_new(client->dc, 2);
  random_source random;
  random_init(&random, &tg_schema, 3);
  for (int round = 0; round < 3; round++) {
    control(client->dc, "{'do':'user','phone':'15550001111','code':'12345'}");
    raw_sign_in(client, "15550001111", "12345");
    expect(bot, "auth.authorization",
           "{'_':'auth.importBotAuthorization','flags':0,'api_id':1,'api_hash':'h',"
           "'bot_auth_token':'42:token'}");
    call_everything(nobody, &random);
    call_everything(bot, &random);
    call_everything(client, &random);
  }
  random_free(&random);
  still_served(client);
  raw_free(bot);
  raw_free(nobody);
}

static void a_request_cut_off_anywhere_is_an_error(void **state) {
  raw_client *client = *state;
  tg_codeSettings settings = {0};
  tg_auth_sendCode send = {.phone_number = TL_STR("15550001111"),
                           .api_id = 1,
                           .api_hash = TL_STR("hash"),
                           .settings = &settings};
  tl_call call = tg_auth_sendCode_call(&send);
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  still_served(client); /* says its layer */
  assert_int_equal(tl_encode(&call, &body, NULL), TL_OK);
  for (size_t size = 4; size < body.size; size += 4) {
    raw_forget(client);
    int64_t id = raw_send(client, true, body.data, size);
    assert_string_equal(raw_error(client, id), "INPUT_FETCH_ERROR");
  }
  tl_buffer_free(&body);
}

static void unknown_methods_and_constructors_are_named_so(void **state) {
  raw_client *client = *state;
  uint8_t body[8] = {0};
  still_served(client);
  tl_store32(body, 0xdeadbeefu);
  assert_string_equal(raw_error(client, raw_send(client, true, body, 4)), "INPUT_METHOD_INVALID");
  tl_store32(body, 0x997275b5u); /* boolTrue: no method */
  assert_string_equal(raw_error(client, raw_send(client, true, body, 4)), "INPUT_METHOD_INVALID");
}

static void wrappers_without_end_are_an_error(void **state) {
  raw_client *client = *state;
  enum { LEVELS = 5000 };
  uint8_t *body = malloc(LEVELS * 8);
  assert_non_null(body);
  still_served(client);
  for (size_t i = 0; i < LEVELS; i++) {
    tl_store32(body + 8 * i, 0xda9b0d0du); /* invokeWithLayer */
    tl_store32(body + 8 * i + 4, TG_LAYER);
  }
  assert_string_equal(raw_error(client, raw_send(client, true, body, LEVELS * 8)),
                      "INPUT_FETCH_ERROR");
  free(body);
}

static void a_packed_bomb_is_refused(void **state) {
  raw_client *client = *state;
  size_t size = (size_t)64 << 20;
  uint8_t *zeros = calloc(1, size);
  tl_buffer packed, body;
  tl_buffer_init(&packed, NULL, 0);
  tl_buffer_init(&body, NULL, 0);
  assert_non_null(zeros);
  assert_true(dc_gzip(zeros, size, &packed));
  free(zeros);
  uint8_t head[8];
  tl_store32(head, 0x3072cfa1u);
  tl_store32(head + 4, 254u | (uint32_t)packed.size << 8);
  assert_int_equal(tl_buffer_append(&body, head, 8), TL_OK);
  assert_int_equal(tl_buffer_append(&body, packed.data, packed.size), TL_OK);
  assert_non_null(tl_buffer_extend(&body, (4 - body.size % 4) % 4));
  raw_send(client, true, body.data, body.size);
  const raw_message *bad = raw_find(client, 0xa7eff811u);
  assert_non_null(bad);
  assert_int_equal(tl_load32(bad->body.data + 16), 64);
  tl_buffer_free(&packed);
  tl_buffer_free(&body);
  still_served(client);
}

static void one_that_never_acknowledges_is_not_kept_everything_for(void **state) {
  raw_client *client = *state;
  for (int i = 0; i < DC_MAX_QUEUE + 100; i++)
    still_served(client);
  size_t kept = 0;
  for (const dc_message *m = client->dc->sessions->unacked; m != NULL; m = m->next)
    kept++;
  assert_int_equal(kept, DC_MAX_QUEUE);
}

/* What may happen between a request and its answer, which is put off. */
static void destroy_session(raw_client *client) {
  uint8_t body[12];
  int64_t own = client->session;
  tl_store32(body, 0xe7512126u);
  tl_store64(body + 4, (uint64_t)own);
  client->session = own + 1;
  raw_send(client, false, body, sizeof body);
  client->session = own;
}

static void destroy_key(raw_client *client) {
  uint8_t body[4];
  tl_store32(body, 0xd1435160u);
  raw_send(client, false, body, sizeof body);
}

static void forget_all(raw_client *client) {
  control(client->dc, "{'do':'forget','which':'all'}");
}

static void delete_account(raw_client *client) {
  dc_user_delete(client->dc, dc_user_by_phone(client->dc, "15550001111"));
}

static void disconnect(raw_client *client) {
  control(client->dc, "{'do':'disconnect'}");
  raw_hang_up(client);
}

static void clear_rules(raw_client *client) {
  control(client->dc, "{'do':'clear'}");
}

static void requests_that_wait_survive_what_happens_meanwhile(void **state) {
  static void (*const events[])(raw_client *) = {destroy_session, destroy_key, forget_all,
                                                 disconnect,      clear_rules, delete_account};
  tgdc *dc = ((raw_client *)*state)->dc;
  for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
    raw_client *client = raw_new(dc, 2);
    raw_sign_in(client, "15550001111", "12345");
    control(dc, "{'do':'rule','method':'users.getUsers','delay_ms':100,'answer':[]}");
    assert_null(ask(client, "{'_':'users.getUsers','id':[{'_':'inputUserSelf'}]}"));
    events[i](client);
    raw_wait(client, DC_SECOND);
    raw_free(client);
    control(dc, "{'do':'clear'}");
  }
  raw_client *other = raw_new(dc, 2);
  still_served(other);
  raw_free(other);
}

static void clients_of_every_layer_are_answered(void **state) {
  raw_client *client = *state;
  tg_InputUser self = tg_inputUserSelf_box(&(tg_inputUserSelf){0});
  tg_users_getUsers me = {.id = {.items = &self, .count = 1}};
  tg_help_getConfig config = {0};
  raw_sign_in(client, "15550001111", "12345");
  for (int32_t layer = 167; layer <= TG_LAYER; layer++) {
    tl_call calls[] = {tg_users_getUsers_call(&me), tg_help_getConfig_call(&config)};
    for (size_t i = 0; i < 2; i++) {
      raw_forget(client);
      int64_t id = raw_call(client, layer, &calls[i]);
      assert_string_equal(raw_error(client, id), "");
      assert_true(raw_result(client, id).size > 20);
    }
  }
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, raw_tear_down)
  const struct CMUnitTest tests[] = {
      T(garbage_after_any_beginning_harms_nobody),
      T(connections_that_say_nothing_end_after_a_minute),
      T(a_key_exchange_of_garbage_ends_with_404),
      T(every_method_with_any_arguments_is_answered),
      T(a_request_cut_off_anywhere_is_an_error),
      T(unknown_methods_and_constructors_are_named_so),
      T(wrappers_without_end_are_an_error),
      T(a_packed_bomb_is_refused),
      T(one_that_never_acknowledges_is_not_kept_everything_for),
      T(requests_that_wait_survive_what_happens_meanwhile),
      T(clients_of_every_layer_are_answered),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
