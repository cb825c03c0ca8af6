/* From the addresses of a data centre, or the name of a proxy, to an open socket with a wire on it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "net/link_internal.h"

enum { TEST_DC = 10000 };

/* ---- opening ---- */

static void add_address(mtp_link *link, const mtp_address *address, size_t target) {
  mtp_link_search *search = link->search;
  if (search->n_addresses == MTP_LINK_ADDRESSES)
    return;
  search->addresses[search->n_addresses] = *address;
  search->target_of[search->n_addresses++] = target;
}

static void start_dial(mtp_link *link, int64_t now) {
  mtp_link_search *search = link->search;
  if (search->n_addresses == 0) {
    mtp_link_fail(link, MTP_ERR_NETWORK, EADDRNOTAVAIL, "no address is known for this data centre");
    return;
  }
  link->phase = MTP_LINK_DIALING;
  mtp_dial_start(&link->dial, search->addresses, search->n_addresses, &link->config.hook, now);
}

static void start_lookup(mtp_link *link, const char *host, uint16_t port) {
  link->phase = MTP_LINK_RESOLVING;
  link->resolver = mtp_resolver_start(host, port);
  if (!link->resolver)
    mtp_link_fail(link, MTP_ERR_NOMEM, 0, "a name cannot be looked up");
}

/* Numeric addresses are taken at once; of names, the first is looked up. */
static void find_direct(mtp_link *link, int64_t now) {
  size_t name = link->config.n_targets;
  for (size_t i = 0; i < link->config.n_targets; i++) {
    mtp_address address;
    if (mtp_address_parse(link->search->targets[i].host, link->search->targets[i].port, &address))
      add_address(link, &address, i);
    else if (name == link->config.n_targets)
      name = i;
  }
  link->name_target = name;
  if (name < link->config.n_targets && link->search->n_addresses == 0)
    start_lookup(link, link->search->targets[name].host, link->search->targets[name].port);
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
    mtp_link_fail(link, MTP_ERR_NETWORK, EADDRNOTAVAIL, "no address is known for this data centre");
  } else if (resolves_here(link->config.proxy) &&
             !mtp_address_parse(link->search->targets[0].host, link->search->targets[0].port,
                                &address)) {
    link->naming_target = true;
    start_lookup(link, link->search->targets[0].host, link->search->targets[0].port);
  } else {
    find_proxy_itself(link, now);
  }
}

/* Telegram's own web name where the target says so. */
static bool name_targets(mtp_link *link) {
  for (size_t i = 0; i < link->config.n_targets; i++) {
    mtp_target *target = &link->search->targets[i];
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
  link->config.targets = NULL;
  link->fd = -1;
  link->busy = true; /* it may have failed already: no socket tells of it */
  link->search = tl_alloc_zero(config->allocator, sizeof *link->search);
  if (!link->search) {
    tl_free(config->allocator, link, sizeof *link);
    return error->status = MTP_ERR_NOMEM;
  }
  if (link->config.n_targets > MTP_TARGETS_MAX)
    link->config.n_targets = MTP_TARGETS_MAX;
  memcpy(link->search->targets, config->targets,
         link->config.n_targets * sizeof *link->search->targets);
  if (!name_targets(link))
    mtp_link_fail(link, MTP_ERR_NETWORK, EADDRNOTAVAIL, "this data centre has no web name");
  else if (config->proxy)
    find_proxy(link, now);
  else
    find_direct(link, now);
  *out = link;
  return MTP_OK;
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
  mtp_link_fail(link, MTP_ERR_NETWORK, 0,
                "the name has no IPv4 address, and SOCKS4 takes no others");
}

/* A proxy may know names that are not known here. */
static void look_up_failed(mtp_link *link, const char *why) {
  const mtp_proxy *proxy = link->config.proxy;
  char text[200];
  bool socks = proxy && link->naming_target &&
               (proxy->kind == MTP_PROXY_SOCKS5 || proxy->kind == MTP_PROXY_SOCKS4);
  snprintf(text, sizeof text, "%s%s%s", why, socks ? "; the proxy looks names up with " : "",
           !socks                            ? ""
           : proxy->kind == MTP_PROXY_SOCKS5 ? "socks5h://"
                                             : "socks4a://");
  mtp_link_fail(link, proxy && !link->naming_target ? MTP_ERR_PROXY : MTP_ERR_NETWORK, 0, text);
}

void mtp_link_step_resolve(mtp_link *link, int64_t now) {
  mtp_address found[MTP_RESOLVE_MAX];
  size_t count = 0;
  const char *why = NULL;
  if (!mtp_resolver_done(link->resolver, found, &count, &why))
    return;
  mtp_fd_forget(&link->config.hook, mtp_resolver_fd(link->resolver));
  mtp_resolver_free(link->resolver);
  link->resolver = NULL;
  if (count == 0) {
    look_up_failed(link, why);
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
      mtp_secret_from_bytes(target->secret, target->secret_size, &secret, NULL) != MTP_OK) {
    mtp_link_fail(link, MTP_ERR_NETWORK, EADDRNOTAVAIL,
                  "the address has a secret that makes no sense");
    return false;
  }
  const mtp_transport_class *transport = mtp_transport_find(config->transport);
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
      .raw_zero_secret = config->second_way,
      .classic_hello = config->second_way,
  };
  mtp_failure failure = {.kind = MTP_OK};
  mtp_cause status = mtp_wire_create(&options, &link->wire, &failure);
  if (status != MTP_OK) {
    failure.kind = failure.kind == MTP_OK ? status : failure.kind;
    mtp_link_fail_wire(link, &failure);
  }
  return status == MTP_OK;
}

/* With the address that failed first: of several, somebody wants to know which. */
static void fail_dial(mtp_link *link) {
  const mtp_dial *dial = &link->dial;
  const mtp_address *address = &link->search->addresses[dial->failed_at];
  char host[INET6_ADDRSTRLEN] = "", port[8] = "", text[160], why[100];
  bool named = getnameinfo((const struct sockaddr *)&address->sockaddr, address->size, host,
                           sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) == 0;
  if (strerror_r(dial->error, why, sizeof why) != 0)
    snprintf(why, sizeof why, "error %d", dial->error);
  snprintf(text, sizeof text, strchr(host, ':') ? "[%s]:%s: %s" : "%s:%s: %s", host, port, why);
  mtp_link_fail(link, link->config.proxy ? MTP_ERR_PROXY : MTP_ERR_NETWORK, dial->error,
                named ? text : why);
}

void mtp_link_step_dial(mtp_link *link, int64_t now) {
  size_t index = 0;
  if (!mtp_link_may_write(link))
    return;
  switch (mtp_dial_step(&link->dial, now, &link->fd, &index)) {
  case MTP_DIAL_BUSY:
    return;
  case MTP_DIAL_FAILED:
    fail_dial(link);
    return;
  case MTP_DIAL_OPEN:
    break;
  }
  if (!create_wire(link, &link->search->targets[link->search->target_of[index]]))
    return;
  mtp_link_end_search(link);
  link->phase = MTP_LINK_TALKING;
  mtp_wire_start(link->wire, now, link->config.unix_time);
  mtp_link_flush(link);
}
