/* What the server tells a person about a call that it did not accept (406). */
#include "client_fixture.h"
#include "fake_dc_rpc.h"

static fixture f;
static struct {
  int32_t code;
  const char *error;
  const char *words; /* NULL: none follow */
  bool before, combined, popup;
  unsigned seen;
} script;

static int set_up(void **state) {
  (void)state;
  fixture_open(&f);
  memset(&script, 0, sizeof script);
  script.code = 406;
  script.error = "PHONE_PASSWORD_FLOOD";
  script.words = "Zu viele Versuche.";
  script.popup = true;
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  return 0;
}

static void push_words(fake_dc *dc, const fake_call *call) {
  static const tg_messageMediaEmpty no_media = {0};
  tg_updateServiceNotification popup = {.popup = script.popup,
                                        .type = TL_STR("x"),
                                        .message = tl_string_of(script.words),
                                        .media = tg_messageMediaEmpty_box(&no_media)};
  tg_Update one = tg_updateServiceNotification_box(&popup);
  tg_updateShort alone = {.update = one, .date = 1};
  tg_updates many = {.updates = {&one, 1}, .date = 1};
  tl_object object = script.combined ? tg_updates_object(&many) : tg_updateShort_object(&alone);
  fake_push(dc, call, &object);
}

static bool refuse(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  script.seen++;
  if (script.words && script.before)
    push_words(dc, call);
  fake_error(dc, call, script.code, script.error);
  if (script.words && !script.before)
    push_words(dc, call);
  return true;
}

/* A call, and when it has ended: the milliseconds that it took beside the connection. */
static int64_t call(outcome *out) {
  outcome first;
  fixture_dc(&f, 2)->on_call = answer_nearest;
  fixture_call(&f, NULL, &first);
  fixture_wait(&f, &first);
  assert_answered(&first);
  fixture_dc(&f, 2)->on_call = refuse;
  int64_t began = f.clock_ms;
  fixture_call(&f, NULL, out);
  fixture_wait(&f, out);
  assert_int_equal(out->ended, 1);
  assert_int_equal(script.seen, 1);
  assert_int_equal(out->error.status, MTP_ERR_RPC);
  assert_int_equal(out->error.code, script.code);
  assert_string_equal(out->error.text, script.error);
  return f.clock_ms - began;
}

/* proves ER-2 */
static void test_the_words_come_with_the_error(void **state) {
  (void)state;
  outcome out;
  char line[300];
  mtp_event event;
  for (int i = 0; i < 4; i++) {
    tear_down(NULL);
    set_up(NULL);
    script.before = i & 1;
    script.combined = i & 2;
    fixture_start(&f, NULL);
    assert_true(call(&out) < 1000);
    assert_string_equal(out.error.notice, "Zu viele Versuche.");
    mtp_error_format(&out.error, line, sizeof line);
    assert_string_equal(line, "help.getNearestDc: 406 PHONE_PASSWORD_FLOOD: Zu viele Versuche.");
    assert_true(fixture_event(&f, MTP_EVENT_UPDATES, &event)); /* it is an update as well */
    mtp_reply_free(event.updates);
    outcome_free(&out);
  }
}

/* proves ER-2, LV-3 */
static void test_words_that_do_not_come_are_not_waited_for(void **state) {
  (void)state;
  outcome out;
  script.words = NULL;
  fixture_start(&f, NULL);
  int64_t took = call(&out);
  assert_in_range(took, 900, 1500);
  assert_string_equal(out.error.notice, "");
  outcome_free(&out);
}

static void test_nothing_waits_where_no_words_follow(void **state) {
  (void)state;
  outcome out;
  static const struct {
    int32_t code;
    const char *error;
    uint32_t notice_ms;
  } table[] = {{406, "UPDATE_APP_TO_LOGIN", 1000},
               {406, "AUTH_KEY_DUPLICATED", 1000},
               {406, "PHONE_PASSWORD_FLOOD", 0},
               {400, "PHONE_NUMBER_INVALID", 1000}};
  for (size_t i = 0; i < 4; i++) {
    tear_down(NULL);
    set_up(NULL);
    script.code = table[i].code;
    script.error = table[i].error;
    script.words = NULL;
    f.options.notice_ms = table[i].notice_ms;
    f.options.keep_lost_keys = true;
    fixture_start(&f, NULL);
    assert_int_equal(call(&out), 0);
    outcome_free(&out);
  }
}

static void test_what_is_no_popup_is_not_about_it(void **state) {
  (void)state;
  outcome out;
  script.popup = false;
  fixture_start(&f, NULL);
  (void)call(&out);
  assert_string_equal(out.error.notice, "");
  outcome_free(&out);
}

/* proves TB-8 */
static void test_the_words_are_text(void **state) {
  (void)state;
  outcome out;
  script.words = "no\x1b[2J \xe2\x80\xae more";
  fixture_start(&f, NULL);
  (void)call(&out);
  assert_null(strchr(out.error.notice, 0x1b));
  assert_null(strstr(out.error.notice, "\xe2\x80\xae"));
  outcome_free(&out);
}

static void test_what_is_taken_back_meanwhile_ends_so(void **state) {
  (void)state;
  outcome out;
  script.words = NULL;
  fixture_start(&f, NULL);
  fixture_dc(&f, 2)->on_call = refuse;
  mtp_call_id id = fixture_call(&f, NULL, &out);
  fixture_run_until(&f, &script.seen);
  fixture_settle(&f);
  assert_int_equal(out.ended, 0);
  mtp_client_cancel(f.client, id);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_CANCELLED);
  outcome_free(&out);
}

static void test_a_connection_that_breaks_meanwhile_changes_nothing(void **state) {
  (void)state;
  outcome out;
  script.words = NULL;
  f.options.no_reconnect = true;
  fixture_start(&f, NULL);
  fixture_dc(&f, 2)->on_call = refuse;
  fixture_call(&f, NULL, &out);
  fixture_run_until(&f, &script.seen);
  fixture_settle(&f);
  fake_dc_hang_up(fixture_dc(&f, 2));
  fixture_wait(&f, &out);
  assert_int_equal(out.error.code, 406);
  outcome_free(&out);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_the_words_come_with_the_error),
      TEST(test_words_that_do_not_come_are_not_waited_for),
      TEST(test_nothing_waits_where_no_words_follow),
      TEST(test_what_is_no_popup_is_not_about_it),
      TEST(test_the_words_are_text),
      TEST(test_what_is_taken_back_meanwhile_ends_so),
      TEST(test_a_connection_that_breaks_meanwhile_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
