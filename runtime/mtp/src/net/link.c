/* A connection that is open: bytes between its socket and the wire, packets between the wire and
 * the client. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/link_internal.h"

enum {
  READ_SIZE = 32768,
  READ_BUDGET = 32 /* reads before others get their turn */
};

void mtp_link_close(mtp_link *link) {
  if (!link)
    return;
  if (link->phase == MTP_LINK_TALKING) {
    mtp_wire_close(link->wire);
    mtp_link_flush(link);
  }
  if (link->resolver)
    mtp_fd_forget(&link->config.hook, mtp_resolver_fd(link->resolver));
  mtp_resolver_free(link->resolver);
  mtp_dial_stop(&link->dial);
  mtp_link_end_search(link);
  mtp_wire_destroy(link->wire);
  if (link->fd >= 0)
    mtp_fd_close(&link->config.hook, link->fd);
  tl_free(link->config.allocator, link, sizeof *link);
}

/* What answers in HTTP where nobody spoke it: a captive portal, a web server. */
static bool is_page(const mtp_link *link, const uint8_t *bytes, ssize_t n) {
  const char *transport = link->config.transport;
  bool web = strncmp(transport, "http", 4) == 0 || strncmp(transport, "ws", 2) == 0;
  return !link->heard && !web && !link->config.proxy && n >= 5 && memcmp(bytes, "HTTP/", 5) == 0;
}

/* Feeds the wire. False when there is nothing to read now. What comes in less than was room for was
 * all: the next look is the next turn's. But not over HTTP, where a server may end a connection
 * with its answer: what is asked next must not be sent on it. */
static bool read_some(mtp_link *link) {
  uint8_t bytes[READ_SIZE];
  ssize_t n;
  do
    n = recv(link->fd, bytes, sizeof bytes, 0);
  while (n < 0 && errno == EINTR);
  if (n > 0 && is_page(link, bytes, n)) {
    mtp_link_fail(link, MTP_ERR_NETWORK, 0,
                  "a web page answers, not Telegram: a captive portal, or a web server is there");
    return false;
  }
  if (n > 0) {
    link->heard = true;
    mtp_link_count(link, (size_t)n, 0);
    link->moved += (size_t)n;
    link->dry = n < READ_SIZE && !mtp_wire_is_http(link->wire);
    mtp_wire_recv(link->wire, bytes, (size_t)n);
    return true;
  }
  if (n == 0) {
    mtp_wire_eof(link->wire);
    return true;
  }
  int error = errno;
  if (error == EAGAIN || error == EWOULDBLOCK)
    error = link->write_error;
  if (error)
    mtp_link_fail_errno(link, error);
  return false;
}

static mtp_link_event_kind translate(mtp_link *link, const mtp_wire_event *from,
                                     mtp_link_event *event) {
  event->packet = from->packet;
  event->token = from->token;
  event->code = from->code;
  switch (from->kind) {
  case MTP_WIRE_CONNECTED:
    return event->kind = MTP_LINK_CONNECTED;
  case MTP_WIRE_PACKET:
    return event->kind = MTP_LINK_PACKET;
  case MTP_WIRE_QUICK_ACK:
    return event->kind = MTP_LINK_QUICK_ACK;
  case MTP_WIRE_TRANSPORT_ERROR:
    return event->kind = MTP_LINK_TRANSPORT_ERROR;
  case MTP_WIRE_FAILED:
    mtp_link_fail_wire(link, from->failure);
    break;
  case MTP_WIRE_NONE:
    break;
  }
  return event->kind = MTP_LINK_NONE;
}

