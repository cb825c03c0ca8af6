/* The wrappers that a call goes out in: what they say, and in which order they stand. */
#include "client/call/wrap.h"
#include "client/client.h"
#include "support.h"

#include <tg/core.h>
#include <tg/help.h>
#include <tl/arena.h>

static mtp_client *client;
static mtp_call_options call;
static tl_buffer out;
static tl_arena arena;

static int set_up(void **state) {
  (void)state;
  client = calloc(1, sizeof *client); /* no more of it than its options */
  if (!client)
    return -1;
  mtp_options_init(&client->options);
  memset(&call, 0, sizeof call);
  tl_buffer_init(&out, NULL, 0);
  tl_arena_init(&arena, NULL, 0);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  tl_buffer_free(&out);
  tl_arena_free(&arena);
  free(client);
  return 0;
}

/* What is in `out` with a query behind it. */
static tl_object decoded(void) {
  static const tg_help_getNearestDc no_args;
  tl_object query = tg_help_getNearestDc_call(&no_args), object;
  assert_int_equal(tl_encode(&query, &out, NULL), TL_OK);
  assert_int_equal(
      tl_decode_object(&tg_schema, out.data, out.size, NULL, &arena, &object, NULL, NULL), TL_OK);
  return object;
}

static void assert_is(tl_object object, const char *name) {
  assert_string_equal(tl_def_name(object.schema, object.def), name);
}

static void assert_text(tl_string text, const char *want) {
  assert_int_equal(text.size, strlen(want));
  assert_memory_equal(text.data, want, text.size);
}

/* proves AP-1 */
static void test_the_layer_and_who_we_are_are_said_as_the_options_have_them(void **state) {
  (void)state;
  mtp_options *o = &client->options;
  o->api_id = 4711;
  o->device_model = "a device";
  o->system_version = "a system";
  o->app_version = "a version";
  o->system_lang_code = "de-AT";
  o->lang_pack = "a pack";
  o->lang_code = "de";
  assert_int_equal(mtp_wrap_init(client, &out), TL_OK);
  tl_object object = decoded();
  assert_is(object, "invokeWithLayer");
  const tg_invokeWithLayer *layer = object.args;
  assert_int_equal(layer->layer, TG_LAYER);
  assert_is(layer->query, "initConnection");
  const tg_initConnection *init = layer->query.args;
  assert_int_equal(init->api_id, 4711);
  assert_text(init->device_model, "a device");
  assert_text(init->system_version, "a system");
  assert_text(init->app_version, "a version");
  assert_text(init->system_lang_code, "de-AT");
  assert_text(init->lang_pack, "a pack");
  assert_text(init->lang_code, "de");
  assert_is(init->query, "help.getNearestDc");
}

/* proves AP-2 */
static void test_options_wrap_from_the_outside_in(void **state) {
  (void)state;
  call.without_updates = true;
  call.takeout_id = 77;
  assert_int_equal(mtp_wrap_init(client, &out), TL_OK);
  assert_int_equal(mtp_wrap_options(&client->options, &call, &out), TL_OK);
  tl_object object = decoded();
  assert_is(object, "invokeWithLayer");
  object = ((const tg_invokeWithLayer *)object.args)->query;
  assert_is(object, "initConnection");
  object = ((const tg_initConnection *)object.args)->query;
  assert_is(object, "invokeWithoutUpdates");
  object = ((const tg_invokeWithoutUpdates *)object.args)->query;
  assert_is(object, "invokeWithTakeout");
  assert_int_equal(((const tg_invokeWithTakeout *)object.args)->takeout_id, 77);
  assert_is(((const tg_invokeWithTakeout *)object.args)->query, "help.getNearestDc");
}

/* proves AP-2 */
static void test_a_business_connection_is_the_innermost(void **state) {
  (void)state;
  char id[] = "a connection";
  call.takeout_id = 77;
  call.business_connection = id;
  assert_int_equal(mtp_wrap_options(&client->options, &call, &out), TL_OK);
  memset(id, 'x', sizeof id - 1); /* it was borrowed for the call alone */
  tl_object object = decoded();
  assert_is(object, "invokeWithTakeout");
  object = ((const tg_invokeWithTakeout *)object.args)->query;
  assert_is(object, "invokeWithBusinessConnection");
  assert_text(((const tg_invokeWithBusinessConnection *)object.args)->connection_id,
              "a connection");
  assert_is(((const tg_invokeWithBusinessConnection *)object.args)->query, "help.getNearestDc");
}

/* proves AP-2 */
static void test_updates_are_kept_away_by_the_call_or_by_the_client(void **state) {
  (void)state;
  for (int i = 0; i < 3; i++) {
    tl_buffer_clear(&out);
    call.without_updates = i == 1;
    client->options.no_updates = i == 2;
    assert_int_equal(mtp_wrap_options(&client->options, &call, &out), TL_OK);
    assert_is(decoded(), i ? "invokeWithoutUpdates" : "help.getNearestDc");
  }
}

/* proves AP-6 */
static void test_a_cdn_gets_no_wrappers(void **state) {
  (void)state;
  call.cdn = call.without_updates = true;
  call.takeout_id = 77;
  call.business_connection = "a connection";
  assert_int_equal(mtp_wrap_options(&client->options, &call, &out), TL_OK);
  assert_int_equal(out.size, 0);
}

/* proves AP-1 */
static void test_behind_a_proxy_of_telegrams_own_the_server_is_told_which(void **state) {
  (void)state;
  mtp_proxy proxy = {.kind = MTP_PROXY_MTPROTO, .host = "proxy.example", .port = 8443};
  client->options.proxy = &proxy;
  for (int kind = 0; kind < 2; kind++) {
    tl_buffer_clear(&out);
    assert_int_equal(mtp_wrap_init(client, &out), TL_OK);
    const tg_invokeWithLayer *layer = decoded().args;
    const tg_initConnection *init = layer->query.args;
    if (kind == 0) {
      assert_non_null(init->proxy);
      assert_text(init->proxy->address, "proxy.example");
      assert_int_equal(init->proxy->port, 8443);
    } else {
      assert_null(init->proxy); /* others are nobody's business */
    }
    proxy.kind = MTP_PROXY_SOCKS5;
  }
}

#define row(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      row(test_the_layer_and_who_we_are_are_said_as_the_options_have_them),
      row(test_behind_a_proxy_of_telegrams_own_the_server_is_told_which),
      row(test_options_wrap_from_the_outside_in),
      row(test_a_business_connection_is_the_innermost),
      row(test_updates_are_kept_away_by_the_call_or_by_the_client),
      row(test_a_cdn_gets_no_wrappers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
