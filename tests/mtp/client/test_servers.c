/* Servers: whose a session is of, and which of the addresses that they tell are taken (TB-3, TB-7).
 */
#include <stdio.h>

#include "client_fixture.h"

static fixture f;

static int set_up(void **state) {
  (void)state;
  fixture_open(&f);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  return 0;
}

/* A client with a key; *session is a copy of what it keeps. */
static void begin(mtp_session *session) {
  fixture_start(&f, NULL);
  fixture_ask(&f);
  mtp_session_init(session, NULL);
  assert_int_equal(mtp_session_copy(session, mtp_client_session(f.client)), MTP_OK);
}

/* ---- addresses (TB-7) ---- */

/* proves TB-7 */
static void test_addresses_of_a_server_are_taken_one_by_one(void **state) {
  (void)state;
  mtp_dc_option told[40];
  size_t n = 0;
  memset(told, 0, sizeof told);
  static const char *const hosts[] = {"evil.example", "127.0.0.1",  "127.0.0.1:80", "1.2.3", "::1",
                                      "999.1.1.1",    " 127.0.0.1", "localhost",    ""};
  for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
    told[n].dc = 2;
    told[n].port = 443;
    snprintf(told[n++].host, sizeof told->host, "%s", hosts[i]);
  }
  told[n] = (mtp_dc_option){.dc = 10000, .port = 443, .host = "127.0.0.2"};
  told[++n] = (mtp_dc_option){.dc = 1, .port = 0, .host = "127.0.0.3"};
  told[++n] = (mtp_dc_option){.dc = 0, .port = 443, .host = "127.0.0.5"};
  told[++n] = (mtp_dc_option){.dc = -1, .port = 443, .host = "127.0.0.6"};
  n++;
  for (uint16_t i = 0; i < 20; i++)
    told[n++] = (mtp_dc_option){.dc = 4, .port = (uint16_t)(1000 + i), .host = "127.0.0.4"};
  fixture_dc(&f, 2)->options = told;
  fixture_dc(&f, 2)->n_options = n;
  fixture_start(&f, NULL);
  fixture_ask(&f);
  const mtp_session *session = mtp_client_session(f.client);
  assert_int_equal(session->n_options, 2 + 16);
  assert_string_equal(session->options[0].host, "127.0.0.1");
  assert_string_equal(session->options[1].host, "::1");
  for (size_t i = 2; i < session->n_options; i++)
    assert_int_equal(session->options[i].dc, 4);
}

/* Ports are 32 bits in the schema. */
static bool with_a_large_port(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  if (strcmp(fake_name(call), "help.getConfig") != 0)
    return answer_nearest(NULL, dc, call);
  tg_dcOption large = {.id = 4, .ip_address = TL_STR("127.0.0.4"), .port = 65536 + 443};
  tg_dcOption good = {.id = 5, .ip_address = TL_STR("127.0.0.5"), .port = 65535};
  const tg_dcOption *items[] = {&large, &good};
  tg_config config = {.this_dc = 2,
                      .dc_options = {items, 2},
                      .dc_txt_domain_name = TL_STR(""),
                      .me_url_prefix = TL_STR("")};
  tl_object object = tg_config_object(&config);
  fake_answer(dc, call, &object);
  return true;
}

/* proves TB-7 */
static void test_a_port_that_is_none_is_not_cut_to_one(void **state) {
  (void)state;
  fixture_dc(&f, 2)->on_call = with_a_large_port;
  fixture_start(&f, NULL);
  fixture_ask(&f);
  const mtp_session *session = mtp_client_session(f.client);
  assert_int_equal(session->n_options, 1);
  assert_int_equal(session->options[0].dc, 5);
  assert_int_equal(session->options[0].port, 65535);
}

/* ---- whose servers (TB-3) ---- */

static mtp_status open_with(const mtp_session *session, mtp_error *error) {
  mtp_client *client = NULL;
  mtp_status status = mtp_client_new(&f.options, session, &client, error);
  mtp_client_free(client);
  return status;
}

/* proves TB-3 */
static void test_a_session_is_refused_by_other_servers_options(void **state) {
  (void)state;
  mtp_session session;
  mtp_error error;
  begin(&session);
  assert_int_equal(session.servers.kind, MTP_SERVERS_OWN);
  assert_int_equal(session.servers.n_fingerprints, 1);
  assert_int_equal(open_with(&session, &error), MTP_OK);

  session.servers.fingerprints[0] ^= 1; /* another RSA key */
  assert_int_equal(open_with(&session, &error), MTP_ERR_ARGUMENT);
  char name[20];
  snprintf(name, sizeof name, "%016llx", (unsigned long long)session.servers.fingerprints[0]);
  assert_non_null(strstr(error.text, name));
  snprintf(name, sizeof name, "%016llx", (unsigned long long)session.servers.fingerprints[0] ^ 1);
  assert_non_null(strstr(error.text, name));
  f.options.any_servers = true;
  assert_int_equal(open_with(&session, &error), MTP_OK);
  f.options.any_servers = false;

  session.servers.kind = MTP_SERVERS_PRODUCTION; /* Telegram's, and options.dcs here */
  session.servers.n_fingerprints = 0;
  assert_int_equal(open_with(&session, &error), MTP_ERR_ARGUMENT);
  assert_non_null(strstr(error.text, "Telegram's servers"));
  assert_non_null(strstr(error.text, "servers of one's own"));
  mtp_session_free(&session);
}

