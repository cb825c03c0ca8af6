/* What the tests of the transports share. */
#include "wire_fixture.h"

#include <tl/wire.h>

uint8_t *packet_new(size_t size, uint8_t seed) {
  uint8_t *packet = malloc(size);
  assert_non_null(packet);
  for (size_t i = 0; i < size; i++)
    packet[i] = (uint8_t)(i * 7 + (i >> 8) * 13 + seed);
  if ((size - 24) % 16 == 0) {
    packet[0] |= 1;
    return packet;
  }
  tl_store64(packet, 0);
  tl_store32(packet + 16, (uint32_t)size - 20);
  return packet;
}

static void *counting_realloc(void *ctx, void *ptr, size_t old_size, size_t new_size) {
  counting_allocator *counting = ctx;
  if (new_size == 0) {
    counting->live_bytes -= old_size;
    free(ptr);
    return NULL;
  }
  if (++counting->calls == counting->fail_at)
    return NULL;
  void *made = realloc(ptr, new_size);
  assert_non_null(made);
  counting->live_bytes += new_size - old_size;
  return made;
}

void counting_init(counting_allocator *counting, size_t fail_at) {
  *counting = (counting_allocator){{counting_realloc, counting}, 0, 0, fail_at};
}

void bytes_add(bytes *to, const void *data, size_t size) {
  assert_true(size <= sizeof to->data - to->size);
  memcpy(to->data + to->size, data, size);
  to->size += size;
}

mtp_wire_options wire_options(const char *transport, const mtp_rng *rng) {
  mtp_wire_options options = {
      .transport = mtp_transport_find(transport),
      .host = "dc.test",
      .port = 443,
      .rng = rng,
  };
  assert_non_null(options.transport);
  return options;
}

mtp_wire *wire_started(const mtp_wire_options *options) {
  mtp_wire *wire = NULL;
  mtp_failure failure = {.kind = MTP_OK};
  mtp_cause status = mtp_wire_create(options, &wire, &failure);
  if (status != MTP_OK)
    fail_msg("no wire: %s", failure.text);
  mtp_wire_start(wire, 1000, 1700000000);
  return wire;
}

bytes *take_output(mtp_wire *wire, bytes *out) {
  tl_bytes output = mtp_wire_output(wire);
  out->size = 0;
  bytes_add(out, output.data, output.size);
  mtp_wire_written(wire, output.size);
  return out;
}

void give(mtp_wire *wire, const void *data, size_t size, size_t step) {
  const uint8_t *from = data;
  for (size_t at = 0; at < size; at += step)
    mtp_wire_recv(wire, from + at, size - at < step ? size - at : step);
}

mtp_wire_event expect_event(mtp_wire *wire, mtp_wire_event_kind kind) {
  mtp_wire_event event;
  mtp_wire_next(wire, &event);
  if (event.kind == MTP_WIRE_FAILED && kind != MTP_WIRE_FAILED)
    fail_msg("failed: %s", event.failure->text);
  assert_int_equal(event.kind, kind);
  return event;
}

mtp_failure expect_failure(mtp_wire *wire, mtp_cause kind) {
  mtp_wire_event event = expect_event(wire, MTP_WIRE_FAILED);
  mtp_failure failure = *event.failure;
  if (failure.kind != kind)
    fail_msg("failure \"%s\" of another kind: %s", mtp_cause_text(failure.kind), failure.text);
  assert_true(failure.text[0] != 0);
  if (kind != MTP_FAIL_CLOSED)
    assert_int_equal(mtp_wire_output(wire).size, 0);
  expect_event(wire, MTP_WIRE_NONE);
  assert_false(mtp_wire_ready(wire));
  mtp_wire_recv(wire, "more", 4);
  expect_event(wire, MTP_WIRE_NONE);
  return failure;
}

static bool pump_up(mtp_wire *client, dc_wire *server, size_t step) {
  tl_bytes out = mtp_wire_output(client);
  size_t n = out.size < step ? out.size : step;
  dc_wire_recv(server, out.data, n);
  mtp_wire_written(client, n);
  return n > 0;
}

static bool pump_down(mtp_wire *client, dc_wire *server, size_t step) {
  tl_bytes out = dc_wire_output(server);
  size_t n = out.size < step ? out.size : step;
  mtp_wire_recv(client, out.data, n);
  dc_wire_written(server, n);
  return n > 0;
}

void pump(mtp_wire *client, dc_wire *server, size_t step) {
  bool up, down;
  do {
    up = pump_up(client, server, step);
    down = pump_down(client, server, step);
  } while (up || down);
}

dc_wire_event expect_server_event(dc_wire *server, dc_wire_event_kind kind) {
  dc_wire_event event;
  dc_wire_next(server, &event);
  if (event.kind == DC_WIRE_FAILED && kind != DC_WIRE_FAILED)
    fail_msg("the server failed: %s", event.failure->text);
  assert_int_equal(event.kind, kind);
  return event;
}

mtp_secret faketls_secret(const char *domain) {
  mtp_secret secret = {.kind = MTP_SECRET_TLS};
  for (uint8_t i = 0; i < 16; i++)
    secret.key[i] = (uint8_t)(i * 17 + 3);
  strcpy(secret.domain, domain);
  return secret;
}

tl_buffer faketls_hello(const char *domain, mtp_hello_kind kind, uint64_t seed, int64_t now) {
  fake_rng fake = fake_rng_of(NULL, 0);
  fake.state += seed;
  mtp_rng rng = fake_rng_view(&fake);
  mtp_secret secret = faketls_secret(domain);
  mtp_failure failure = {.kind = MTP_OK};
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  assert_true(mtp_faketls_hello(&rng, &secret, kind, now, &out, &failure));
  return out;
}
