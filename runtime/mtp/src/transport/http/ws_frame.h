/* WebSocket framing (RFC 6455, section 5), for both sides. Messages are not told apart: the payload
 * of all data frames is one stream. */
#ifndef MTP_TRANSPORT_WS_FRAME_H
#define MTP_TRANSPORT_WS_FRAME_H

#include <tl/buffer.h>

#include "transport/failure.h"

enum {
  MTP_WS_CONTINUATION = 0,
  MTP_WS_TEXT = 1,
  MTP_WS_BINARY = 2,
  MTP_WS_CLOSE = 8,
  MTP_WS_PING,
  MTP_WS_PONG
};

#define MTP_WS_CONTROL_MAX 125

/* Reads frames; zero-initialise it and set `masked` to whether the other side masks (clients do,
 * servers do not). */
typedef struct mtp_ws_reader {
  bool masked;
  uint8_t head[14];
  size_t have, need; /* of head */
  bool in_payload;
  bool in_message; /* a fragmented message has begun */
  uint64_t left;   /* of the payload */
  size_t mask_at;
  uint8_t control[MTP_WS_CONTROL_MAX];
  size_t control_size;
} mtp_ws_reader;

typedef enum mtp_ws_result {
  MTP_WS_RESULT_MORE,  /* everything was taken */
  MTP_WS_RESULT_PING,  /* answer reader->control[0..control_size) with a pong, and go on */
  MTP_WS_RESULT_CLOSE, /* the other side closes, for the reason in control */
  MTP_WS_RESULT_BAD    /* *failure says why */
} mtp_ws_result;

/* Takes data[*used..n), appends the payload of data frames to `up`. Returns early for a control
 * frame that the caller must act on. */
mtp_ws_result mtp_ws_read(mtp_ws_reader *reader, const uint8_t *data, size_t n, size_t *used,
                          tl_buffer *up, mtp_failure *failure);

/* The status code of a close frame in reader->control; 1005 when it has none. */
int mtp_ws_close_code(const mtp_ws_reader *reader);

/* Appends one whole frame; mask is 4 random bytes, or NULL on the server's side. */
TL_MUST_USE tl_status mtp_ws_write(tl_buffer *out, unsigned opcode, const uint8_t *mask,
                                   const uint8_t *data, size_t n);

/* Sec-WebSocket-Accept for a Sec-WebSocket-Key: 28 characters and a NUL. False when out of memory.
 */
bool mtp_ws_accept(tl_string key, char out[29]);

#endif
