/* tgauth_flow: signing in inside a loop of one's own, which never waits for anything but that loop.
 */
#include "flow_fixture.h"
#include <tgauth/flow.h>

static const char config[] =
    "{\"users\":[{\"phone\":\"15550000001\",\"code\":\"11111\"},"
    "{\"phone\":\"15550000002\",\"code\":\"22222\",\"password\":\"hunter2\",\"hint\":\"a game\"},"
    "{\"phone\":\"15550000003\",\"code_types\":[\"setup_email\"]}],"
    "\"bots\":[{\"token\":\"123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}";

/* A flow, and how often it told of something. */
typedef struct loop {
  tgauth *auth;
  tgauth_flow *flow;
  int told;
  const char *at_once; /* answered from inside the callback; NULL: not */
  bool end_at_once;
} loop;

static void changed(void *ctx, tgauth_flow *now) {
  loop *self = ctx;
  self->told++;
  assert_int_not_equal(tgauth_flow_wants(now), TGAUTH_WANT_TIME);
  if (self->end_at_once) {
    tgauth_flow_free(now);
    self->flow = NULL;
  } else if (self->at_once && tgauth_flow_wants(now) == TGAUTH_WANT_PHONE) {
    assert_int_equal(tgauth_flow_answer(now, self->at_once), MTP_OK);
  }
}

static void start(loop *self, flow *dc) {
  mtp_error error;
  self->auth = flow_client(dc, NULL);
  flow_ok(tgauth_flow_new(self->auth, changed, self, &self->flow, &error), &error);
  assert_int_equal(tgauth_flow_wants(self->flow), TGAUTH_WANT_TIME);
}

static void stop(loop *self) {
  tgauth_flow_free(self->flow);
  tgauth_close(self->auth);
}

/* Turns the loop until it was told. */
static void turn(loop *self) {
  for (int told = self->told; self->told == told;)
    mtp_client_poll(tgauth_client(self->auth), 1000);
}

static void wants(loop *self, tgauth_want want) {
  char text[512];
  turn(self);
  assert_string_equal(tgauth_want_name(tgauth_flow_wants(self->flow)), tgauth_want_name(want));
  assert_true(strlen(tgauth_flow_prompt(self->flow, text, sizeof text)) > 0);
}

static void answer(loop *self, const char *text) {
  assert_int_equal(tgauth_flow_answer(self->flow, text), MTP_OK);
  assert_int_equal(tgauth_flow_wants(self->flow), TGAUTH_WANT_TIME);
}

static void met(loop *self, tg_err name) {
  const mtp_error *error = tgauth_flow_error(self->flow);
  assert_non_null(error);
  assert_int_equal(error->rpc, name);
  assert_true(tgauth_flow_mends(self->flow));
}

/* proves LG-1, ER-3, ER-5 */
static void test_a_flow_says_what_it_wants_and_takes_it(void **state) {
  loop self = {0};
  char text[512];
  start(&self, *state);
  wants(&self, TGAUTH_WANT_PHONE);
  assert_int_equal(tgauth_flow_answer(self.flow, "someone"), MTP_ERR_ARGUMENT);
  assert_int_equal(tgauth_flow_wants(self.flow), TGAUTH_WANT_PHONE); /* nothing was sent */
  assert_true(tgauth_flow_mends(self.flow));
  answer(&self, "+1 (555) 000-0002");
  assert_null(tgauth_flow_error(self.flow));
  assert_int_equal(tgauth_flow_answer(self.flow, "22222"), MTP_ERR_ARGUMENT); /* not now */
  wants(&self, TGAUTH_WANT_CODE);
  assert_int_equal(tgauth_flow_code(self.flow)->type, TGAUTH_BY_APP);
  answer(&self, "99999");
  wants(&self, TGAUTH_WANT_CODE);
  met(&self, TG_ERR_PHONE_CODE_INVALID);
  assert_int_equal(tgauth_flow_again(self.flow), MTP_OK);
  wants(&self, TGAUTH_WANT_CODE);
  assert_int_equal(tgauth_flow_code(self.flow)->type, TGAUTH_BY_SMS);
  answer(&self, "22222");
  wants(&self, TGAUTH_WANT_PASSWORD);
  assert_string_equal(tgauth_flow_hint(self.flow), "a game");
  assert_non_null(strstr(tgauth_flow_prompt(self.flow, text, sizeof text), "a game"));
  answer(&self, "hunter3");
  wants(&self, TGAUTH_WANT_PASSWORD);
  met(&self, TG_ERR_PASSWORD_HASH_INVALID);
  answer(&self, "hunter2");
  wants(&self, TGAUTH_WANT_NOTHING);
  assert_null(tgauth_flow_error(self.flow));
  assert_true(flow_authorized(self.auth));
  tgauth_flow_free(self.flow);
  mtp_error error;
  flow_ok(tgauth_flow_new(self.auth, changed, &self, &self.flow, &error), &error);
  wants(&self, TGAUTH_WANT_NOTHING); /* signed in already */
  stop(&self);
}

