/* The signed configuration: opened by the client, and its addresses put first. */
#include <mtp/session.h>

#include "config_text.h"
#include "rsa_pems.h"
#include "support.h"

static mtp_session session;

static int set_up(void **state) {
  (void)state;
  mtp_session_init(&session, NULL);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  mtp_session_free(&session);
  return 0;
}

static mtp_status add(const config_text *r, const char *phone, int64_t now) {
  tl_buffer text;
  config_text_make(r, &text);
  mtp_status status =
      mtp_session_add_config(&session, (const char *)text.data, text.size, phone, pem_public, now);
  tl_buffer_free(&text);
  return status;
}

/* proves AP-7 */
static void test_addresses_come_first(void **state) {
  (void)state;
  config_text r = {.rules = "", .date = 100, .expires = 200};
  mtp_dc_option before = {.dc = 5, .port = 1, .host = "10.0.0.9"};
  assert_int_equal(mtp_session_add_option(&session, &before), MTP_OK);
  assert_int_equal(add(&r, NULL, 150), MTP_OK);
  assert_int_equal(session.n_options, 3);
  assert_string_equal(session.options[0].host, "10.1.2.3");
  assert_int_equal(session.options[0].dc, 2);
  assert_string_equal(session.options[1].host, "192.168.0.1");
  assert_int_equal(session.options[1].port, 8443);
  assert_int_equal(session.options[1].secret_size, 16);
  assert_true(session.options[1].flags & MTP_DC_TCPO);
  assert_string_equal(session.options[2].host, "10.0.0.9");
  assert_int_equal(add(&r, NULL, 150), MTP_OK); /* the same again: nothing twice */
  assert_int_equal(session.n_options, 3);
}

/* proves AP-7 */
static void test_the_last_addresses_make_room(void **state) {
  (void)state;
  config_text r = {.rules = "", .date = 100, .expires = 200};
  for (uint16_t i = 1; i <= MTP_MAX_OPTIONS; i++) {
    mtp_dc_option option = {.dc = 5, .port = i, .host = "10.0.0.9"};
    assert_int_equal(mtp_session_add_option(&session, &option), MTP_OK);
  }
  assert_int_equal(add(&r, NULL, 150), MTP_OK);
  assert_int_equal(session.n_options, MTP_MAX_OPTIONS);
  assert_string_equal(session.options[0].host, "10.1.2.3");
  assert_int_equal(session.options[2].port, 1);
  assert_int_equal(session.options[MTP_MAX_OPTIONS - 1].port, MTP_MAX_OPTIONS - 2);
}

/* proves AP-7 */
static void test_what_is_not_signed_or_not_current_is_refused(void **state) {
  (void)state;
  config_text r = {.rules = "", .date = 100, .expires = 200, .spoil_hash = true};
  assert_int_equal(add(&r, NULL, 150), MTP_ERR_ARGUMENT);
  r.spoil_hash = false;
  assert_int_equal(add(&r, NULL, 99), MTP_ERR_ARGUMENT);
  assert_int_equal(add(&r, NULL, 200), MTP_ERR_ARGUMENT);
  r.length = 7;
  assert_int_equal(add(&r, NULL, 150), MTP_ERR_ARGUMENT);
  r.length = 209;
  assert_int_equal(add(&r, NULL, 150), MTP_ERR_ARGUMENT);
  r.length = 12; /* cut */
  assert_int_equal(add(&r, NULL, 150), MTP_ERR_ARGUMENT);
  tl_buffer text;
  r.length = 0;
  config_text_make(&r, &text);
  assert_int_equal(
      mtp_session_add_config(&session, (const char *)text.data, text.size, NULL, NULL, 150),
      MTP_ERR_ARGUMENT); /* not Telegram's key */
  assert_int_equal(mtp_session_add_config(&session, (const char *)text.data, text.size - 1, NULL,
                                          pem_public, 150),
                   MTP_ERR_ARGUMENT);
  assert_int_equal(mtp_session_add_config(&session, "", 0, NULL, pem_public, 150),
                   MTP_ERR_ARGUMENT);
  assert_int_equal(session.n_options, 0);
  tl_buffer_free(&text);
}

/* proves AP-7 */
static void test_rules_pick_by_number(void **state) {
  (void)state;
  static const struct {
    const char *rules, *phone;
    bool taken;
  } table[] = {
      {"+7", "79991112233", true}, {"+7", "4999", false}, {"+7,-7999", "79991112233", false},
      {"+7,-7999", "78", true},    {"", "1", true},       {"+44,", "1", true},
      {"-1", "1", false},          {"+7", NULL, true},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    config_text r = {.rules = table[i].rules, .date = 100, .expires = 200};
    assert_int_equal(add(&r, table[i].phone, 150), table[i].taken ? MTP_OK : MTP_ERR_ARGUMENT);
  }
}

/* proves AP-7 */
static void test_what_carried_the_text_is_left_out(void **state) {
  (void)state;
  config_text r = {.rules = "", .date = 100, .expires = 200};
  tl_buffer text;
  char wrapped[500];
  size_t n = 0;
  config_text_make(&r, &text);
  for (size_t i = 0; i < text.size; i++) {
    if (i % 64 == 0) {
      memcpy(wrapped + n, "\" \"", 3);
      n += 3;
    }
    wrapped[n++] = (char)text.data[i];
  }
  assert_int_equal(mtp_session_add_config(&session, wrapped, n, NULL, pem_public, 0), MTP_OK);
  tl_buffer_free(&text);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_addresses_come_first),
      TEST(test_the_last_addresses_make_room),
      TEST(test_what_is_not_signed_or_not_current_is_refused),
      TEST(test_rules_pick_by_number),
      TEST(test_what_carried_the_text_is_left_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
