/* The plain data of a session, and the addresses chosen from it. */
#include "client/address.h"
#include "net/link.h"
#include "support.h"
#include <stdio.h>

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

static void make_key(uint8_t key[MTP_KEY_SIZE], uint8_t with) {
  memset(key, with, MTP_KEY_SIZE);
}

static void test_keys_are_found_replaced_and_dropped(void **state) {
  (void)state;
  uint8_t key[MTP_KEY_SIZE];
  for (int32_t dc = 1; dc <= 3; dc++) {
    make_key(key, (uint8_t)dc);
    assert_int_equal(mtp_session_set_key(&session, dc, false, key, dc), MTP_OK);
  }
  make_key(key, 9);
  assert_int_equal(mtp_session_set_key(&session, 2, true, key, 9), MTP_OK);
  assert_int_equal(mtp_session_set_key(&session, 2, false, key, 10), MTP_OK);
  assert_int_equal(session.n_keys, 4);
  assert_int_equal(mtp_session_key(&session, 2, false)->salt, 10);
  assert_int_equal(mtp_session_key(&session, 2, true)->salt, 9);
  mtp_session_drop_key(&session, 1, false);
  assert_null(mtp_session_key(&session, 1, false));
  assert_int_equal(mtp_session_key(&session, 3, false)->key[7], 3);
  mtp_session_drop_key(&session, 1, false);
  assert_int_equal(session.n_keys, 3);
}

static void test_too_many_keys_are_refused(void **state) {
  (void)state;
  uint8_t key[MTP_KEY_SIZE];
  make_key(key, 1);
  for (int32_t dc = 1; dc <= MTP_MAX_DCS; dc++)
    assert_int_equal(mtp_session_set_key(&session, dc, false, key, 0), MTP_OK);
  assert_int_equal(mtp_session_set_key(&session, 1000, false, key, 0), MTP_ERR_ARGUMENT);
  assert_int_equal(mtp_session_set_key(&session, 1, false, key, 7), MTP_OK);
}

static void test_addresses_are_added_and_replaced_up_to_a_limit(void **state) {
  (void)state;
  mtp_dc_option option = {.dc = 1, .port = 443, .host = "10.0.0.1"};
  for (int i = 0; i < MTP_MAX_OPTIONS; i++)
    assert_int_equal(mtp_session_add_option(&session, &option), MTP_OK);
  assert_int_equal(mtp_session_add_option(&session, &option), MTP_ERR_ARGUMENT);
  option.dc = 7;
  assert_int_equal(mtp_session_set_options(&session, &option, 1), MTP_OK);
  assert_int_equal(session.n_options, 1);
  assert_int_equal(session.options[0].dc, 7);
  assert_int_equal(mtp_session_add_option(&session, &session.options[0]), MTP_OK);
  assert_int_equal(mtp_session_set_options(&session, session.options + 1, 1), MTP_OK);
  assert_int_equal(session.options[0].dc, 7);
  assert_int_equal(mtp_session_set_options(&session, &option, MTP_MAX_OPTIONS + 1),
                   MTP_ERR_ARGUMENT);
  assert_int_equal(mtp_session_set_options(&session, NULL, 0), MTP_OK);
  assert_null(session.options);
}

/* proves LG-3 */
static void test_tokens_are_kept_newest_first_up_to_twenty(void **state) {
  (void)state;
  for (uint8_t i = 0; i < 25; i++)
    assert_int_equal(mtp_session_add_token(&session, &i, 1), MTP_OK);
  assert_int_equal(session.n_tokens, MTP_MAX_TOKENS);
  assert_int_equal(session.tokens[0].data[0], 24);
  assert_int_equal(session.tokens[MTP_MAX_TOKENS - 1].data[0], 5);
  assert_int_equal(mtp_session_add_token(&session, "", 0), MTP_ERR_ARGUMENT);
}

