/* What the files of the accepting side share. */
#ifndef TGDC_TRANSPORT_SERVER_INTERNAL_H
#define TGDC_TRANSPORT_SERVER_INTERNAL_H

#include "obfuscation_server.h"
#include "transport/framing.h"
#include "transport/http/ws_frame.h"
#include "transport_server.h"

typedef enum dc_wire_state {
  DC_WIRE_SNIFFING, /* framing.cls is not known yet */
  DC_WIRE_OPEN,
  DC_WIRE_LAST,  /* the output is the last; reading has ended */
  DC_WIRE_ENDED, /* and DC_WIRE_FAILED has been told */
} dc_wire_state;

struct dc_wire {
  dc_wire_options options;
  mtp_rng rng;
  dc_wire_state state;
  bool websocket;
  bool obfuscated;
  mtp_ws_reader reader;
  mtp_obfuscation streams;
  mtp_framing framing;
  bool replied; /* something of the framing has been sent (TR-7) */
  tl_buffer in; /* decrypted, unframed by WebSocket */
  size_t in_at;
  tl_buffer out;
  size_t out_at;
  tl_buffer frame; /* scratch */
  char transport[64];
  mtp_failure failure;
};

/* Looks at the bytes in wire->in; sets the state when they tell enough. False with wire->failure.
 */
bool dc_wire_sniff(dc_wire *wire);

/* The bytes start with "GET ": upgrades once the request is there. */
bool dc_wire_upgrade(dc_wire *wire);

/* An HTTP response without content, after which the connection ends. */
bool dc_wire_http_refuse(dc_wire *wire, unsigned status);

/* Appends a response to a request; close: nothing follows it. */
TL_MUST_USE tl_status dc_http_append_response(tl_buffer *out, unsigned status, bool close,
                                              tl_bytes body);

/* HTTP as a framing, the server's side. Its failures carry the status to answer with as their code.
 * framing->state is unused; ->received counts requests, ->sent responses. */
extern const mtp_framing_class dc_framing_http;

#endif
