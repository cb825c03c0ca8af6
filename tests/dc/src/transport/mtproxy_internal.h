/* What the files of the MTProxy endpoint share. */
#ifndef TGDC_MTPROXY_INTERNAL_H
#define TGDC_MTPROXY_INTERNAL_H

#include "mtproxy.h"
#include "obfuscation_server.h"
#include "transport/failure.h"
#include "transport/tls/tls_record.h"

#define MTPROXY_OPENING 32 /* bytes of an opening that are remembered */

struct mtproxy {
  mtproxy_options options;
  mtp_rng rng;
  uint8_t (*seen)[MTPROXY_OPENING]; /* a ring */
  size_t seen_capacity, seen_count; /* how many were ever put in */
};

struct mtproxy_link {
  mtproxy *proxy;
  mtproxy_state state;
  bool sniffed;    /* whether fake TLS is spoken is known */
  bool tls;        /* the hello was good, records follow */
  bool obfuscated; /* the 64 bytes of the client are read */
  int dc;
  uint32_t tag;
  mtp_obfuscation client, upstream;
  mtp_record_reader reader;
  tl_buffer in;     /* handshake bytes, out of the records if there are any */
  tl_buffer out[2]; /* by side */
  tl_buffer scratch;
  tl_buffer down; /* decrypted bytes of the data centre */
  mtp_failure failure;
};

/* Remembers an opening; false when it has been seen. */
bool mtproxy_remember(mtproxy *proxy, const uint8_t opening[MTPROXY_OPENING]);

/* Refuses the client: state and reason. Returns false. */
bool mtproxy_refuse(mtproxy_link *link, const char *reason);

/* Checks the ClientHello in link->in once all of it is there, answers it and takes it off. False
 * when refused. */
bool mtproxy_take_hello(mtproxy_link *link, int64_t unix_time);

#endif
