/* What a cause is called, and the one place where the status of one library becomes that of
 * another. */
#include "cause.h"

const char *mtp_status_name(mtp_status status) {
  switch (status) {
  case MTP_OK:
    return "ok";
  case MTP_ERR_RPC:
    return "rpc";
  case MTP_ERR_TIMEOUT:
    return "timeout";
  case MTP_ERR_CANCELLED:
    return "cancelled";
  case MTP_ERR_CLOSED:
    return "closed";
  case MTP_ERR_NETWORK:
    return "network";
  case MTP_ERR_PROXY:
    return "proxy";
  case MTP_ERR_TRANSPORT:
    return "transport";
  case MTP_ERR_HANDSHAKE:
    return "handshake";
  case MTP_ERR_PROTOCOL:
    return "protocol";
  case MTP_ERR_KEY_LOST:
    return "key lost";
  case MTP_ERR_ENCODE:
    return "encode";
  case MTP_ERR_DECODE:
    return "decode";
  case MTP_ERR_ARGUMENT:
    return "argument";
  case MTP_ERR_NOMEM:
    return "out of memory";
  case MTP_ERR_UNCERTAIN:
    return "uncertain";
  case MTP_ERR_RANDOM:
    return "no randomness";
  case MTP_ERR_STORE:
    return "store";
  case MTP_ERR_REJECTED:
    return "rejected";
  case MTP_ERR_CRYPTO:
    return "cryptography library failed";
  }
  return "unknown";
}

static const struct {
  mtp_cause cause;
  const char *text;
} CAUSES[] = {
    {MTP_KX_FAIL_MALFORMED, "malformed answer"},
    {MTP_KX_FAIL_WRONG_NONCE, "wrong nonce"},
    {MTP_KX_FAIL_NO_KEY, "the server's keys are none of ours (public_keys, --public-key)"},
    {MTP_KX_FAIL_PQ, "bad pq"},
    {MTP_KX_FAIL_HASH, "wrong hash"},
    {MTP_KX_FAIL_GROUP, "bad Diffie-Hellman group"},
    {MTP_KX_FAIL_PUBLIC, "bad g_a"},
    {MTP_KX_FAIL_REFUSED, "refused by the server"},
    {MTP_ENGINE_NOTHING, "nothing to send"},
    {MTP_ENGINE_TOO_LARGE, "the request fits in no packet"},
    {MTP_ENGINE_REFUSED, "refused"},
    {MTP_ENGINE_REPEATED, "asked for again and again"},
    {MTP_ENGINE_BUILD, "could not be built"},
    {MTP_ENGINE_GZIP, "bad gzip answer"},
    {MTP_ENGINE_DECODE, "short answer"},
    {MTP_GZIP_BAD, "not gzip data"},
    {MTP_GZIP_LARGE, "too large"},
    {MTP_FAIL_TIMEOUT, "timeout"},
    {MTP_FAIL_CLOSED, "closed"},
    {MTP_FAIL_PROXY_AUTH, "proxy authentication"},
    {MTP_FAIL_PROXY_REFUSED, "proxy refused"},
    {MTP_FAIL_PROXY_PROTOCOL, "proxy protocol"},
    {MTP_FAIL_SECRET, "proxy secret"},
    {MTP_FAIL_TLS, "TLS"},
    {MTP_FAIL_CERTIFICATE, "certificate"},
    {MTP_FAIL_WEBSOCKET, "WebSocket upgrade"},
    {MTP_FAIL_GARBAGE, "garbage"},
    {MTP_FAIL_OVERSIZED, "oversized"},
    {MTP_FAIL_CHECKSUM, "checksum"},
};

const char *mtp_cause_text(mtp_cause cause) {
  for (size_t i = 0; i < sizeof CAUSES / sizeof *CAUSES; i++)
    if (CAUSES[i].cause == cause)
      return CAUSES[i].text;
  return mtp_status_name((mtp_status)cause);
}

mtp_status mtp_cause_status(mtp_cause cause) {
  return (mtp_status)(cause & 0xff);
}

mtp_cause mtp_cause_of_tl(tl_status status, mtp_cause otherwise) {
  switch (status) {
  case TL_OK:
    return MTP_OK;
  case TL_ERR_NOMEM:
    return MTP_ERR_NOMEM;
  default:
    return otherwise;
  }
}

mtp_status mtp_status_of_tl(tl_status status, mtp_status otherwise) {
  return mtp_cause_status(mtp_cause_of_tl(status, otherwise));
}