static void test_a_copy_is_deep(void **state) {
  (void)state;
  uint8_t key[MTP_KEY_SIZE];
  make_key(key, 5);
  assert_int_equal(mtp_session_set_key(&session, 2, false, key, 77), MTP_OK);
  assert_int_equal(mtp_session_add_token(&session, "first", 5), MTP_OK);
  assert_int_equal(mtp_session_add_token(&session, "second", 6), MTP_OK);
  session.user_id = 12;
  session.channels = tl_alloc(NULL, sizeof *session.channels);
  session.channels[0] = (mtp_channel_state){.channel_id = 4, .pts = 5};
  session.n_channels = 1;
  mtp_session copy;
  mtp_session_init(&copy, NULL);
  assert_int_equal(mtp_session_copy(&copy, &session), MTP_OK);
  mtp_session_free(&session);
  assert_int_equal(copy.user_id, 12);
  assert_int_equal(copy.channels[0].pts, 5);
  assert_int_equal(copy.n_tokens, 2);
  assert_memory_equal(copy.tokens[0].data, "second", 6);
  assert_memory_equal(copy.tokens[1].data, "first", 5);
  assert_int_equal(mtp_session_key(&copy, 2, false)->salt, 77);
  mtp_session_free(&copy);
  assert_int_equal(copy.n_keys, 0);
}

/* An allocator that fails at its n-th allocation, once, and counts what is held. */
typedef struct failing {
  int left;
  size_t held;
} failing;

static void *failing_realloc(void *ctx, void *ptr, size_t old_size, size_t size) {
  failing *f = ctx;
  if (size && f->left-- == 0)
    return NULL;
  f->held += size;
  f->held -= ptr ? old_size : 0;
  if (size)
    return realloc(ptr, size);
  free(ptr);
  return NULL;
}

/* proves RB-4 */
static void test_a_copy_without_memory_leaves_the_target(void **state) {
  (void)state;
  uint8_t key[MTP_KEY_SIZE];
  assert_int_equal(mtp_session_add_token(&session, "first", 5), MTP_OK);
  assert_int_equal(mtp_session_add_token(&session, "second", 6), MTP_OK);
  session.channels = tl_alloc(NULL, sizeof *session.channels);
  session.channels[0] = (mtp_channel_state){.channel_id = 4, .pts = 5};
  session.n_channels = 1;
  make_key(key, 5);
  assert_int_equal(mtp_session_set_key(&session, 2, false, key, 77), MTP_OK);
  assert_int_equal(mtp_session_add_option(&session, &(mtp_dc_option){.dc = 2}), MTP_OK);
  for (int n = 0; n < 5; n++) {
    failing f = {.left = n};
    tl_allocator allocator = {failing_realloc, &f};
    mtp_session copy;
    mtp_session_init(&copy, &allocator);
    copy.user_id = 3;
    assert_int_equal(mtp_session_copy(&copy, &session), MTP_ERR_NOMEM);
    assert_int_equal(copy.user_id, 3);
    assert_int_equal(f.held, 0);
  }
}

/* Counts blocks that are given back with more in them than zeros. */
static void *wiped_realloc(void *ctx, void *ptr, size_t old_size, size_t size) {
  unsigned *dirty = ctx;
  if (size)
    return realloc(ptr, size); /* the session never grows a block with a key in it */
  for (size_t i = 0; i < old_size; i++)
    if (((const uint8_t *)ptr)[i]) {
      ++*dirty;
      break;
    }
  free(ptr);
  return NULL;
}

/* proves RB-2 */
static void test_keys_and_tokens_are_zeros_when_they_are_given_back(void **state) {
  (void)state;
  unsigned dirty = 0;
  tl_allocator allocator = {wiped_realloc, &dirty};
  uint8_t key[MTP_KEY_SIZE];
  mtp_session own, copy;
  mtp_session_init(&own, &allocator);
  mtp_session_init(&copy, &allocator);
  for (int32_t dc = 1; dc <= 3; dc++) { /* the array of keys moves */
    make_key(key, (uint8_t)dc);
    assert_int_equal(mtp_session_set_key(&own, dc, false, key, dc), MTP_OK);
  }
  for (int i = 0; i <= MTP_MAX_TOKENS; i++) /* the oldest goes */
    assert_int_equal(mtp_session_add_token(&own, "token", 5), MTP_OK);
  assert_int_equal(mtp_session_copy(&copy, &own), MTP_OK);
  assert_int_equal(mtp_session_copy(&copy, &own), MTP_OK);
  mtp_session_drop_key(&own, 1, false);
  mtp_dc_key gone = {0};
  assert_memory_equal(&own.keys[own.n_keys], &gone, sizeof gone);
  mtp_session_free(&copy);
  mtp_session_free(&own);
  assert_int_equal(dirty, 0);
}

