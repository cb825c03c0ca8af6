/* The other side of a session, for tests: opens what the engine seals, checks that every packet
 * keeps the rules that hold for all of them (MS-1, MS-2, MS-3), and seals what a test tells it to
 * say. */
#ifndef TESTS_MTP_PEER_H
#define TESTS_MTP_PEER_H

#include "crypto/seal.h"
#include "engine/engine.h"

enum { /* constructors that tests speak of */
       ID_CONTAINER = 0x73f1f8dc,
       ID_GZIP = 0x3072cfa1,
       ID_ACK = 0x62d6b459,
       ID_PING = 0x7abe77ec,
       ID_HTTP_WAIT = (int)0x9299359fu,
       ID_STATE_REQ = (int)0xda69fb52u,
       ID_STATE_INFO = 0x04deb57d,
       ID_RESEND_REQ = 0x7d861a08,
       ID_PING_DELAY = (int)0xf3427b8cu,
       ID_GET_SALTS = (int)0xb921bd04u,
       ID_DROP = 0x58e4a740,
       ID_DESTROY_SESSION = (int)0xe7512126u,
       ID_DESTROY_KEY = (int)0xd1435160u,
       ID_INVOKE_AFTER = (int)0xcb9f372du,
       ID_RPC_ERROR = 0x2144ca19,
       ID_QUERY = 0x51ab0001, /* of no schema: what tests ask */
       ID_ANSWER = 0x51ab0002,
       ID_UPDATE = 0x51ab0003
};

/* One message of the engine. */
typedef struct peer_message {
  int64_t msg_id, container, salt; /* container: 0 if it came alone */
  int32_t seq_no;
  uint32_t id; /* constructor */
  tl_buffer body;
  bool taken;
} peer_message;

typedef struct peer {
  mtp_auth_key key;
  int64_t session_id; /* the engine's, of its newest packet */
  int64_t salt;       /* of what it says */
  int64_t clock_ms;   /* its time */
  int64_t last_id, last_client_id;
  uint32_t content, client_content;
  bool lossy; /* packets may be missing: sequence numbers are not compared */
  bool padded;
  peer_message *got; /* what the engine sent, in order */
  size_t n_got, cap_got;
  size_t packets, largest_packet, most_messages;
  tl_buffer out; /* the packet that was made last */
} peer;

void peer_init(peer *p);
void peer_free(peer *p);
void peer_forget(peer *p); /* drops what it got */

/* Takes in one packet of the engine. */
void peer_receive(peer *p, const uint8_t *packet, size_t size);
/* The first message of that constructor that was not handed out yet; NULL: none. */
peer_message *peer_next(peer *p, int id);
/* How many of that constructor have not been handed out. */
size_t peer_count(const peer *p, int id);

/* A new message id: answer: 1 mod 4, else 3 mod 4. */
int64_t peer_id(peer *p, bool answer);
/* The next sequence number. */
int32_t peer_seq(peer *p, bool content);
/* Seals body with everything given; p->out is the packet. */
void peer_seal(peer *p, int64_t session_id, int64_t msg_id, int32_t seq_no, const tl_buffer *body);
/* The same with what is right here and now. Returns the message id. */
int64_t peer_say(peer *p, bool content, const tl_buffer *body);

/* ---- bodies: appended to a buffer ---- */

void put32(tl_buffer *out, uint32_t value);
void put64(tl_buffer *out, int64_t value);
void put_string(tl_buffer *out, const void *data, size_t size);
void put_longs(tl_buffer *out, const int64_t *values, size_t count); /* Vector<long> */
void put_message(tl_buffer *out, int64_t msg_id, int32_t seq_no, const tl_buffer *body);
/* gzip_packed of content; format 31: gzip, 15: zlib. */
void put_gzip(tl_buffer *out, const void *data, size_t size, int format);

#endif
