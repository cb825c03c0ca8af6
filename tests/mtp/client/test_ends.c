/* What a call ends with: a reply that took the bytes of the answer, or an error, which is kept as
 * far as there is memory for it. */
#include <string.h>
#include <tg/tg.h>

#include "client/call/deliver.h"
#include "client/call/end.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/policy/rpc_error.h"
#include "reply.h"
#include "support.h"

static bool no_memory;

static void *moody_realloc(void *ctx, void *ptr, size_t old_size, size_t new_size) {
  (void)ctx;
  (void)old_size;
  if (new_size)
    return no_memory ? NULL : realloc(ptr, new_size);
  free(ptr);
  return NULL;
}

static const tl_allocator moody = {moody_realloc, NULL};

static void take_error(void *ctx, const mtp_error *error, mtp_reply *reply) {
  assert_null(reply);
  assert_non_null(error);
  *(mtp_error *)ctx = *error;
}

/* What the callback of a call is told that ended so. */
static mtp_error told(const mtp_error *error, bool memory) {
  mtp_error out = {.status = MTP_OK};
  mtp_client client = {.allocator = &moody};
  mtp_conn conn = {.client = &client};
  no_memory = false;
  mtp_call *call = tl_alloc_zero(&moody, sizeof *call);
  call->client = &client;
  call->conn = &conn;
  call->method = tg_help_getNearestDc_call(NULL).def;
  call->done = take_error;
  call->ctx = &out;
  tl_buffer_init(&call->body, &moody, 0);
  mtp_list_add(&conn.calls, call);
  no_memory = !memory;
  mtp_call_end(call, error, NULL);
  assert_true(mtp_calls_deliver(&client));
  assert_null(conn.calls.first);
  assert_null(client.ended.first);
  return out;
}

static mtp_error sent(int32_t code, const char *text) {
  mtp_error error;
  mtp_error_from_rpc(&error, code, tl_string_of(text), TL_NONE);
  return error;
}

static void an_error_is_told_whole(void **state) {
  (void)state;
  mtp_error error = sent(420, "FLOOD_WAIT_30"), out = told(&error, true);
  error.method = tg_help_getNearestDc_call(NULL).def;
  assert_memory_equal(&out, &error, sizeof out);
}

static void without_memory_what_programs_decide_by_is_told(void **state) {
  static const struct {
    int32_t code;
    const char *text;
  } errors[] = {{420, "FLOOD_WAIT_30"}, {400, "PHONE_CODE_INVALID"}, {303, "USER_MIGRATE_4"}};
  (void)state;
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
    mtp_error error = sent(errors[i].code, errors[i].text), out = told(&error, false);
    assert_int_equal(out.status, MTP_ERR_RPC);
    assert_int_equal(out.code, errors[i].code);
    assert_int_equal(out.rpc, error.rpc);
    assert_int_equal(out.arg, error.arg);
    assert_int_equal(out.method, tg_help_getNearestDc_call(NULL).def);
    assert_string_equal(out.text, errors[i].text);
  }
  mtp_error unknown = sent(500, "NO_SUCH_ERROR"), out = told(&unknown, false);
  assert_int_equal(out.status, MTP_ERR_RPC);
  assert_int_equal(out.code, 500);
  assert_int_equal(out.rpc, TG_ERR_UNKNOWN);
  mtp_error_set(&unknown, MTP_ERR_TIMEOUT, "no answer");
  assert_int_equal(told(&unknown, false).status, MTP_ERR_TIMEOUT);
}

static void a_call_has_no_room_for_an_error_that_it_has_not(void **state) {
  (void)state;
  assert_true(sizeof(mtp_call) < sizeof(mtp_error) / 2);
}

static void a_reply_takes_the_bytes_of_the_answer(void **state) {
  (void)state;
  tl_buffer body;
  no_memory = false;
  tl_buffer_init(&body, &moody, 0);
  assert_int_equal(tl_buffer_append(&body, "\x12\xe7\x1b\x9a", 4), TL_OK);
  const uint8_t *bytes = body.data;
  no_memory = true; /* the bytes are still ours */
  assert_null(mtp_reply_new(&moody, &body));
  assert_ptr_equal(body.data, bytes);
  no_memory = false;
  mtp_reply *reply = mtp_reply_new(&moody, &body);
  assert_non_null(reply);
  assert_null(body.data);
  assert_ptr_equal(mtp_reply_raw(reply).data, bytes);
  assert_int_equal(mtp_reply_raw(reply).size, 4);
  assert_true(mtp_reply_cost(reply) > 4 + 4);
  mtp_reply_free(reply);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_error_is_told_whole),
      cmocka_unit_test(without_memory_what_programs_decide_by_is_told),
      cmocka_unit_test(a_call_has_no_room_for_an_error_that_it_has_not),
      cmocka_unit_test(a_reply_takes_the_bytes_of_the_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
