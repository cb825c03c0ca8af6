/* What the client must know of transports before there is a connection, and the TLS that all of its
 * connections share. */
#include <stdio.h>
#include <string.h>

#include "client/link.h"
#include "transport/framing.h"
#include "transport/tls.h"
#include "transport/transport.h"

void mtp_link_traits(const char *transport, const mtp_proxy *proxy, bool *padded, bool *http) {
  const mtp_transport_class *row = mtp_transport_find(transport);
  *http = row && row->framing == &mtp_framing_http;
  *padded = row && row->framing == &mtp_framing_padded;
  if (proxy && proxy->kind == MTP_PROXY_MTPROTO) {
    *http = false;
    *padded =
        *padded || proxy->secret.kind == MTP_SECRET_PADDED || proxy->secret.kind == MTP_SECRET_TLS;
  }
}

mtp_status mtp_link_tls_new(const char *ca_file, bool insecure, mtp_tls **out, mtp_error *error) {
  mtp_tls_options options = {.ca_file = ca_file, .insecure = insecure};
  mtp_failure failure = {.kind = MTP_FAIL_NONE};
  if (mtp_tls_create(&options, out, &failure))
    return MTP_OK;
  *out = NULL;
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = failure.kind == MTP_FAIL_MEMORY ? MTP_ERR_NOMEM : MTP_ERR_ARGUMENT;
    error->method = TL_NONE;
    snprintf(error->text, sizeof error->text, "%s", failure.text);
  }
  return failure.kind == MTP_FAIL_MEMORY ? MTP_ERR_NOMEM : MTP_ERR_ARGUMENT;
}

void mtp_link_tls_free(mtp_tls *tls) {
  mtp_tls_destroy(tls);
}
