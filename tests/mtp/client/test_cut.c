/* A connection that is cut after every number of bytes, in either direction: the calls of a flow
 * are answered all the same, each once. */
#include "client_fixture.h"

static fixture f;

/* Without back-off, and with a clock that goes on by itself. */
static void open_quick(void) {
  fixture_open(&f);
  f.real_time = true;
  f.options.reconnect_min_ms = f.options.reconnect_max_ms = 1;
}

/* A sign-in of sorts: three calls, one after the other. */
static void run_flow(void) {
  for (int i = 0; i < 3; i++) {
    outcome out;
    fixture_call(&f, NULL, &out);
    fixture_wait(&f, &out);
    assert_answered(&out);
  }
}

static void measure(size_t *in, size_t *out) {
  fixture_open(&f);
  fixture_start(&f, NULL);
  run_flow();
  const fake_conn *conn = &fixture_dc(&f, 2)->conns[0];
  *in = conn->bytes_in;
  *out = conn->bytes_out;
  fixture_close(&f);
}

/* proves MS-8 */
static void test_cut_at_every_byte_in(void **state) {
  (void)state;
  size_t in, out;
  measure(&in, &out);
  assert_true(in > 800);
  for (size_t at = 1; at <= in; at += at < 60 || at > in - 40 ? 1 : 13) {
    open_quick();
    fixture_dc(&f, 2)->cut_in = at;
    fixture_start(&f, NULL);
    run_flow();
    fixture_close(&f);
  }
}

/* proves MS-8 */
static void test_cut_at_every_byte_out(void **state) {
  (void)state;
  size_t in, out;
  measure(&in, &out);
  assert_true(out > 800);
  for (size_t at = 1; at <= out; at += at < 60 || at > out - 40 ? 1 : 13) {
    open_quick();
    fixture_dc(&f, 2)->cut_out = at;
    fixture_start(&f, NULL);
    run_flow();
    fixture_close(&f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cut_at_every_byte_in),
      cmocka_unit_test(test_cut_at_every_byte_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
