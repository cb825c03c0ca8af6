/* A connection from the name of its host to its packets. */
#include "client/link.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/dial.h"
#include "transport/wire.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* the socket has SO_NOSIGPIPE then */
#endif

enum {
  MAX_ADDRESSES = MTP_TARGETS_MAX + MTP_RESOLVE_MAX,
  READ_SIZE = 16384,
  READ_BUDGET = 32, /* reads before others get their turn */
  TEST_DC = 10000
};

typedef enum link_phase { RESOLVING, DIALING, TALKING, FAILED, FAILED_TOLD } link_phase;

struct mtp_link {
  mtp_link_config config; /* targets point to the array below */
  mtp_target targets[MTP_TARGETS_MAX];
  mtp_address addresses[MAX_ADDRESSES];
  size_t target_of[MAX_ADDRESSES];
  size_t n_addresses;
  size_t name_target;             /* the target whose name is being looked up */
  bool naming_target;             /* RESOLVING: targets[0], for a proxy that takes addresses */
  char address[INET6_ADDRSTRLEN]; /* what that came to; "": not looked up */
  link_phase phase;
  mtp_resolver *resolver;
  mtp_dial dial;
  mtp_wire *wire;
  size_t target; /* TALKING: which one */
  int fd;
  int write_error;
  unsigned reads; /* since the last MTP_LINK_NONE */
  bool busy;
  bool hopeless;
  mtp_error error;
};

/* ---- failing ---- */

static void fail(mtp_link *link, mtp_status status, int code, const char *text) {
  if (link->phase >= FAILED)
    return;
  memset(&link->error, 0, sizeof link->error);
  link->error.status = status;
  link->error.code = code;
  link->error.method = TL_NONE;
  snprintf(link->error.text, sizeof link->error.text, "%s", text);
  link->phase = FAILED;
}

static void fail_errno(mtp_link *link, int error) {
  char text[100];
  if (strerror_r(error, text, sizeof text) != 0)
    snprintf(text, sizeof text, "error %d", error);
  mtp_status status = link->config.proxy ? MTP_ERR_PROXY : MTP_ERR_NETWORK;
  fail(link, link->phase == TALKING ? MTP_ERR_NETWORK : status, error, text);
}

static mtp_status status_of(mtp_failure_kind kind) {
  switch (kind) {
  case MTP_FAIL_MEMORY:
    return MTP_ERR_NOMEM;
  case MTP_FAIL_RANDOM:
    return MTP_ERR_RANDOM;
  case MTP_FAIL_CONFIG:
    return MTP_ERR_ARGUMENT;
  case MTP_FAIL_PROXY_AUTH:
  case MTP_FAIL_PROXY_REFUSED:
  case MTP_FAIL_PROXY_PROTOCOL:
  case MTP_FAIL_SECRET:
    return MTP_ERR_PROXY;
  case MTP_FAIL_GARBAGE:
  case MTP_FAIL_OVERSIZED:
  case MTP_FAIL_CHECKSUM:
    return MTP_ERR_PROTOCOL;
  default:
    return MTP_ERR_NETWORK;
  }
}

static void fail_wire(mtp_link *link, const mtp_failure *failure) {
  link->hopeless = failure->kind == MTP_FAIL_CONFIG || failure->kind == MTP_FAIL_PROXY_AUTH ||
                   failure->kind == MTP_FAIL_SECRET || failure->kind == MTP_FAIL_CERTIFICATE;
  fail(link, status_of(failure->kind), failure->code, failure->text);
}

/* ---- opening ---- */

static void add_address(mtp_link *link, const mtp_address *address, size_t target) {
  if (link->n_addresses == MAX_ADDRESSES)
    return;
  link->addresses[link->n_addresses] = *address;
  link->target_of[link->n_addresses++] = target;
}

