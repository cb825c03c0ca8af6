/* tgauth_interactive_login(): the prompts, answered through a pipe. */
#include "flow_fixture.h"
#include <pthread.h>
#include <unistd.h>

#define BOT "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi"

static const char config[] =
    "{\"users\":[{\"phone\":\"15550000001\",\"code\":\"11111\"},"
    "{\"phone\":\"15550000002\",\"code\":\"22222\",\"password\":\"hunter2\",\"hint\":\"a game\"}],"
    "\"bots\":[{\"token\":\"" BOT "\"}]}";

/* Standard input and error output while a sign-in runs; put back afterwards. */
typedef struct streams {
  int input, error;
  FILE *shown;
} streams;

static void redirect(streams *saved, const char *answers, size_t size) {
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], answers, size), (ssize_t)size);
  close(ends[1]);
  saved->shown = tmpfile();
  assert_non_null(saved->shown);
  saved->input = dup(STDIN_FILENO);
  saved->error = dup(STDERR_FILENO);
  dup2(ends[0], STDIN_FILENO);
  dup2(fileno(saved->shown), STDERR_FILENO);
  close(ends[0]);
}

static void put_back(streams *saved, char *text, size_t size) {
  fflush(stderr);
  dup2(saved->input, STDIN_FILENO);
  dup2(saved->error, STDERR_FILENO);
  close(saved->input);
  close(saved->error);
  rewind(saved->shown);
  text[fread(text, 1, size - 1, saved->shown)] = '\0';
  fclose(saved->shown);
}

static mtp_status login(tgauth *auth, const char *answers, char *text, size_t size,
                        mtp_error *error) {
  streams saved;
  redirect(&saved, answers, strlen(answers));
  mtp_status status = tgauth_interactive_login(auth, error);
  put_back(&saved, text, size);
  return status;
}

static mtp_status run(flow *dc, const char *answers, char *text, size_t size, mtp_error *error) {
  tgauth *auth = flow_client(dc, NULL);
  mtp_status status = login(auth, answers, text, size, error);
  assert_true(flow_authorized(auth) == (status == MTP_OK));
  tgauth_close(auth);
  return status;
}

/* proves LG-2 */
static void test_answers_come_a_line_each(void **state) {
  char text[4096];
  mtp_error error;
  flow_ok(run(*state, "+15550000002\n22222\nhunter2\n", text, sizeof text, &error), &error);
  assert_non_null(strstr(text, "other Telegram sessions"));
  assert_non_null(strstr(text, "hint: a game"));
  assert_null(strstr(text, "hunter2"));
  flow_ok(run(*state, BOT "\n", text, sizeof text, &error), &error);
}

/* proves LG-2, ER-5 */
static void test_wrong_answers_are_told_and_asked_again(void **state) {
  char text[4096];
  mtp_error error;
  flow_ok(
      run(*state, "12\n+15550000002\r\n1\n22222\nhunter3\nhunter2\n", text, sizeof text, &error),
      &error);
  assert_non_null(strstr(text, "PHONE_NUMBER_INVALID"));
  assert_non_null(strstr(text, "PHONE_CODE_INVALID"));
  assert_non_null(strstr(text, "PASSWORD_HASH_INVALID"));
}

/* proves LG-2 */
static void test_an_end_of_input_gives_up(void **state) {
  static const char *const answers[] = {"", "+15550000001\n", "+15550000002\n22222\n",
                                        "+15550000555\n"};
  char text[4096];
  mtp_error error;
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
    flow_failed(run(*state, answers[i], text, sizeof text, &error), &error, MTP_ERR_CANCELLED);
}

/* proves LG-2 */
static void test_an_answer_that_does_not_fit_is_not_cut(void **state) {
  char text[4096], answers[2048];
  mtp_error error;
  int n = snprintf(answers, sizeof answers, "+15550000002\n22222\nhunter2%0600d\n", 1);
  assert_true(n > 600 && (size_t)n < sizeof answers);
  flow_failed(run(*state, answers, text, sizeof text, &error), &error, MTP_ERR_CANCELLED);
  assert_non_null(strstr(text, "longer than"));
}

/* proves LG-2 */
static void test_an_answer_with_a_nul_is_none(void **state) {
  static const char answers[] = "x\0y\nnext\n";
  streams saved;
  char text[256], out[16] = "before";
  (void)state;
  redirect(&saved, answers, sizeof answers - 1);
  bool first = tgauth_ask("one: ", out, sizeof out);
  assert_string_equal(out, "");
  bool second = tgauth_ask_hidden("two: ", out, sizeof out);
  bool third = tgauth_ask("three: ", text, sizeof text);
  put_back(&saved, text, sizeof text);
  assert_false(first);
  assert_true(second);
  assert_false(third);
  assert_string_equal(out, "next");
}

