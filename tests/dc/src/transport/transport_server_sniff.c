/* Which transport is this? The first bytes tell (TR-1, TR-2, TR-3, TR-9). */
#include <stdio.h>
#include <string.h>
#include <tl/wire.h>

#include "transport/transport.h"
#include "transport_server_internal.h"

static bool open_with(dc_wire *wire, const mtp_framing_class *cls, size_t opening) {
  wire->framing.cls = cls;
  wire->state = DC_WIRE_OPEN;
  tl_buffer_consume(&wire->in, opening);
  snprintf(wire->transport, sizeof wire->transport, "%s%s%s", wire->websocket ? "WebSocket " : "",
           wire->obfuscated ? "obfuscated " : "", cls->name);
  return true;
}

/* Sets up decryption under a secret (NULL: none) if the 64 bytes then name a framing. */
static const mtp_framing_class *try_secret(dc_wire *wire, const uint8_t *secret) {
  mtp_obfuscation_info info = {.secret = secret};
  if (!obfuscation_accept(&wire->streams, wire->in.data, &info)) {
    mtp_failure_memory(&wire->failure);
    return NULL;
  }
  return obfuscation_framing(info.tag);
}

static bool open_obfuscated(dc_wire *wire) {
  if (wire->in.size < MTP_OBFUSCATION_INIT)
    return true;
  const mtp_framing_class *cls = try_secret(wire, NULL);
  for (size_t i = 0; !cls && i < wire->options.secret_count; i++)
    cls = try_secret(wire, wire->options.secrets[i]);
  if (!cls)
    return mtp_failure_set(&wire->failure, MTP_FAIL_GARBAGE, 0, "no transport starts like this");
  wire->obfuscated = true;
  open_with(wire, cls, MTP_OBFUSCATION_INIT);
  return mtp_ctr_apply(&wire->streams.recv, wire->in.data, wire->in.size, wire->in.data) ==
             MTP_OK ||
         mtp_failure_memory(&wire->failure);
}

static bool starts_with(const dc_wire *wire, const char *word) {
  return memcmp(wire->in.data, word, 4) == 0;
}

/* Four bytes are there, and no WebSocket is around them. *known: they were enough. */
static bool sniff_opening(dc_wire *wire, bool *known) {
  uint32_t first = tl_load32(wire->in.data);
  *known = true;
  if (first == MTP_TAG_INTERMEDIATE)
    return open_with(wire, &mtp_framing_intermediate, 4);
  if (first == MTP_TAG_PADDED)
    return open_with(wire, &mtp_framing_padded, 4);
  if (starts_with(wire, "GET "))
    return dc_wire_upgrade(wire);
  if (starts_with(wire, "POST") || starts_with(wire, "HEAD") || starts_with(wire, "OPTI"))
    return open_with(wire, &dc_framing_http, 0);
  if (first == 0x02010316u)
    return mtp_failure_set(&wire->failure, MTP_FAIL_GARBAGE, 0, "TLS, which nothing here speaks");
  *known = false;
  return true;
}

bool dc_wire_sniff(dc_wire *wire) {
  bool known = false;
  if (wire->in.size == 0)
    return true;
  if (!wire->websocket && wire->in.data[0] == 0xef)
    return open_with(wire, &mtp_framing_abridged, 1);
  if (wire->in.size < 4)
    return true;
  if (!wire->websocket && (!sniff_opening(wire, &known) || known))
    return wire->failure.kind == MTP_OK;
  if (wire->in.size < 8)
    return true;
  if (!wire->websocket && tl_load32(wire->in.data + 4) == 0)
    return open_with(wire, &mtp_framing_full, 0);
  if (mtp_obfuscation_forbidden(wire->in.data))
    return mtp_failure_set(&wire->failure, MTP_FAIL_GARBAGE, 0,
                           "inside WebSocket the stream must be obfuscated");
  return open_obfuscated(wire);
}