static void start_dial(mtp_link *link, int64_t now) {
  if (link->n_addresses == 0) {
    fail(link, MTP_ERR_NETWORK, EADDRNOTAVAIL, "no address is known for this data centre");
    return;
  }
  link->phase = DIALING;
  mtp_dial_start(&link->dial, link->addresses, link->n_addresses, now);
}

static void start_lookup(mtp_link *link, const char *host, uint16_t port) {
  link->phase = RESOLVING;
  link->resolver = mtp_resolver_start(host, port);
  if (!link->resolver)
    fail(link, MTP_ERR_NOMEM, 0, "a name cannot be looked up");
}

/* Numeric addresses are taken at once; of names, the first is looked up. */
static void find_direct(mtp_link *link, int64_t now) {
  size_t name = link->config.n_targets;
  for (size_t i = 0; i < link->config.n_targets; i++) {
    mtp_address address;
    if (mtp_address_parse(link->targets[i].host, link->targets[i].port, &address))
      add_address(link, &address, i);
    else if (name == link->config.n_targets)
      name = i;
  }
  link->name_target = name;
  if (name < link->config.n_targets && link->n_addresses == 0)
    start_lookup(link, link->targets[name].host, link->targets[name].port);
  else
    start_dial(link, now);
}

static void find_proxy_itself(mtp_link *link, int64_t now) {
  const mtp_proxy *proxy = link->config.proxy;
  mtp_address address;
  if (mtp_address_parse(proxy->host, proxy->port, &address)) {
    add_address(link, &address, 0);
    start_dial(link, now);
  } else {
    start_lookup(link, proxy->host, proxy->port);
  }
}

/* Whether the data centre's name is looked up here, and the proxy gets an address. */
static bool resolves_here(const mtp_proxy *proxy) {
  return !proxy->resolve_remotely &&
         (proxy->kind == MTP_PROXY_SOCKS5 || proxy->kind == MTP_PROXY_SOCKS4);
}

static void find_proxy(mtp_link *link, int64_t now) {
  mtp_address address;
  link->name_target = 0;
  if (link->config.n_targets == 0) {
    fail(link, MTP_ERR_NETWORK, EADDRNOTAVAIL, "no address is known for this data centre");
  } else if (resolves_here(link->config.proxy) &&
             !mtp_address_parse(link->targets[0].host, link->targets[0].port, &address)) {
    link->naming_target = true;
    start_lookup(link, link->targets[0].host, link->targets[0].port);
  } else {
    find_proxy_itself(link, now);
  }
}

/* Telegram's own web name where the target says so. */
static bool name_targets(mtp_link *link) {
  for (size_t i = 0; i < link->config.n_targets; i++) {
    mtp_target *target = &link->targets[i];
    const char *name = target->host[0] ? target->host : mtp_web_host(link->config.dc);
    if (!name)
      return false;
    if (!target->host[0])
      snprintf(target->host, sizeof target->host, "%s", name);
  }
  return true;
}

mtp_status mtp_link_open(const mtp_link_config *config, int64_t now, mtp_link **out,
                         mtp_error *error) {
  *out = NULL;
  memset(error, 0, sizeof *error);
  error->method = TL_NONE;
  mtp_link *link = tl_alloc_zero(config->allocator, sizeof *link);
  if (!link)
    return error->status = MTP_ERR_NOMEM;
  link->config = *config;
  link->fd = -1;
  if (link->config.n_targets > MTP_TARGETS_MAX)
    link->config.n_targets = MTP_TARGETS_MAX;
  memcpy(link->targets, config->targets, link->config.n_targets * sizeof *link->targets);
  link->config.targets = link->targets;
  if (!name_targets(link))
    fail(link, MTP_ERR_NETWORK, EADDRNOTAVAIL, "this data centre has no web name");
  else if (config->proxy)
    find_proxy(link, now);
  else
    find_direct(link, now);
  *out = link;
  return MTP_OK;
}