static void test_errors_read_as_one_line(void **state) {
  (void)state;
  char out[80];
  mtp_error error = {.status = MTP_ERR_RPC, .code = 400, .method = TL_NONE};
  strcpy(error.text, "PHONE_CODE_INVALID");
  assert_string_equal(mtp_error_format(&error, out, sizeof out), "400 PHONE_CODE_INVALID");
  error.method = tl_find_name(&tg_schema, "auth.signIn", 11);
  assert_string_equal(mtp_error_format(&error, out, sizeof out),
                      "auth.signIn: 400 PHONE_CODE_INVALID");
  assert_string_equal(mtp_error_format(&error, out, 8), "auth.si");
  error = (mtp_error){.status = MTP_ERR_TIMEOUT, .method = TL_NONE};
  assert_string_equal(mtp_error_format(&error, out, sizeof out), "timeout");
  error = (mtp_error){.status = MTP_ERR_TRANSPORT, .code = -429, .method = TL_NONE};
  assert_string_equal(mtp_error_format(&error, out, sizeof out), "transport error -429");
}

/* ---- addresses ---- */

static size_t find(const mtp_options *options, int32_t dc, bool media, bool cdn, mtp_target *out) {
  return mtp_targets_find(options, &session, dc, media, cdn, out);
}

/* proves AP-5 */
static void test_builtin_addresses_fall_back_to_other_ports(void **state) {
  (void)state;
  mtp_options options;
  mtp_target targets[MTP_TARGETS_MAX];
  mtp_options_init(&options);
  size_t n = find(&options, 1, false, false, targets);
  assert_true(n >= 3);
  assert_string_equal(targets[0].host, "149.154.175.53");
  assert_int_equal(targets[0].port, 443);
  unsigned seen_80 = 0, seen_5222 = 0, first_80 = 0;
  for (unsigned i = 0; i < n; i++) {
    if (targets[i].port == 80 && seen_80++ == 0)
      first_80 = i;
    if (targets[i].port == 5222) {
      seen_5222++;
      assert_true(seen_80 && i > first_80);
    }
  }
  assert_true(seen_80 && seen_5222);
}

/* proves AP-5 */
static void test_ipv6_comes_first_when_preferred(void **state) {
  (void)state;
  mtp_options options;
  mtp_target targets[MTP_TARGETS_MAX];
  mtp_options_init(&options);
  options.ipv6 = true;
  assert_true(find(&options, 1, false, false, targets) > 0);
  assert_non_null(strchr(targets[0].host, ':'));
}

/* proves AP-5 */
static void test_flags_choose_the_address(void **state) {
  (void)state;
  static const mtp_dc_option table[] = {
      {.dc = 2, .port = 443, .flags = MTP_DC_MEDIA, .host = "10.0.0.1"},
      {.dc = 2, .port = 443, .flags = MTP_DC_CDN, .host = "10.0.0.2"},
      {.dc = 2, .port = 443, .flags = MTP_DC_TCPO, .host = "10.0.0.3", .secret_size = 16},
      {.dc = 2, .port = 443, .flags = MTP_DC_THIS_PORT, .host = "10.0.0.4"},
      {.dc = 3, .port = 443, .host = "10.0.0.5"},
  };
  mtp_options options;
  mtp_target targets[MTP_TARGETS_MAX];
  mtp_options_init(&options);
  options.dcs = table;
  options.n_dcs = 5;
  size_t n = find(&options, 2, false, false, targets);
  assert_int_equal(n, 2); /* no other ports: this_port_only, and a secret */
  assert_string_equal(targets[0].host, "10.0.0.4");
  assert_string_equal(targets[1].host, "10.0.0.3");
  assert_int_equal(targets[1].secret_size, 16);
  find(&options, 2, true, false, targets);
  assert_string_equal(targets[0].host, "10.0.0.1");
  n = find(&options, 2, false, true, targets);
  assert_string_equal(targets[0].host, "10.0.0.2");
  for (size_t i = 0; i < n; i++)
    assert_string_equal(targets[i].host, "10.0.0.2");
  options.transport = "full"; /* cannot be obfuscated: another takes its place if asked */
  assert_int_equal(find(&options, 2, false, false, targets), 1);
  options.obfuscated = true;
  assert_int_equal(find(&options, 2, false, false, targets), 2);
}

