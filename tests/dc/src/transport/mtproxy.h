/* An MTProxy endpoint for tests: what a proxy does between its two sockets, sans-IO. It checks what
 * a client sends as strictly as the proxies in use do (TR-9 to TR-13) and answers nothing before it
 * has.
 *
 *   mtproxy_create()           one proxy: secret, modes, and the openings it has seen (replays)
 *   mtproxy_accept()           one client
 *   mtproxy_link_recv()        bytes from the client's or the data centre's socket
 *   mtproxy_link_state()       MTPROXY_DIALLING: connect to data centre mtproxy_link_dc() and go
 * on; MTPROXY_REFUSED: close, mtproxy_link_reason() says why mtproxy_link_output()      what to
 * write to either socket; mtproxy_link_written() */
#ifndef TGDC_MTPROXY_H
#define TGDC_MTPROXY_H

#include <mtp/proxy.h>
#include <mtp/rng.h>
#include <tl/buffer.h>

typedef struct mtproxy mtproxy;
typedef struct mtproxy_link mtproxy_link;

/* What clients may use. */
enum { MTPROXY_PLAIN = 1, MTPROXY_PADDED = 2, MTPROXY_TLS = 4, MTPROXY_ALL = 7 };

typedef struct mtproxy_options {
  const tl_allocator *allocator;
  const mtp_rng *rng; /* NULL: the system's; copied */
  mtp_secret secret;  /* key, and for TLS the domain that the client must show (empty: any); kind
                         MTP_SECRET_NONE: no secret, with the two ways to say so */
  unsigned modes;     /* MTPROXY_...; 0: MTPROXY_ALL */
  size_t replays;     /* openings remembered; 0: 4096 */
} mtproxy_options;

/* TL_ERR_NOMEM. */
TL_MUST_USE tl_status mtproxy_create(const mtproxy_options *options, mtproxy **out);
void mtproxy_destroy(mtproxy *proxy); /* after its links */

TL_MUST_USE tl_status mtproxy_accept(mtproxy *proxy, mtproxy_link **out);
void mtproxy_link_destroy(mtproxy_link *link);

typedef enum mtproxy_side { MTPROXY_CLIENT, MTPROXY_UPSTREAM } mtproxy_side;

typedef enum mtproxy_state {
  MTPROXY_HANDSHAKE, /* the client has yet to say what it wants */
  MTPROXY_DIALLING,  /* it has: bytes for the data centre lie in the output */
  MTPROXY_REFUSED    /* nothing more is said */
} mtproxy_state;

/* unix_time: seconds; the hello of a client must be from 20 s in the future to 10 minutes ago. */
void mtproxy_link_recv(mtproxy_link *link, mtproxy_side from, int64_t unix_time, const void *data,
                       size_t n);

mtproxy_state mtproxy_link_state(const mtproxy_link *link);
int mtproxy_link_dc(const mtproxy_link *link);           /* as the client gave it (TR-9) */
const char *mtproxy_link_mode(const mtproxy_link *link); /* "plain", "padded", "fake TLS", "" */
const char *mtproxy_link_reason(const mtproxy_link *link);

/* What is to be written to one of the sockets; borrowed until the next call. */
tl_bytes mtproxy_link_output(const mtproxy_link *link, mtproxy_side to);
void mtproxy_link_written(mtproxy_link *link, mtproxy_side to, size_t n);

#endif