/* proves TB-3 */
static void test_a_session_of_an_older_version_is_known_by_its_addresses(void **state) {
  (void)state;
  mtp_session session;
  mtp_error error;
  size_t n;
  begin(&session);
  session.servers = (mtp_servers){0};
  assert_int_equal(open_with(&session, &error), MTP_OK); /* nothing says that it is not */
  assert_int_equal(mtp_session_add_option(&session, &mtp_builtin_dcs(false, &n)[0]), MTP_OK);
  assert_int_equal(open_with(&session, &error), MTP_ERR_ARGUMENT);
  mtp_session_free(&session);
}

/* proves TB-3 */
static void test_a_session_is_refused_by_another_data_centre(void **state) {
  (void)state;
  mtp_session session;
  mtp_error error;
  mtp_dc_option other;
  begin(&session);
  other = f.addresses[1];
  other.dc = 4;
  f.options.dcs = &other;
  f.options.n_dcs = 1;
  assert_int_equal(open_with(&session, &error), MTP_ERR_ARGUMENT);
  assert_non_null(strstr(error.text, "belongs to data centre 2"));
  assert_non_null(strstr(error.text, "name data centre 4"));
  session.home_dc = 3; /* it moved there, by way of the one that is named */
  other.dc = 2;
  assert_int_equal(open_with(&session, &error), MTP_OK);
  other.dc = 4;
  f.options.any_servers = true;
  assert_int_equal(open_with(&session, &error), MTP_OK);
  mtp_session_free(&session);
}

/* proves TB-3 */
static void test_the_test_servers_are_others(void **state) {
  (void)state;
  mtp_session session;
  mtp_error error;
  begin(&session);
  session.servers = (mtp_servers){.kind = MTP_SERVERS_PRODUCTION};
  f.options.n_dcs = f.options.n_public_keys = 0;
  f.options.dcs = NULL;
  assert_int_equal(open_with(&session, &error), MTP_OK);
  f.options.test = true;
  assert_int_equal(open_with(&session, &error), MTP_ERR_ARGUMENT);
  assert_non_null(strstr(error.text, "Telegram's test servers"));
  mtp_session_free(&session);
}

/* proves TB-3 */
static void test_a_session_that_does_not_say_learns_whose_it_is(void **state) {
  (void)state;
  mtp_session session;
  begin(&session);
  session.servers = (mtp_servers){0};
  mtp_client_free(f.client);
  fixture_start(&f, &session);
  fixture_ask(&f);
  assert_int_equal(mtp_client_session(f.client)->servers.kind, MTP_SERVERS_OWN);
  mtp_session_free(&session);
}

/* Calls with a session whose key the server does not know, and looks at what is left of it. */
static void call_with_strange_key(mtp_servers servers, bool any_servers) {
  mtp_session session;
  mtp_event event;
  outcome out;
  begin(&session);
  session.servers = servers;
  session.signed_in = true;
  session.user_id = 42;
  session.keys[0].created = 0;
  mtp_client_free(f.client);
  fixture_dc(&f, 2)->n_keys = 0;
  f.options.any_servers = any_servers;
  fixture_start(&f, &session);
  for (int i = 0; i < 3; i++) {
    fixture_call(&f, NULL, &out);
    fixture_wait(&f, &out);
    assert_int_equal(out.error.status, MTP_ERR_NETWORK);
    assert_non_null(strstr(out.error.text, "of other servers"));
    outcome_free(&out);
  }
  assert_false(fixture_event(&f, MTP_EVENT_KEY_LOST, &event));
  const mtp_session *left = mtp_client_session(f.client);
  assert_int_equal(left->n_keys, 1);
  assert_memory_equal(left->keys[0].key, session.keys[0].key, MTP_KEY_SIZE);
  assert_memory_equal(&left->servers, &session.servers, sizeof session.servers);
  assert_true(left->signed_in);
  mtp_session_free(&session);
}

/* proves TB-2, TB-3 */
static void test_other_servers_cannot_say_that_a_key_is_none(void **state) {
  (void)state;
  static const mtp_servers rows[] = {
      {.kind = MTP_SERVERS_UNKNOWN},
      {.kind = MTP_SERVERS_PRODUCTION},
      {.kind = MTP_SERVERS_OWN, .n_fingerprints = 1, .fingerprints = {7}}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tear_down(NULL);
    set_up(NULL);
    call_with_strange_key(rows[i], rows[i].kind != MTP_SERVERS_UNKNOWN);
  }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_addresses_of_a_server_are_taken_one_by_one),
      TEST(test_a_port_that_is_none_is_not_cut_to_one),
      TEST(test_a_session_is_refused_by_other_servers_options),
      TEST(test_a_session_of_an_older_version_is_known_by_its_addresses),
      TEST(test_a_session_is_refused_by_another_data_centre),
      TEST(test_the_test_servers_are_others),
      TEST(test_a_session_that_does_not_say_learns_whose_it_is),
      TEST(test_other_servers_cannot_say_that_a_key_is_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
