/* The service messages that are handled. One more is one file and one row. */
#include "internal.h"

#include <mt/mt.h>
#include <tl/wire.h>

#define DECODE_LIMIT ((size_t)4 << 20) /* bytes that one service message may take decoded */

mtp_handler mtp_handler_of(uint32_t id) {
  static const struct {
    uint32_t id;
    mtp_handler handler;
  } rows[] = {
      {0xf35c6d01u, mtp_handle_rpc_result},
      {0x62d6b459u, mtp_handle_msgs_ack},
      {0xa7eff811u, mtp_handle_bad_msg_notification},
      {0xedab447bu, mtp_handle_bad_server_salt},
      {0x9ec20908u, mtp_handle_new_session_created},
      {0x347773c5u, mtp_handle_pong},
      {0xae500895u, mtp_handle_future_salts},
      {0xda69fb52u, mtp_handle_msgs_state_req},
      {0x04deb57du, mtp_handle_msgs_state_info},
      {0x8cc0d131u, mtp_handle_msgs_all_info},
      {0x276d3ec6u, mtp_handle_msg_detailed_info},
      {0x809db6dfu, mtp_handle_msg_new_detailed_info},
      {0x7d861a08u, mtp_handle_msg_resend_req},
      {0xe22045fcu, mtp_handle_destroy_session},  /* destroy_session_ok */
      {0x62d350c9u, mtp_handle_destroy_session},  /* destroy_session_none */
      {0xf660e1d4u, mtp_handle_destroy_auth_key}, /* destroy_auth_key_ok */
      {0x0a9f2259u, mtp_handle_destroy_auth_key}, /* destroy_auth_key_none */
      {0xea109b13u, mtp_handle_destroy_auth_key}, /* destroy_auth_key_fail */
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (rows[i].id == id)
      return rows[i].handler;
  return NULL;
}

bool mtp_is_service(uint32_t id) {
  return mtp_handler_of(id) || tl_find_id(&mt_schema, id) != TL_NONE;
}

uint32_t mtp_id_of(tl_bytes body) {
  return body.size < 4 ? 0 : tl_load32(body.data);
}

mtp_engine_status mtp_decode(mtp_rx *rx, tl_bytes body, const void **args) {
  tl_object object;
  const tl_decode_options options = {
      .strings = TL_STRINGS_ALIAS, .max_memory = DECODE_LIMIT, .allow_trailing = true};
  tl_status status =
      tl_decode_object(&mt_schema, body.data, body.size, &options, rx->arena, &object, NULL, NULL);
  *args = status == TL_OK ? object.args : NULL;
  return status == TL_ERR_NOMEM ? MTP_ENGINE_NOMEM : MTP_ENGINE_OK;
}

bool mtp_encode(uint32_t id, const void *args, tl_buffer *out) {
  tl_object object = {&mt_schema, args, tl_find_id(&mt_schema, id)};
  return object.def != TL_NONE && tl_encode(&object, out, NULL) == TL_OK;
}