void mtp_link_close(mtp_link *link) {
  if (!link)
    return;
  if (link->phase == TALKING) {
    mtp_wire_close(link->wire);
    mtp_link_flush(link);
  }
  mtp_resolver_free(link->resolver);
  mtp_dial_stop(&link->dial);
  mtp_wire_destroy(link->wire);
  if (link->fd >= 0)
    close(link->fd);
  tl_free(link->config.allocator, link, sizeof *link);
}

/* ---- from a name to a socket ---- */

/* Takes the first of the addresses that the proxy can be given. */
static void name_target(mtp_link *link, const mtp_address *found, size_t count, int64_t now) {
  bool any = link->config.proxy->kind != MTP_PROXY_SOCKS4;
  link->naming_target = false;
  for (size_t i = 0; i < count; i++) {
    const struct sockaddr *address = (const struct sockaddr *)&found[i].sockaddr;
    if ((any || address->sa_family == AF_INET) &&
        getnameinfo(address, found[i].size, link->address, sizeof link->address, NULL, 0,
                    NI_NUMERICHOST) == 0) {
      find_proxy_itself(link, now);
      return;
    }
  }
  fail(link, MTP_ERR_NETWORK, 0, "the name has no IPv4 address, and SOCKS4 takes no others");
}

static void step_resolve(mtp_link *link, int64_t now) {
  mtp_address found[MTP_RESOLVE_MAX];
  size_t count = 0;
  const char *why = NULL;
  if (!mtp_resolver_done(link->resolver, found, &count, &why))
    return;
  mtp_resolver_free(link->resolver);
  link->resolver = NULL;
  if (count == 0) {
    bool proxy = link->config.proxy && !link->naming_target;
    fail(link, proxy ? MTP_ERR_PROXY : MTP_ERR_NETWORK, 0, why);
    return;
  }
  if (link->naming_target) {
    name_target(link, found, count, now);
    return;
  }
  for (size_t i = 0; i < count; i++)
    add_address(link, &found[i], link->name_target);
  start_dial(link, now);
}

/* The number of the data centre as MTProxy wants it (TR-9). */
static int16_t proxy_dc(const mtp_link_config *config) {
  int32_t dc = config->dc + (config->test ? TEST_DC : 0);
  return (int16_t)(config->media ? -dc : dc);
}

static bool create_wire(mtp_link *link, const mtp_target *target) {
  const mtp_link_config *config = &link->config;
  mtp_secret secret = {.kind = MTP_SECRET_NONE};
  if (target->secret_size &&
      mtp_secret_from_bytes(target->secret, target->secret_size, &secret, NULL) != TL_OK) {
    fail(link, MTP_ERR_NETWORK, EADDRNOTAVAIL, "the address has a secret that makes no sense");
    return false;
  }
  const mtp_transport *transport = mtp_transport_find(config->transport);
  mtp_wire_options options = {
      .transport = transport,
      .host = target->host,
      .address = link->address[0] ? link->address : NULL,
      .port = target->port,
      .path = config->path ? config->path
                           : mtp_web_path(transport && transport->websocket, config->test),
      .dc = proxy_dc(config),
      .proxies = config->proxy,
      .proxy_count = config->proxy ? 1 : 0,
      .secret = target->secret_size ? &secret : NULL,
      .tls = config->tls,
      .rng = config->rng,
      .allocator = config->allocator,
      .handshake_ms = config->timeout_ms,
  };
  mtp_failure failure = {.kind = MTP_FAIL_NONE};
  tl_status status = mtp_wire_create(&options, &link->wire, &failure);
  if (status == TL_ERR_NOMEM)
    failure.kind = MTP_FAIL_MEMORY;
  else if (status != TL_OK && failure.kind == MTP_FAIL_NONE)
    failure.kind = MTP_FAIL_CONFIG;
  if (status != TL_OK)
    fail_wire(link, &failure);
  return status == TL_OK;
}

