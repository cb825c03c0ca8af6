/* The accepting side of all transports: finds out from the first bytes which one a client speaks,
 * takes its packets out of the stream and puts the answers in. Sans-IO, as the client's wire is; it
 * reuses that one's framings.
 *
 * Told apart: abridged, intermediate, padded intermediate, full, each of the first three
 * obfuscated, HTTP (POST /api...), and WebSocket (GET /apiws...) with obfuscation inside. */
#ifndef TGDC_TRANSPORT_SERVER_H
#define TGDC_TRANSPORT_SERVER_H

#include <mtp/rng.h>
#include <tl/buffer.h>

#include "transport/failure.h"

typedef struct dc_wire dc_wire;

typedef struct dc_wire_options {
  const tl_allocator *allocator;
  const mtp_rng *rng;           /* NULL: the system's; copied */
  size_t max_packet;            /* 0: 2^24 */
  const uint8_t (*secrets)[16]; /* that an obfuscated client may use besides none; borrowed */
  size_t secret_count;
} dc_wire_options;

typedef enum dc_wire_event_kind {
  DC_WIRE_NONE = 0, /* nothing more for now */
  DC_WIRE_PACKET,   /* packet, quick_ack */
  DC_WIRE_FAILED    /* failure; once, last. Write the output (HTTP says why there), then close. */
} dc_wire_event_kind;

typedef struct dc_wire_event {
  dc_wire_event_kind kind;
  tl_bytes packet;            /* without transport padding; borrowed until the next call */
  bool quick_ack;             /* the client asks for dc_wire_send_quick_ack() */
  const mtp_failure *failure; /* lives as long as the wire */
} dc_wire_event;

/* TL_ERR_NOMEM. */
TL_MUST_USE tl_status dc_wire_create(const dc_wire_options *options, dc_wire **out);
void dc_wire_destroy(dc_wire *wire);

/* Bytes from the client; then pull events until DC_WIRE_NONE. */
void dc_wire_recv(dc_wire *wire, const void *data, size_t n);
dc_wire_event_kind dc_wire_next(dc_wire *wire, dc_wire_event *event);

/* Whether dc_wire_send() can take something: false before the first packet, when finished, and over
 * HTTP unless a request waits for its response. */
bool dc_wire_can_send(const dc_wire *wire);

/* Over HTTP each of these answers the request that waits. A packet is a whole number of words; over
 * HTTP also none at all, for an empty response. TL_ERR_ARGUMENT (size, or not dc_wire_can_send()),
 * TL_ERR_NOMEM: the wire is lost. */
TL_MUST_USE tl_status dc_wire_send(dc_wire *wire, tl_bytes packet);
/* A negative code (TR-6); over HTTP the status -code. */
TL_MUST_USE tl_status dc_wire_send_error(dc_wire *wire, int32_t code);

/* The answer to quick_ack: token is the first four bytes of SHA-256 over what msg_key is taken
 * from, little-endian; the top bit is set here. Nothing is sent where the framing has no quick
 * acks, nor when the reply would begin with a transport's tag (TR-7). */
TL_MUST_USE tl_status dc_wire_send_quick_ack(dc_wire *wire, uint32_t token);

/* Whether the connection is to be closed once the output is written. */
bool dc_wire_finished(const dc_wire *wire);

bool dc_wire_is_http(const dc_wire *wire);

/* What is to be written; size 0: nothing. Borrowed until the next call. */
tl_bytes dc_wire_output(const dc_wire *wire);
void dc_wire_written(dc_wire *wire, size_t n);

/* "obfuscated padded intermediate", "WebSocket obfuscated abridged", "HTTP", ...; "unknown" before
 * it is found out. */
const char *dc_wire_transport(const dc_wire *wire);

#endif