/* proves AP-5 */
static void test_what_the_server_told_comes_before_what_is_built_in(void **state) {
  (void)state;
  mtp_options options;
  mtp_target targets[MTP_TARGETS_MAX];
  mtp_options_init(&options);
  mtp_dc_option told = {.dc = 2, .port = 443, .host = "10.1.1.1"};
  assert_int_equal(mtp_session_add_option(&session, &told), MTP_OK);
  assert_true(find(&options, 2, false, false, targets) > 1);
  assert_string_equal(targets[0].host, "10.1.1.1");
  static const mtp_dc_option mine[] = {{.dc = 2, .port = 9000, .host = "127.0.0.1"}};
  options.dcs = mine; /* what the user says comes before both */
  options.n_dcs = 1;
  assert_int_equal(find(&options, 2, false, false, targets), 1);
  assert_string_equal(targets[0].host, "127.0.0.1");
  session.options[0].dc = 4;
  assert_int_equal(find(&options, 4, false, false, targets), 3);
  assert_int_equal(find(&options, 5, false, false, targets), 0);
}

/* proves TR-14 */
static void test_web_transports_use_the_web_names(void **state) {
  (void)state;
  mtp_options options;
  mtp_target targets[MTP_TARGETS_MAX];
  mtp_options_init(&options);
  options.transport = "wss";
  assert_int_equal(find(&options, 2, false, false, targets), 1);
  assert_string_equal(targets[0].host, "");
  assert_int_equal(targets[0].port, 443);
}

/* proves TR-11 */
static void test_a_proxy_with_a_dd_or_ee_secret_makes_any_transport_a_padded_one(void **state) {
  (void)state;
  mtp_proxy proxy = {.kind = MTP_PROXY_MTPROTO, .host = "proxy.test", .port = 443};
  static const struct {
    mtp_secret_kind kind;
    bool padded;
  } rows[] = {{MTP_SECRET_PLAIN, false}, {MTP_SECRET_PADDED, true}, {MTP_SECRET_TLS, true}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mtp_link_traits traits;
    proxy.secret.kind = rows[i].kind;
    assert_true(mtp_link_traits_of("abridged", true, &proxy, &traits));
    assert_int_equal(traits.padded, rows[i].padded);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_keys_are_found_replaced_and_dropped, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_too_many_keys_are_refused, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_addresses_are_added_and_replaced_up_to_a_limit, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_tokens_are_kept_newest_first_up_to_twenty, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_a_copy_is_deep, set_up, tear_down),
      cmocka_unit_test(test_keys_and_tokens_are_zeros_when_they_are_given_back),
      cmocka_unit_test_setup_teardown(test_a_copy_without_memory_leaves_the_target, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_errors_read_as_one_line, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_builtin_addresses_fall_back_to_other_ports, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_ipv6_comes_first_when_preferred, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_flags_choose_the_address, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_what_the_server_told_comes_before_what_is_built_in,
                                      set_up, tear_down),
      cmocka_unit_test(test_a_proxy_with_a_dd_or_ee_secret_makes_any_transport_a_padded_one),
      cmocka_unit_test_setup_teardown(test_web_transports_use_the_web_names, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