static void step_dial(mtp_link *link, int64_t now) {
  size_t index = 0;
  switch (mtp_dial_step(&link->dial, now, &link->fd, &index)) {
  case MTP_DIAL_BUSY:
    return;
  case MTP_DIAL_FAILED:
    fail_errno(link, link->dial.error);
    return;
  case MTP_DIAL_OPEN:
    break;
  }
  link->target = link->target_of[index];
  if (!create_wire(link, &link->targets[link->target]))
    return;
  link->phase = TALKING;
  mtp_wire_start(link->wire, now, link->config.unix_time);
  mtp_link_flush(link);
}

/* ---- talking ---- */

void mtp_link_flush(mtp_link *link) {
  while (link->phase == TALKING && !link->write_error) {
    tl_bytes out = mtp_wire_output(link->wire);
    if (out.size == 0)
      return;
    ssize_t n = send(link->fd, out.data, out.size, MSG_NOSIGNAL);
    if (n > 0)
      mtp_wire_written(link->wire, (size_t)n);
    else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return;
    else if (n == 0 || errno != EINTR)
      link->write_error = errno; /* what the other side still sent may say why */
  }
}

/* Feeds the wire. False when there is nothing to read now. */
static bool read_some(mtp_link *link) {
  uint8_t bytes[READ_SIZE];
  ssize_t n;
  do
    n = recv(link->fd, bytes, sizeof bytes, 0);
  while (n < 0 && errno == EINTR);
  if (n > 0) {
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
    fail_errno(link, error);
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
    fail_wire(link, from->failure);
    break;
  case MTP_WIRE_NONE:
    break;
  }
  return event->kind = MTP_LINK_NONE;
}

static mtp_link_event_kind step_talk(mtp_link *link, int64_t now, mtp_link_event *event) {
  if (now >= mtp_wire_deadline(link->wire))
    mtp_wire_tick(link->wire, now);
  while (link->phase == TALKING) {
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
    if (!read_some(link))
      break;
  }
  return event->kind = MTP_LINK_NONE;
}

mtp_link_event_kind mtp_link_next(mtp_link *link, int64_t now, mtp_link_event *event) {
  memset(event, 0, sizeof *event);
  link->busy = false;
  if (link->phase == RESOLVING)
    step_resolve(link, now);
  if (link->phase == DIALING)
    step_dial(link, now);
  if (link->phase == TALKING && step_talk(link, now, event) != MTP_LINK_NONE)
    return event->kind;
  link->reads = 0;
  if (link->phase == FAILED) {
    link->phase = FAILED_TOLD;
    event->kind = MTP_LINK_FAILED;
  }
  return event->kind;
}

bool mtp_link_busy(const mtp_link *link) {
  return link->busy;
}

bool mtp_link_ready(const mtp_link *link) {
  return link->phase == TALKING && !link->write_error && mtp_wire_ready(link->wire);
}

tl_status mtp_link_send(mtp_link *link, tl_bytes packet, bool quick_ack) {
  if (!mtp_link_ready(link))
    return TL_ERR_ARGUMENT;
  return mtp_wire_send(link->wire, packet, quick_ack);
}

/* ---- looking at it ---- */

bool mtp_link_is_http(const mtp_link *link) {
  return link->phase == TALKING && mtp_wire_is_http(link->wire);
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
  case DIALING:
    return mtp_dial_deadline(&link->dial);
  case TALKING:
    return mtp_wire_deadline(link->wire);
  case FAILED:
    return 0;
  default:
    return INT64_MAX;
  }
}

size_t mtp_link_fds(const mtp_link *link, struct pollfd *fds, size_t n) {
  if (link->phase == DIALING)
    return mtp_dial_fds(&link->dial, fds, n);
  if (link->phase != RESOLVING && link->phase != TALKING)
    return 0;
  if (n == 0)
    return 1;
  fds->revents = 0;
  fds->events = POLLIN;
  fds->fd = link->fd;
  if (link->phase == RESOLVING)
    fds->fd = mtp_resolver_fd(link->resolver);
  else if (mtp_wire_output(link->wire).size)
    fds->events |= POLLOUT;
  return 1;
}
