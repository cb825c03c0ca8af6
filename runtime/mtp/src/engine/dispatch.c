/* From a service message to its handler. */
#include "handlers.h"
#include "service.h"

#include <mt/mt.h>

#define ROW(name) {MT_ID_##name, mtp_handle_##name},

static mtp_handler handler_of(uint32_t id) {
  static const struct {
    uint32_t id;
    mtp_handler handler;
  } rows[] = {MTP_HANDLED(ROW)};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (rows[i].id == id)
      return rows[i].handler;
  return NULL;
}

mtp_cause mtp_dispatch(mtp_rx *rx, tl_bytes body, bool *handled) {
  mtp_handler handler = handler_of(mtp_service_id(body));
  if (handled)
    *handled = handler != NULL;
  if (!handler)
    return MTP_OK;
  const void *message;
  mtp_cause status = mtp_service_decode(body, rx->arena, &message);
  return message ? handler(rx, message) : status;
}
