/* Session strings that are cut, damaged or of another kind; each format to each other; no memory.
 */
#include "convert_sample.h"
#include <stdio.h>

static const struct {
  const char *name;
  size_t shorter[2]; /* prefixes of these lengths are strings of an older form themselves */
} forms[] = {{"tlgen", {0}},           {"telethon", {352}},       {"gramjs", {368}},
             {"mtcute", {0}},          {"mtkruto", {0}},          {"mtkruto-user", {0}},
             {"pyrogram", {351, 356}}, {"pyrogram-old64", {351}}, {"pyrogram-old32", {0}}};
enum { N_FORMS = sizeof forms / sizeof forms[0] };

static char *sample_text(size_t form) {
  mtp_session s;
  make_session(&s, 2, "149.154.167.50", 443);
  s.user_id = 777;
  char *text = must_export(forms[form].name, &s);
  mtp_session_free(&s);
  return text;
}

/* proves RB-4 */
static void a_string_cut_anywhere_is_refused(void **state) {
  (void)state;
  for (size_t f = 0; f < N_FORMS; f++) {
    char *text = sample_text(f);
    for (size_t n = strlen(text); n-- > 0;) {
      if (n == forms[f].shorter[0] || n == forms[f].shorter[1]) {
        text[n] = '\0';
        continue;
      }
      text[n] = '\0';
      if (imports(forms[f].name, text))
        fail_msg("%s cut to %zu characters", forms[f].name, n);
    }
    tgauth_string_free(text);
  }
}

/* proves RB-4 */
static void garbage_in_a_string_is_refused_at_every_place(void **state) {
  (void)state;
  static const char garbage[] = "!.\"\\\x7f\xff ";
  for (size_t f = 0; f < N_FORMS; f++) {
    char *text = sample_text(f);
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < sizeof garbage - 1; j++) {
        char was = text[i];
        bool outside = garbage[j] == ' ' && (i == 0 || i == n - 1);
        text[i] = garbage[j];
        if (!outside && imports(forms[f].name, text))
          fail_msg("%s with \"%c\" at %zu", forms[f].name, garbage[j], i);
        assert_false(!outside && imports(NULL, text));
        text[i] = was;
      }
    tgauth_string_free(text);
  }
}

static void any_other_digit_never_crashes(void **state) {
  (void)state;
  for (size_t f = 0; f < N_FORMS; f++) {
    char *text = sample_text(f);
    for (size_t i = 0; text[i]; i++) {
      char was = text[i];
      text[i] = was == 'A' ? '_' : 'A';
      (void)imports(forms[f].name, text);
      (void)imports(NULL, text);
      text[i] = was;
    }
    tgauth_string_free(text);
  }
}

static void each_string_is_known_by_its_looks(void **state) {
  (void)state;
  for (size_t f = 0; f < N_FORMS; f++) {
    const tgauth_format *used = NULL;
    mtp_session s;
    char *text = sample_text(f), room[2048];
    snprintf(room, sizeof room, " \t%s\r\n", text); /* as it is pasted */
    mtp_session_init(&s, NULL);
    assert_int_equal(tgauth_session_import(&s, room, NULL, &used, NULL), MTP_OK);
    assert_string_equal(used->name, forms[f].name);
    check_home(&s, 2, 1);
    mtp_session_free(&s);
    tgauth_string_free(text);
  }
}

static void each_string_becomes_each_other(void **state) {
  (void)state;
  for (size_t f = 0; f < N_FORMS; f++)
    for (size_t g = 0; g < N_FORMS; g++) {
      mtp_session a, b;
      char *text = sample_text(f);
      must_import(NULL, text, &a);
      a.user_id = 777;
      char *other = must_export(forms[g].name, &a);
      must_import(NULL, other, &b);
      check_home(&b, 2, 1);
      mtp_session_free(&a);
      mtp_session_free(&b);
      tgauth_string_free(text);
      tgauth_string_free(other);
    }
}

/* ---- memory ---- */

typedef struct failing {
  int left; /* allocations until one fails */
} failing;

static void *failing_realloc(void *ctx, void *ptr, size_t old_size, size_t new_size) {
  failing *self = ctx;
  (void)old_size;
  if (new_size == 0) {
    free(ptr);
    return NULL;
  }
  return self->left-- > 0 ? realloc(ptr, new_size) : NULL;
}

static void without_memory_nothing_is_made(void **state) {
  (void)state;
  for (size_t f = 0; f < N_FORMS; f++) {
    char *text = sample_text(f);
    mtp_status status = MTP_ERR_NOMEM;
    for (int n = 0; status != MTP_OK; n++) {
      failing self = {n};
      tl_allocator allocator = {failing_realloc, &self};
      mtp_session s;
      char *again = NULL;
      mtp_session_init(&s, &allocator);
      status = tgauth_session_import(&s, text, NULL, NULL, NULL);
      if (status == MTP_OK) {
        s.user_id = 777;
        status =
            tgauth_session_export(&s, tgauth_format_find(forms[f].name), NULL, NULL, &again, NULL);
      }
      assert_true(status == MTP_OK || status == MTP_ERR_NOMEM);
      assert_int_equal(again != NULL, status == MTP_OK);
      tgauth_string_free(again);
      mtp_session_free(&s);
      assert_true(n < 100);
    }
    tgauth_string_free(text);
  }
}

/* Looks for pieces of sample_key(1) in what is given back. Blocks begin as zeros. */
typedef struct watcher {
  int leaks;
} watcher;

static bool holds_key(const uint8_t *data, size_t size) {
  for (size_t i = 0; i + 16 <= size; i++)
    for (size_t at = 0; at < MTP_KEY_SIZE; at += 32)
      if (memcmp(data + i, sample_key(1) + at, 16) == 0)
        return true;
  return false;
}

static void *watched_realloc(void *ctx, void *ptr, size_t old_size, size_t new_size) {
  watcher *self = ctx;
  void *moved = new_size ? calloc(1, new_size) : NULL;
  if (ptr && (moved || new_size == 0)) {
    if (moved)
      memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
    self->leaks += holds_key(ptr, old_size);
    free(ptr);
  }
  return moved;
}

/* proves RB-2 */
static void no_key_is_in_memory_that_is_given_back(void **state) {
  (void)state;
  for (size_t f = 0; f < N_FORMS; f++) {
    char *text = sample_text(f), *again;
    watcher self = {0};
    tl_allocator allocator = {watched_realloc, &self};
    mtp_session s;
    mtp_session_init(&s, &allocator);
    assert_int_equal(tgauth_session_import(&s, text, NULL, NULL, NULL), MTP_OK);
    s.user_id = 777;
    const tgauth_format *format = tgauth_format_find(forms[f].name);
    assert_int_equal(tgauth_session_export(&s, format, NULL, NULL, &again, NULL), MTP_OK);
    mtp_session_free(&s);
    if (self.leaks)
      fail_msg("%s left %d pieces of a key behind", forms[f].name, self.leaks);
    tgauth_string_free(again);
    tgauth_string_free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_string_cut_anywhere_is_refused),
      cmocka_unit_test(garbage_in_a_string_is_refused_at_every_place),
      cmocka_unit_test(any_other_digit_never_crashes),
      cmocka_unit_test(each_string_is_known_by_its_looks),
      cmocka_unit_test(each_string_becomes_each_other),
      cmocka_unit_test(without_memory_nothing_is_made),
      cmocka_unit_test(no_key_is_in_memory_that_is_given_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
