/* What the tests of the transports share: packets, an allocator that fails, and a client's wire and
 * the data centre's joined by a cable that can be cut into pieces. */
#ifndef TESTS_MTP_WIRE_FIXTURE_H
#define TESTS_MTP_WIRE_FIXTURE_H

#include "support.h"
#include "transport/tls/faketls_hello.h"
#include "transport/wire.h"
#include "transport_server.h"

#define assert_tl_ok(call) assert_int_equal((call), TL_OK)

/* ---- packets ---- */

/* `size` bytes (a multiple of four, at least 24) that look like a message to those who cut off
 * transport padding: unencrypted, or encrypted when that fits the size. Freed by free(). */
uint8_t *packet_new(size_t size, uint8_t seed);

/* ---- memory ---- */

/* Counts what is out, and fails the allocation of that number. */
typedef struct counting_allocator {
  tl_allocator allocator;
  size_t calls, live_bytes;
  size_t fail_at; /* 0: never; counted from 1 */
} counting_allocator;

void counting_init(counting_allocator *counting, size_t fail_at);

/* ---- growing bytes of a test ---- */

typedef struct bytes {
  uint8_t data[1 << 17];
  size_t size;
} bytes;

void bytes_add(bytes *to, const void *data, size_t size);
#define bytes_add_literal(to, literal) bytes_add((to), (literal), sizeof(literal) - 1)

/* ---- wires ---- */

/* Options for a transport by name, to dc.test:443, with a generator that is known. */
mtp_wire_options wire_options(const char *transport, const mtp_rng *rng);

/* A wire that has been started at time 1000, Unix time 1700000000. */
mtp_wire *wire_started(const mtp_wire_options *options);

/* Takes all output of a wire. */
bytes *take_output(mtp_wire *wire, bytes *out);

/* Gives bytes in pieces of `step`. */
void give(mtp_wire *wire, const void *data, size_t size, size_t step);

/* Asserts that the next event is of this kind, and returns it. */
mtp_wire_event expect_event(mtp_wire *wire, mtp_wire_event_kind kind);
/* Asserts that the next event is a failure of this kind and nothing comes after it, not even output
 * (but for MTP_FAIL_CLOSED). */
mtp_failure expect_failure(mtp_wire *wire, mtp_cause kind);

/* Moves bytes between both ends in pieces of `step` until neither has any. */
void pump(mtp_wire *client, dc_wire *server, size_t step);

/* The next event of a server. */
dc_wire_event expect_server_event(dc_wire *server, dc_wire_event_kind kind);

/* ---- fake TLS ---- */

#define FAKETLS_NOW 1700000000

/* Always the same key, with this domain. */
mtp_secret faketls_secret(const char *domain);
/* A hello for it, different for each seed. Freed by tl_buffer_free(). */
tl_buffer faketls_hello(const char *domain, mtp_hello_kind kind, uint64_t seed, int64_t now);

#endif