/* proves ER-5 */
static void test_a_void_code_is_replaced_when_asked_to(void **state) {
  loop self = {.at_once = "15550000001"};
  start(&self, *state);
  turn(&self);
  wants(&self, TGAUTH_WANT_CODE);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.signIn\",\"times\":1,"
                       "\"error\":\"400 PHONE_CODE_EXPIRED\"}");
  int before = flow_calls(*state, "auth.sendCode");
  answer(&self, "11111");
  wants(&self, TGAUTH_WANT_AGAIN);
  met(&self, TG_ERR_PHONE_CODE_EXPIRED);
  assert_int_equal(flow_calls(*state, "auth.sendCode"), before);
  assert_int_equal(tgauth_flow_again(self.flow), MTP_OK);
  wants(&self, TGAUTH_WANT_CODE);
  answer(&self, "11111");
  wants(&self, TGAUTH_WANT_NOTHING);
  stop(&self);
}

/* proves LG-4 */
static void test_an_address_is_set_up_on_the_way(void **state) {
  loop self = {.at_once = "15550000003"};
  char text[FLOW_HASH];
  int32_t length;
  start(&self, *state);
  turn(&self);
  wants(&self, TGAUTH_WANT_EMAIL);
  answer(&self, "new@example.org");
  wants(&self, TGAUTH_WANT_EMAIL_CODE);
  assert_non_null(strchr(tgauth_flow_email(self.flow, &length), '@'));
  assert_int_equal(length, 6);
  answer(&self, "000000");
  wants(&self, TGAUTH_WANT_EMAIL_CODE);
  met(&self, TG_ERR_CODE_INVALID);
  answer(&self, flow_code(*state, "new@example.org", text));
  wants(&self, TGAUTH_WANT_CODE);
  answer(&self, flow_code(*state, "new@example.org", text));
  wants(&self, TGAUTH_WANT_NOTHING);
  stop(&self);
}

/* proves LG-1 */
static void test_somebody_new_signs_up(void **state) {
  loop self = {.at_once = "15550000077"};
  char text[FLOW_HASH];
  start(&self, *state);
  turn(&self);
  wants(&self, TGAUTH_WANT_CODE);
  answer(&self, flow_code(*state, "15550000077", text));
  wants(&self, TGAUTH_WANT_SIGN_UP);
  assert_int_equal(tgauth_flow_answer(self.flow, "Ada"), MTP_ERR_ARGUMENT);
  assert_int_equal(tgauth_flow_sign_up(self.flow, "", ""), MTP_OK);
  wants(&self, TGAUTH_WANT_SIGN_UP);
  met(&self, TG_ERR_FIRSTNAME_INVALID);
  assert_int_equal(tgauth_flow_sign_up(self.flow, "Ada", ""), MTP_OK);
  wants(&self, TGAUTH_WANT_NOTHING);
  assert_true(flow_authorized(self.auth));
  stop(&self);
}

