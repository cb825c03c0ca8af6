/* Stores that keep a session in memory, as it is or as a line of text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <tgauth/store.h>

#include "session_sample.h"

static mtp_session load(tgauth_store *store) {
  mtp_session session;
  mtp_error error;
  mtp_session_init(&session, NULL);
  assert_int_equal(store->ops->load(store, &session, &error), MTP_OK);
  return session;
}

static void save(tgauth_store *store, const mtp_session *session) {
  mtp_error error;
  assert_int_equal(store->ops->save(store, session, &error), MTP_OK);
}

/* What was saved comes back, and the newest of it; the store holds a copy. */
static void keeps(tgauth_store *store) {
  mtp_session session, got = load(store);
  assert_int_equal(got.user_id, 0);
  mtp_session_free(&got);
  mtp_session_init(&session, NULL);
  sample_session(&session, 1);
  save(store, &session);
  session.user_id += 5;
  save(store, &session);
  int64_t user = session.user_id;
  mtp_session_free(&session);
  got = load(store);
  assert_int_equal(got.user_id, user);
  mtp_session_free(&got);
}

static void memory_keeps_the_newest(void **state) {
  tgauth_store *store = tgauth_store_memory();
  (void)state;
  keeps(store);
  assert_null(tgauth_store_string_get(store));
  store->ops->free(store);
}

static void a_text_goes_on_where_it_was_taken(void **state) {
  tgauth_store *store = tgauth_store_string(NULL), *other;
  (void)state;
  assert_string_equal(tgauth_store_string_get(store), "");
  keeps(store);
  const char *text = tgauth_store_string_get(store);
  assert_int_equal(strncmp(text, "tlgen1:", 7), 0);
  other = tgauth_store_string(text);
  mtp_session one = load(store), same = load(other);
  assert_int_equal(one.user_id, same.user_id);
  assert_int_equal(one.home_dc, same.home_dc);
  mtp_session_free(&one);
  mtp_session_free(&same);
  other->ops->free(other);
  store->ops->free(store);
}

static void a_damaged_text_is_refused_in_words(void **state) {
  static const char *const texts[] = {"tlgen1:", "tlgen1:AAAA", "tlgen2:AAAA", "hello"};
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    tgauth_store *store = tgauth_store_string(texts[i]);
    mtp_session session;
    mtp_error error;
    mtp_session_init(&session, NULL);
    assert_int_equal(store->ops->load(store, &session, &error), MTP_ERR_STORE);
    assert_true(strlen(error.text) > 0);
    assert_string_equal(tgauth_store_string_get(store), texts[i]); /* nothing is lost */
    mtp_session_free(&session);
    store->ops->free(store);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(memory_keeps_the_newest),
      cmocka_unit_test(a_text_goes_on_where_it_was_taken),
      cmocka_unit_test(a_damaged_text_is_refused_in_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
