/* What opening a connection and talking on it share: what failures mean, and writing. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "net/link_internal.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* the socket has SO_NOSIGPIPE then */
#endif

bool mtp_link_at_proxy(const mtp_link *link) {
  return link->wire ? mtp_wire_at_proxy(link->wire) : link->config.proxy != NULL;
}

void mtp_link_fail(mtp_link *link, mtp_status status, int code, const char *text) {
  if (link->phase >= MTP_LINK_BROKEN)
    return;
  memset(&link->error, 0, sizeof link->error);
  link->error.status = status;
  link->error.code = code;
  link->error.method = TL_NONE;
  snprintf(link->error.text, sizeof link->error.text, "%s", text);
  link->phase = MTP_LINK_BROKEN;
}

void mtp_link_fail_errno(mtp_link *link, int error) {
  char text[100];
  if (strerror_r(error, text, sizeof text) != 0)
    snprintf(text, sizeof text, "error %d", error);
  mtp_link_fail(link, mtp_link_at_proxy(link) ? MTP_ERR_PROXY : MTP_ERR_NETWORK, error, text);
}

/* Up to the proxy, what ends the connection is the proxy's doing. */
static mtp_status status_of(const mtp_link *link, mtp_cause cause) {
  mtp_status status = mtp_cause_status(cause);
  return status == MTP_ERR_NETWORK && mtp_link_at_proxy(link) ? MTP_ERR_PROXY : status;
}

void mtp_link_fail_wire(mtp_link *link, const mtp_failure *failure) {
  link->hopeless = failure->kind == MTP_ERR_ARGUMENT || failure->kind == MTP_FAIL_PROXY_AUTH ||
                   failure->kind == MTP_FAIL_SECRET || failure->kind == MTP_FAIL_CERTIFICATE;
  mtp_link_fail(link, status_of(link, failure->kind), failure->code, failure->text);
}

void mtp_link_end_search(mtp_link *link) {
  tl_free(link->config.allocator, link->search, sizeof *link->search);
  link->search = NULL;
}

bool mtp_link_may_write(const mtp_link *link) {
  return !link->config.may_write || link->config.may_write(link->config.may_write_ctx);
}

void mtp_link_count(const mtp_link *link, size_t in, size_t out) {
  const mtp_link_meter *meter = &link->config.meter;
  if (meter->moved)
    meter->moved(meter->ctx, in, out);
}

void mtp_link_flush(mtp_link *link) {
  while (link->phase == MTP_LINK_TALKING && !link->write_error) {
    tl_bytes out = mtp_wire_output(link->wire);
    if (out.size == 0 || !mtp_link_may_write(link)) /* whoever says no closes it, too */
      return;
    ssize_t n = send(link->fd, out.data, out.size, MSG_NOSIGNAL);
    if (n > 0) {
      /* Into a buffer that has room anything goes, whether or not someone is there to read it. */
      link->moved += link->stuck ? (size_t)n : 0;
      link->stuck = false;
      mtp_link_count(link, 0, (size_t)n);
      mtp_wire_written(link->wire, (size_t)n);
    } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      link->stuck = true;
      return;
    } else if (n == 0 || errno != EINTR) {
      link->write_error = errno; /* what the other side still sent may say why */
    }
  }
}
