/* The service messages that are handled. One more is a file in handlers/ and a row here. */
#ifndef MTP_ENGINE_HANDLERS_H
#define MTP_ENGINE_HANDLERS_H

#include "parse.h"

/* ROW(name): mtp_handle_NAME() takes mt_NAME. */
#define MTP_HANDLED(ROW)                                                                           \
  ROW(bad_msg_notification)                                                                        \
  ROW(bad_server_salt)                                                                             \
  ROW(destroy_auth_key_fail)                                                                       \
  ROW(destroy_auth_key_none)                                                                       \
  ROW(destroy_auth_key_ok)                                                                         \
  ROW(destroy_session_none)                                                                        \
  ROW(destroy_session_ok)                                                                          \
  ROW(future_salts)                                                                                \
  ROW(msg_detailed_info)                                                                           \
  ROW(msg_new_detailed_info)                                                                       \
  ROW(msg_resend_req)                                                                              \
  ROW(msgs_ack)                                                                                    \
  ROW(msgs_all_info)                                                                               \
  ROW(msgs_state_info)                                                                             \
  ROW(msgs_state_req)                                                                              \
  ROW(new_session_created)                                                                         \
  ROW(pong)

typedef struct mtp_rx {
  mtp_engine *engine;
  mtp_now now;
  int64_t msg_id; /* of the message that is handled */
  mtp_parsed *parsed;
  struct tl_arena *arena; /* for what is decoded; lives as long as the packet is handled */
} mtp_rx;

/* Takes a service message: mt_NAME, decoded. OK, or NOMEM: it was not handled, and will be when the
 * server sends it again. */
typedef mtp_cause (*mtp_handler)(mtp_rx *rx, const void *message);

#define MTP_HANDLER(name) mtp_cause mtp_handle_##name(mtp_rx *rx, const void *message);
MTP_HANDLED(MTP_HANDLER)
#undef MTP_HANDLER

/* Decodes body and hands it to its handler. What is malformed is ignored. *handled (may be NULL):
 * there is one. OK, NOMEM. */
TL_MUST_USE mtp_cause mtp_dispatch(mtp_rx *rx, tl_bytes body, bool *handled);
/* rpc_result#f35c6d01 req_msg_id:long result:Object = RpcResult: ends a query (TL-18). OK, NOMEM.
 */
TL_MUST_USE mtp_cause mtp_result_take(mtp_rx *rx, const mtp_inbound *in);

#endif