/* proves LG-2 */
static void test_what_is_shown_cannot_steer_the_terminal(void **state) {
  char text[4096];
  mtp_error error;
  flow_command(*state, "{\"do\":\"user\",\"phone\":\"15550000004\",\"code\":\"44444\","
                       "\"password\":\"pw\",\"hint\":\"a\\u001b[2Jb\"}");
  flow_ok(run(*state, "15550000004\n44444\npw\n", text, sizeof text, &error), &error);
  assert_non_null(strstr(text, "hint: a\\u001b[2Jb"));
  assert_null(strchr(text, '\x1b'));
}

/* proves LG-2 */
static void test_signing_up_shows_the_terms_and_needs_a_name(void **state) {
  static const char terms[] =
      "{\"do\":\"rule\",\"method\":\"auth.signIn\",\"times\":1,\"answer\":{\"_\":"
      "\"auth.authorizationSignUpRequired\",\"terms_of_service\":{\"_\":"
      "\"help.termsOfService\",\"id\":{\"_\":\"dataJSON\",\"data\":\"\"},"
      "\"text\":\"Be\\u001b good.\",\"entities\":[],\"min_age_confirm\":16}}}";
  char text[4096];
  mtp_error error;
  flow_command(*state, "%s", terms);
  flow_failed(run(*state, "15550000001\n11111\n\nLast\n", text, sizeof text, &error), &error,
              MTP_ERR_CANCELLED);
  assert_non_null(strstr(text, "Be\\u001b good."));
  assert_non_null(strstr(text, "at least 16 years"));
  assert_null(strstr(text, "Last name"));
}

/* ---- QR ---- */

typedef struct scanner {
  flow *dc;
  int shown; /* where the other client writes its code */
  tgauth *auth;
  bool drawn, accepted;
} scanner;

/* Finds the code in what is shown, and accepts it. */
static void *scan(void *ctx) {
  scanner *self = ctx;
  char text[16384];
  size_t n = 0;
  for (ssize_t got; n < sizeof text - 1; n += (size_t)got) {
    got = read(self->shown, text + n, sizeof text - 1 - n);
    if (got <= 0)
      return NULL;
    text[n + (size_t)got] = '\0';
    char *url = strstr(text, "tg://login?token=");
    char *end = url ? strchr(url, '\n') : NULL;
    if (!end)
      continue;
    *end = '\0';
    self->drawn = strstr(text, "\u2588") != NULL;
    self->accepted = tgauth_qr_accept(self->auth, url, NULL) == MTP_OK;
    return NULL;
  }
  return NULL;
}

/* proves LG-5 */
static void test_qr_shows_a_code_that_signs_in(void **state) {
  streams saved;
  char text[64];
  int ends[2];
  pthread_t thread;
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  scanner other = {*state, -1, flow_signed_in(*state, "15550000001"), false, false};
  assert_int_equal(pipe(ends), 0);
  other.shown = ends[0];
  assert_int_equal(pthread_create(&thread, NULL, scan, &other), 0);
  redirect(&saved, "qr\n", 3);
  dup2(ends[1], STDERR_FILENO);
  close(ends[1]);
  mtp_status status = tgauth_interactive_login(auth, &error);
  put_back(&saved, text, sizeof text); /* the last end of the pipe is closed with it */
  pthread_join(thread, NULL);
  close(ends[0]);
  flow_ok(status, &error);
  assert_true(other.drawn && other.accepted);
  assert_true(flow_authorized(auth));
  tgauth_close(other.auth);
  tgauth_close(auth);
}

static int setup(void **state) {
  *state = flow_start(config, 0);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_answers_come_a_line_each),
      cmocka_unit_test(test_wrong_answers_are_told_and_asked_again),
      cmocka_unit_test(test_an_end_of_input_gives_up),
      cmocka_unit_test(test_an_answer_that_does_not_fit_is_not_cut),
      cmocka_unit_test(test_an_answer_with_a_nul_is_none),
      cmocka_unit_test(test_what_is_shown_cannot_steer_the_terminal),
      cmocka_unit_test(test_signing_up_shows_the_terms_and_needs_a_name),
      cmocka_unit_test(test_qr_shows_a_code_that_signs_in),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
