/* Packet framings: how packets lie in a stream, for both sides. A new one is a file with one
 * mtp_framing_class, and a row in transports.h. */
#ifndef MTP_TRANSPORT_FRAMING_H
#define MTP_TRANSPORT_FRAMING_H

#include <mtp/rng.h>
#include <tl/buffer.h>

#include "failure.h"
#include "transports.h"

#define MTP_QUICK_ACK_BIT    0x80000000u
#define MTP_MAX_PACKET       ((size_t)1 << 24)
#define MTP_TAG_ABRIDGED     0xefefefefu
#define MTP_TAG_INTERMEDIATE 0xeeeeeeeeu
#define MTP_TAG_PADDED       0xddddddddu

typedef enum mtp_side { MTP_CLIENT_SIDE, MTP_SERVER_SIDE } mtp_side;

typedef enum mtp_frame_kind {
  MTP_FRAME_MORE,      /* no whole packet yet */
  MTP_FRAME_SKIP,      /* something without meaning went by */
  MTP_FRAME_PACKET,    /* packet, and on the server's side quick_ack */
  MTP_FRAME_QUICK_ACK, /* client's side: token */
  MTP_FRAME_ERROR,     /* client's side: code, a transport error (TR-6) */
  MTP_FRAME_BAD        /* failure says why; the stream is lost */
} mtp_frame_kind;

typedef struct mtp_frame {
  mtp_frame_kind kind;
  size_t used;     /* bytes of the input that are done with, of whatever kind it is */
  tl_bytes packet; /* in the input, or in the framing until its next call */
  bool quick_ack;  /* the client asks for a quick ack */
  uint32_t token;
  int32_t code;
} mtp_frame;

typedef struct mtp_framing mtp_framing;

typedef struct mtp_framing_class {
  const char *name;
  uint32_t tag;       /* MTP_TAG_...; 0: none, so that it cannot be obfuscated */
  size_t tag_size;    /* bytes of it that open the stream when it is not obfuscated */
  bool one_at_a_time; /* a packet is sent only when the one before was answered */

  /* Appends one packet. False with failure filled. */
  bool (*encode)(mtp_framing *framing, tl_bytes packet, bool quick_ack, tl_buffer *out);
  /* Looks at the start of in[0..n). Returns frame->kind. */
  mtp_frame_kind (*decode)(mtp_framing *framing, const uint8_t *in, size_t n, mtp_frame *frame);
  /* Server's side: appends the answer to a request for a quick ack. NULL: there is none. */
  bool (*quick_ack)(mtp_framing *framing, uint32_t token, tl_buffer *out);
  /* The stream has ended with in[0..n) undecoded: a last packet, or MTP_FRAME_MORE. May be NULL. */
  mtp_frame_kind (*finish)(mtp_framing *framing, const uint8_t *in, size_t n, mtp_frame *frame);
  void (*free)(mtp_framing *framing); /* may be NULL */
} mtp_framing_class;

struct mtp_framing {
  const mtp_framing_class *cls;
  mtp_side side;
  size_t max_packet;
  const mtp_rng *rng; /* padding; NULL: the system's */
  const tl_allocator *allocator;
  mtp_failure failure;
  uint32_t sent, received; /* packets, for the framing that numbers them */
  const char *host, *path; /* HTTP client: borrowed */
  uint16_t port, default_port;
  bool last;   /* HTTP server: the connection ends after the response to this request */
  void *state; /* the framing's own; freed by free() */
};

/* Those of all transports: mtp_framing_abridged, ... */
#define MTP_DECLARE_FRAMING(name, framing, ...)                                                    \
  extern const mtp_framing_class mtp_framing_##framing;
MTP_TRANSPORTS(MTP_DECLARE_FRAMING, MTP_DECLARE_FRAMING)
#undef MTP_DECLARE_FRAMING

/* Frees what the framing holds; zero-initialised is fine. */
void mtp_framing_free(mtp_framing *framing);

/* Helpers of the framings. */
mtp_frame_kind mtp_frame_bad(mtp_framing *framing, mtp_frame *frame, mtp_cause kind,
                             const char *text);
/* Fills a frame from the payload of a packet: on the client's side one below 16 bytes is a
 * transport error or nothing. `used` counts header and payload. */
mtp_frame_kind mtp_frame_payload(mtp_framing *framing, mtp_frame *frame, const uint8_t *payload,
                                 size_t size, size_t used);

#endif
