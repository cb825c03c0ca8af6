/* What help.getConfig, or the configuration that Telegram publishes elsewhere, tells about data
 * centres becomes part of the session (AP-5, AP-7). */
#include "client/config.h"

#include <string.h>
#include <tg/core.h>
#include <tg/help.h>

#include "client/client.h"
#include "client/conn/conn.h"
#include "client/dc/trust.h"
#include "client/events.h"
#include "client/log.h"
#include "client/policy/rpc_error.h"
#include "net/resolve.h"

enum { MAX_ADDRESSES = 16 }; /* of one data centre */

/* Numeric addresses only: what a server says is never looked up (TB-7). */
static bool is_numeric(const char *host) {
  mtp_address address;
  return mtp_address_parse(host, 1, &address);
}

/* False when it makes no sense, or does not fit. */
static bool convert(const tg_dcOption *from, mtp_dc_option *to) {
  memset(to, 0, sizeof *to);
  bool fits = from->ip_address.size > 0 && from->ip_address.size < sizeof to->host &&
              from->secret.size <= sizeof to->secret && from->port > 0 && from->port <= 65535 &&
              from->id > 0 && from->id <= MTP_DC_MAX;
  if (!fits || memchr(from->ip_address.data, 0, from->ip_address.size))
    return false;
  memcpy(to->host, from->ip_address.data, from->ip_address.size);
  if (!is_numeric(to->host))
    return false;
  if (from->secret.size)
    memcpy(to->secret, from->secret.data, from->secret.size);
  to->secret_size = (uint8_t)from->secret.size;
  to->dc = from->id;
  to->port = (uint16_t)from->port;
  to->flags = (uint16_t)((from->ipv6 ? MTP_DC_IPV6 : 0) | (from->media_only ? MTP_DC_MEDIA : 0) |
                         (from->tcpo_only ? MTP_DC_TCPO : 0) | (from->cdn ? MTP_DC_CDN : 0) |
                         (from->static_ ? MTP_DC_STATIC : 0) |
                         (from->this_port_only ? MTP_DC_THIS_PORT : 0));
  return true;
}

static size_t n_addresses_of(const mtp_dc_option *options, size_t n, int32_t dc) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++)
    count += options[i].dc == dc;
  return count;
}

void mtp_config_take(mtp_client *client, mtp_proof proof, const tl_value *value) {
  const tg_config *config = tg_help_getConfig_result(value);
  mtp_dc_option options[MTP_MAX_OPTIONS];
  size_t n = 0, dropped = 0;
  if (!config)
    return;
  memset(options, 0, sizeof options);
  for (size_t i = 0; i < config->dc_options.count && n < MTP_MAX_OPTIONS; i++) {
    bool taken = convert(config->dc_options.items[i], &options[n]) &&
                 n_addresses_of(options, n, options[n].dc) < MAX_ADDRESSES;
    n += taken;
    dropped += !taken;
  }
  if (dropped)
    mtp_log(client, MTP_LOG_WARNING, "%zu addresses that the server named are none", dropped);
  if (n == 0)
    return; /* none that can be used; the session may have none either */
  memset(options + n, 0, (MTP_MAX_OPTIONS - n) * sizeof *options);
  if (mtp_trust_addresses(client, proof, options, n) != MTP_OK)
    return; /* without memory: as it was */
}

mtp_status mtp_client_add_config(mtp_client *client, const char *text, size_t size,
                                 const char *phone, mtp_error *error) {
  const mtp_options *o = &client->options;
  if (client->closed)
    return mtp_error_set(error, MTP_ERR_CLOSED, NULL);
  if (o->n_dcs)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, "options.dcs leaves no room for addresses");
  mtp_status status = mtp_trust_config(client, mtp_proof_owner(client), text, size, phone);
  if (status == MTP_ERR_ARGUMENT)
    return mtp_error_set(error, status, "a configuration that is not signed, of use or of today");
  if (status != MTP_OK)
    return mtp_error_set(error, status, NULL);
  for (mtp_conn *conn = client->conns; conn; conn = conn->next)
    conn->turn = 0; /* the new ones stand first */
  mtp_event_session(client);
  mtp_client_network_changed(client);
  return MTP_OK;
}
