/* What the client must know of transports before there is a connection, and the TLS that all of its
 * connections share. */
#include <stdio.h>
#include <string.h>

#include "net/link.h"
#include "transport/framing.h"
#include "transport/tls/tls.h"
#include "transport/transport.h"

static void pass_mtproxy(const mtp_transport_class *row, const mtp_secret *secret,
                         mtp_link_traits *traits) {
  traits->http_way = false;
  traits->padded = mtp_framing_behind(row, secret->kind) == &mtp_framing_padded;
}

bool mtp_link_traits_of(const char *choice, bool obfuscated, const mtp_proxy *proxy,
                        mtp_link_traits *out) {
  const mtp_transport_class *row = mtp_transport_choice(choice);
  if (row && row->hidden && obfuscated)
    row = mtp_transport_find(row->hidden);
  if (!row)
    return false;
  bool http = row->framing->one_at_a_time;
  *out = (mtp_link_traits){.name = row->name,
                           .tcp = !row->websocket && !http,
                           .tagged = row->framing->tag != 0,
                           .websocket = row->websocket,
                           .http = http,
                           .tls = row->tls,
                           .padded = row->framing == &mtp_framing_padded,
                           .http_way = http,
                           .port = row->port};
  if (proxy && proxy->kind == MTP_PROXY_MTPROTO)
    pass_mtproxy(row, &proxy->secret, out);
  return true;
}

mtp_status mtp_link_tls_new(const char *ca_file, bool insecure, mtp_tls **out, mtp_error *error) {
  mtp_tls_options options = {.ca_file = ca_file, .insecure = insecure};
  mtp_failure failure = {.kind = MTP_OK};
  if (mtp_tls_create(&options, out, &failure))
    return MTP_OK;
  *out = NULL;
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = failure.kind == MTP_ERR_NOMEM ? MTP_ERR_NOMEM : MTP_ERR_ARGUMENT;
    error->method = TL_NONE;
    snprintf(error->text, sizeof error->text, "%s", failure.text);
  }
  return failure.kind == MTP_ERR_NOMEM ? MTP_ERR_NOMEM : MTP_ERR_ARGUMENT;
}

void mtp_link_tls_free(mtp_tls *tls) {
  mtp_tls_destroy(tls);
}