static void test_a_bot_needs_its_token_only(void **state) {
  loop self = {0};
  start(&self, *state);
  wants(&self, TGAUTH_WANT_PHONE);
  answer(&self, "123457:AAAA");
  wants(&self, TGAUTH_WANT_PHONE);
  met(&self, TG_ERR_ACCESS_TOKEN_INVALID);
  answer(&self, " 123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
  wants(&self, TGAUTH_WANT_NOTHING);
  stop(&self);
}

/* proves LG-5 */
static void test_a_scan_is_noticed_by_the_loop(void **state) {
  tgauth *signed_in = flow_signed_in(*state, "15550000001");
  loop self = {.at_once = "qr"};
  mtp_error error;
  flow_command(*state,
               "{\"do\":\"rule\",\"method\":\"auth.exportLoginToken\",\"times\":1,\"answer\":"
               "{\"_\":\"auth.loginToken\",\"expires\":1,\"token\":\"AAAA\"}}");
  start(&self, *state);
  turn(&self);
  wants(&self, TGAUTH_WANT_SCAN); /* of a token that has expired by now */
  assert_string_equal(tgauth_flow_url(self.flow), "tg://login?token=AAAA");
  wants(&self, TGAUTH_WANT_SCAN); /* told anew */
  assert_string_not_equal(tgauth_flow_url(self.flow), "tg://login?token=AAAA");
  assert_int_equal(tgauth_flow_answer(self.flow, "15550000001"), MTP_ERR_ARGUMENT);
  assert_int_equal(tgauth_flow_wants(self.flow), TGAUTH_WANT_SCAN);
  int before = flow_calls(*state, "auth.exportLoginToken");
  flow_ok(tgauth_qr_accept(signed_in, tgauth_flow_url(self.flow), &error), &error);
  wants(&self, TGAUTH_WANT_NOTHING);
  assert_int_equal(flow_calls(*state, "auth.exportLoginToken"), before + 1);
  assert_true(flow_authorized(self.auth));
  stop(&self);
  tgauth_close(signed_in);
}

/* proves LG-5 */
static void test_a_person_may_go_back(void **state) {
  loop self = {.at_once = "qr"};
  start(&self, *state);
  turn(&self);
  wants(&self, TGAUTH_WANT_SCAN);
  self.at_once = NULL;
  tgauth_flow_back(self.flow);
  assert_int_equal(tgauth_flow_wants(self.flow), TGAUTH_WANT_TIME); /* until it is taken back */
  wants(&self, TGAUTH_WANT_PHONE);
  assert_string_equal(tgauth_flow_url(self.flow), "");
  answer(&self, "15550000001");
  wants(&self, TGAUTH_WANT_CODE);
  tgauth_flow_back(self.flow);
  assert_int_equal(tgauth_flow_wants(self.flow), TGAUTH_WANT_PHONE);
  answer(&self, "15550000002");
  wants(&self, TGAUTH_WANT_CODE);
  assert_string_equal(tgauth_flow_code(self.flow)->phone, "15550000002");
  stop(&self);
}

/* proves RB-2 */
static void test_it_can_be_given_up_at_any_time(void **state) {
  for (int polls = 0; polls < 40; polls++) {
    loop self = {.at_once = polls % 2 ? "15550000001" : "qr"};
    start(&self, *state);
    for (int i = 0; i < polls; i++)
      mtp_client_poll(tgauth_client(self.auth), 20);
    tgauth_flow_free(self.flow); /* with something under way, or not */
    if (polls % 3 == 0)
      assert_false(flow_authorized(self.auth)); /* the client is as good as before */
    tgauth_close(self.auth);
  }
  loop self = {.end_at_once = true};
  start(&self, *state);
  turn(&self);
  assert_null(self.flow);
  stop(&self);
}

static void refuses_all_but(const loop *self, tgauth_want want) {
  static const uint8_t hash[32];
  bool code = want == TGAUTH_WANT_CODE;
  if (want != TGAUTH_WANT_PASSWORD)
    assert_int_equal(tgauth_flow_secret(self->flow, hash), MTP_ERR_ARGUMENT);
  if (want != TGAUTH_WANT_SIGN_UP)
    assert_int_equal(tgauth_flow_sign_up(self->flow, "Ada", ""), MTP_ERR_ARGUMENT);
  assert_int_equal(tgauth_flow_paid(self->flow, 1), MTP_ERR_ARGUMENT);
  assert_int_equal(tgauth_flow_reset_email(self->flow), MTP_ERR_ARGUMENT);
  if (!code)
    assert_int_equal(tgauth_flow_again(self->flow), MTP_ERR_ARGUMENT);
  assert_string_equal(tgauth_want_name(tgauth_flow_wants(self->flow)), tgauth_want_name(want));
}

static void test_what_is_not_wanted_is_refused(void **state) {
  static const char number[] = "15550000002";
  loop self = {0};
  char longer[8192];
  memset(longer, 'x', sizeof longer - 1);
  longer[sizeof longer - 1] = 0;
  start(&self, *state);
  wants(&self, TGAUTH_WANT_PHONE);
  refuses_all_but(&self, TGAUTH_WANT_PHONE);
  answer(&self, number);
  refuses_all_but(&self, TGAUTH_WANT_TIME);
  wants(&self, TGAUTH_WANT_CODE);
  refuses_all_but(&self, TGAUTH_WANT_CODE);
  answer(&self, "22222");
  wants(&self, TGAUTH_WANT_PASSWORD);
  refuses_all_but(&self, TGAUTH_WANT_PASSWORD);
  assert_int_equal(tgauth_flow_answer(self.flow, longer), MTP_ERR_ARGUMENT);
  assert_int_equal(tgauth_flow_wants(self.flow), TGAUTH_WANT_PASSWORD);
  answer(&self, "hunter2");
  wants(&self, TGAUTH_WANT_NOTHING);
  refuses_all_but(&self, TGAUTH_WANT_NOTHING);
  stop(&self);
}

static void test_a_kept_hash_is_as_good_as_the_password(void **state) {
  loop self = {.at_once = "15550000002"};
  uint8_t hash[32];
  mtp_error error;
  tgauth *signed_in = flow_client(*state, NULL);
  tgauth_code *code = flow_request(signed_in, "15550000002");
  (void)flow_enter(signed_in, code, "22222", &error);
  flow_ok(tgauth_hash_password(signed_in, "hunter2", hash, &error), &error);
  tgauth_code_free(code);
  tgauth_close(signed_in);
  start(&self, *state);
  turn(&self);
  wants(&self, TGAUTH_WANT_CODE);
  answer(&self, "22222");
  wants(&self, TGAUTH_WANT_PASSWORD);
  hash[0] ^= 1;
  assert_int_equal(tgauth_flow_secret(self.flow, hash), MTP_OK);
  wants(&self, TGAUTH_WANT_PASSWORD);
  met(&self, TG_ERR_PASSWORD_HASH_INVALID);
  hash[0] ^= 1;
  assert_int_equal(tgauth_flow_secret(self.flow, hash), MTP_OK);
  wants(&self, TGAUTH_WANT_NOTHING);
  stop(&self);
}

/* proves ER-1 */
static void test_what_no_answer_mends_is_told_apart(void **state) {
  loop self = {.at_once = "15550000001"};
  start(&self, *state);
  turn(&self);
  wants(&self, TGAUTH_WANT_CODE);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.signIn\",\"times\":1,"
                       "\"error\":\"420 FLOOD_WAIT_30\"}");
  answer(&self, "11111");
  wants(&self, TGAUTH_WANT_CODE);
  assert_int_equal(tgauth_flow_error(self.flow)->rpc, TG_ERR_FLOOD_WAIT_X);
  assert_false(tgauth_flow_mends(self.flow));
  answer(&self, "11111"); /* the same answer, later */
  wants(&self, TGAUTH_WANT_NOTHING);
  stop(&self);
}

