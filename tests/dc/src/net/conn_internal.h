/* What the files of a connection share. */
#ifndef TGDC_CONN_INTERNAL_H
#define TGDC_CONN_INTERNAL_H

#include "conn.h"
#include "transport_server.h"

struct tgdc_conn {
  tgdc_conn *next;
  tgdc *dc;
  dc_wire *wire;
  int dc_id;
  bool spoken; /* a whole packet came */
  bool finished;
  int64_t disconnect_at; /* ping_delay_disconnect, or nothing was said yet; INT64_MAX: never */
  int64_t http_until;    /* HTTP: the waiting request is answered then at the latest */
  char peer[64];
  tl_buffer out, packet;
};

/* Gives the transport a packet. False when that failed. */
bool dc_conn_put(tgdc_conn *conn, const tl_buffer *packet);

#endif
