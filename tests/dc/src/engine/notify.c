/* What is wrong with a message, said to who sent it. */
#include "conn.h"
#include "incoming.h"
#include "keys.h"
#include "session.h"

void dc_notify(dc_incoming *in, int32_t code) {
  uint8_t body[28];
  size_t size = code == 48 ? 28 : 20;
  tl_store32(body, code == 48 ? 0xedab447bu : 0xa7eff811u);
  tl_store64(body + 4, (uint64_t)in->msg_id);
  tl_store32(body + 12, (uint32_t)in->seqno);
  tl_store32(body + 16, (uint32_t)code);
  tl_store64(body + 20, (uint64_t)dc_salt(in->dc, in->key, 0));
  dc_debug(in->dc, "bad message: code %d", (int)code);
  if (!dc_session_send(in->dc, in->session, body, size, DC_RESPONSE, 0))
    dc_conn_fail(in->conn);
}
