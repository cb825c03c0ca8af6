/* The wrappers around a query (AP-1, AP-2). In all of them the query stands last, so that a wrapper
 * is a prefix of bytes: it is made by encoding it around the smallest query there is, and leaving
 * that one's four bytes out. */
#include "client/call/wrap.h"

#include <tg/core.h>
#include <tg/help.h>

#include "client/client.h"

enum { ID_SIZE = 4 };

static const tg_help_getConfig no_args = {0};

static tl_object placeholder(void) {
  return tg_help_getConfig_call(&no_args);
}

static tl_status append_prefix(const tl_call *wrapper, tl_buffer *out) {
  tl_status status = tl_encode(wrapper, out, NULL);
  if (status == TL_OK)
    out->size -= ID_SIZE;
  return status;
}

/* For a bot that acts for a business account. */
static tl_status wrap_business(const char *connection, tl_buffer *out) {
#ifdef TG_ID_invokeWithBusinessConnection
  tg_invokeWithBusinessConnection wrapper = {.connection_id = tl_string_of(connection),
                                             .query = placeholder()};
  tl_call object = tg_invokeWithBusinessConnection_call(&wrapper);
  return append_prefix(&object, out);
#else
  (void)connection;
  (void)out;
  return TL_ERR_NAME;
#endif
}

tl_status mtp_wrap_options(const mtp_options *options, const mtp_call_options *call,
                           tl_buffer *out) {
  tl_status status = TL_OK;
  if (call->cdn)
    return status;
  if (call->without_updates || call->connection || options->no_updates) {
    tg_invokeWithoutUpdates wrapper = {.query = placeholder()};
    tl_call object = tg_invokeWithoutUpdates_call(&wrapper);
    status = append_prefix(&object, out);
  }
  if (status == TL_OK && call->takeout_id) {
    tg_invokeWithTakeout wrapper = {.takeout_id = call->takeout_id, .query = placeholder()};
    tl_call object = tg_invokeWithTakeout_call(&wrapper);
    status = append_prefix(&object, out);
  }
  if (status == TL_OK && call->business_connection)
    status = wrap_business(call->business_connection, out);
  return status;
}

/* An MTProxy is told, for the servers to count. */
static bool is_behind_proxy(const mtp_options *o) {
  return o->proxy && o->proxy->kind == MTP_PROXY_MTPROTO;
}

tl_status mtp_wrap_init(const mtp_client *client, tl_buffer *out) {
  const mtp_options *o = &client->options;
  tg_initConnection init = {
      .api_id = o->api_id,
      .device_model = tl_string_of(o->device_model ? o->device_model : ""),
      .system_version = tl_string_of(o->system_version ? o->system_version : ""),
      .app_version = tl_string_of(o->app_version ? o->app_version : ""),
      .system_lang_code = tl_string_of(o->system_lang_code ? o->system_lang_code : ""),
      .lang_pack = tl_string_of(o->lang_pack ? o->lang_pack : ""),
      .lang_code = tl_string_of(o->lang_code ? o->lang_code : ""),
      .query = placeholder(),
  };
  tg_inputClientProxy proxy;
  if (is_behind_proxy(o)) {
    proxy = (tg_inputClientProxy){.address = tl_string_of(o->proxy->host), .port = o->proxy->port};
    init.proxy = &proxy;
  }
  tg_invokeWithLayer layer = {.layer = TG_LAYER, .query = tg_initConnection_call(&init)};
  tl_call object = tg_invokeWithLayer_call(&layer);
  return append_prefix(&object, out);
}