static mtp_link_event_kind step_talk(mtp_link *link, int64_t now, mtp_link_event *event) {
  if (now >= mtp_wire_deadline(link->wire))
    mtp_wire_tick(link->wire, now);
  while (link->phase == MTP_LINK_TALKING) {
    mtp_wire_event from;
    mtp_wire_event_kind kind = mtp_wire_next(link->wire, &from);
    if (kind != MTP_WIRE_NONE && translate(link, &from, event) != MTP_LINK_NONE)
      return event->kind;
    if (kind != MTP_WIRE_NONE)
      continue;
    mtp_link_flush(link);
    if (link->reads >= READ_BUDGET) {
      link->busy = true;
      break;
    }
    link->reads++;
    if ((link->dry && !link->write_error) || !read_some(link))
      break;
  }
  return event->kind = MTP_LINK_NONE;
}

mtp_link_event_kind mtp_link_next(mtp_link *link, int64_t now, mtp_link_event *event) {
  memset(event, 0, sizeof *event);
  link->busy = false;
  if (link->phase == MTP_LINK_RESOLVING)
    mtp_link_step_resolve(link, now);
  if (link->phase == MTP_LINK_DIALING)
    mtp_link_step_dial(link, now);
  if (link->phase == MTP_LINK_TALKING && step_talk(link, now, event) != MTP_LINK_NONE)
    return event->kind;
  link->reads = 0;
  if (link->phase == MTP_LINK_BROKEN) {
    link->phase = MTP_LINK_BROKEN_TOLD;
    event->kind = MTP_LINK_FAILED;
  }
  return event->kind;
}

void mtp_link_look(mtp_link *link) {
  link->dry = false;
}

bool mtp_link_busy(const mtp_link *link) {
  return link->busy;
}

size_t mtp_link_moved(mtp_link *link) {
  size_t moved = link->moved;
  link->moved = 0;
  return moved;
}

bool mtp_link_ready(const mtp_link *link) {
  return link->phase == MTP_LINK_TALKING && !link->write_error && mtp_wire_ready(link->wire);
}

mtp_cause mtp_link_send(mtp_link *link, tl_bytes packet, bool quick_ack) {
  if (!mtp_link_ready(link))
    return MTP_ERR_ARGUMENT;
  mtp_cause cause = mtp_wire_send(link->wire, packet, quick_ack);
  if (cause != MTP_OK)
    link->busy = true; /* the end is to be told at once: no socket wakes for it */
  return cause;
}

void mtp_link_trim(mtp_link *link) {
  if (link->phase == MTP_LINK_TALKING)
    mtp_wire_trim(link->wire);
}

/* ---- looking at it ---- */

uint32_t mtp_link_answers(const mtp_link *link, bool *all) {
  *all = true;
  return link->wire ? mtp_wire_answers(link->wire, all) : 0;
}

const mtp_error *mtp_link_error(const mtp_link *link, bool *hopeless) {
  *hopeless = link->hopeless;
  return &link->error;
}

void mtp_link_describe(const mtp_link *link, char *out, size_t capacity) {
  if (capacity)
    out[0] = 0;
  if (link->wire)
    mtp_wire_describe(link->wire, out, capacity);
}

int64_t mtp_link_deadline(const mtp_link *link) {
  switch (link->phase) {
  case MTP_LINK_DIALING:
    return mtp_dial_deadline(&link->dial);
  case MTP_LINK_TALKING:
    return mtp_wire_deadline(link->wire);
  case MTP_LINK_BROKEN:
    return 0;
  default:
    return INT64_MAX;
  }
}

size_t mtp_link_fds(const mtp_link *link, struct pollfd *fds, size_t n) {
  if (link->phase == MTP_LINK_DIALING)
    return mtp_dial_fds(&link->dial, fds, n);
  if (link->phase != MTP_LINK_RESOLVING && link->phase != MTP_LINK_TALKING)
    return 0;
  if (n == 0)
    return 1;
  fds->revents = 0;
  fds->events = POLLIN;
  fds->fd = link->fd;
  if (link->phase == MTP_LINK_RESOLVING)
    fds->fd = mtp_resolver_fd(link->resolver);
  else if (mtp_wire_output(link->wire).size)
    fds->events |= POLLOUT;
  return 1;
}
