/* A session in years to come: the clock passes what 32 bits hold (LV-9). */
#include "rig.h"

static const peer_message *next_of(rig *r, int id) {
  rig_flush(r);
  return peer_next(&r->peer, id);
}

static const int64_t years[] = {
    2147483000ll, /* just before 2038-01-19 */
    2147484000ll, /* just behind it */
    4102444800ll, /* 2100 */
    4294967000ll, /* just before 2106-02-07 */
    4294968000ll, /* just behind it */
    5000000000ll, /* 2128 */
};

/* proves LV-9, MS-1, EN-12 */
static void test_a_session_works_past_2038_and_2106(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
    rig r;
    rig_init(&r);
    r.key.synchronised = true;
    r.now.wall_ms = r.peer.clock_ms = years[i] * 1000;
    rig_open(&r);
    for (uint32_t n = 0; n < 100; n++) { /* from before to behind the end of the count */
      mtp_token token = rig_query(&r, n, NULL);
      const peer_message *query = next_of(&r, ID_QUERY);
      assert_true((uint64_t)query->msg_id >> 32 == ((uint64_t)r.now.wall_ms / 1000 & 0xffffffffu));
      assert_int_equal(say_answer(&r, query->msg_id, n), MTP_OK);
      rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
      assert_int_equal(say_update(&r, n), MTP_OK);
      assert_int_equal(value_of(&rig_expect(&r, MTP_ENGINE_EVENT_UPDATE, 0)->body), n);
      rig_pass(&r, 10000);
    }
    assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
    assert_true(rig_server_ms(&r) - r.now.wall_ms < 2000);
    rig_end(&r);
  }
}

/* proves LV-9, MS-12 */
static void test_salts_hold_past_2038_and_2106(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
    rig r;
    rig_init(&r);
    r.config.no_future_salts = false;
    r.now.wall_ms = r.peer.clock_ms = years[i] * 1000;
    rig_open(&r);
    say_update(&r, 1);
    const peer_message *request = next_of(&r, ID_GET_SALTS);
    assert_non_null(request);
    say_begin(&r, 0xae500895);
    put64(&r.body, request->msg_id);
    put32(&r.body, (uint32_t)years[i]);
    put32(&r.body, 2);
    for (uint32_t n = 0; n < 2; n++) {
      put32(&r.body, (uint32_t)(years[i] - 60 + 1800 * n));
      put32(&r.body, (uint32_t)(years[i] + 1800 + 1800 * n));
      put64(&r.body, 100 + n);
    }
    assert_int_equal(say(&r, false), MTP_OK);
    assert_true(rig_salt(&r) == 100);
    rig_pass(&r, 1900000);
    assert_true(rig_salt(&r) == 101);
    rig_end(&r);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_session_works_past_2038_and_2106),
      cmocka_unit_test(test_salts_hold_past_2038_and_2106),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