/* A flow that is waited for from inside a callback would wait for ever. */
typedef struct inside {
  tgauth *auth;
  int refused;
} inside;

static void block(void *ctx, const mtp_error *error, mtp_reply *reply) {
  inside *self = ctx;
  tgauth_code *code = NULL;
  tgauth_qr *qr = NULL;
  bool authorized;
  mtp_error local;
  (void)error;
  mtp_reply_free(reply);
  self->refused += tgauth_is_authorized(self->auth, &authorized, &local) == MTP_ERR_ARGUMENT;
  self->refused += tgauth_request_code(self->auth, "1555", NULL, &code, &local) == MTP_ERR_ARGUMENT;
  self->refused += tgauth_qr_begin(self->auth, NULL, 0, &qr, &local) == MTP_ERR_ARGUMENT;
  self->refused += tgauth_check_password_text(self->auth, "x", &local) == MTP_ERR_ARGUMENT;
  self->refused += tgauth_sign_in_bot(self->auth, "1:A", &local) == MTP_ERR_ARGUMENT;
}

static void test_what_blocks_is_refused_inside_a_callback(void **state) {
  inside self = {.auth = flow_client(*state, NULL)};
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  mtp_error error;
  flow_ok(mtp_client_call(tgauth_client(self.auth), &call, NULL, block, &self, NULL, &error),
          &error);
  while (!self.refused)
    mtp_client_poll(tgauth_client(self.auth), 1000);
  assert_int_equal(self.refused, 5);
  tgauth_close(self.auth);
}

static int setup(void **state) {
  *state = flow_start(config, 1);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_flow_says_what_it_wants_and_takes_it),
      cmocka_unit_test(test_a_void_code_is_replaced_when_asked_to),
      cmocka_unit_test(test_an_address_is_set_up_on_the_way),
      cmocka_unit_test(test_somebody_new_signs_up),
      cmocka_unit_test(test_a_bot_needs_its_token_only),
      cmocka_unit_test(test_a_scan_is_noticed_by_the_loop),
      cmocka_unit_test(test_a_person_may_go_back),
      cmocka_unit_test(test_it_can_be_given_up_at_any_time),
      cmocka_unit_test(test_what_is_not_wanted_is_refused),
      cmocka_unit_test(test_a_kept_hash_is_as_good_as_the_password),
      cmocka_unit_test(test_what_no_answer_mends_is_told_apart),
      cmocka_unit_test(test_what_blocks_is_refused_inside_a_callback),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
