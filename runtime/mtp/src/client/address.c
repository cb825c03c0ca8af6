/* Choosing among the addresses of a data centre by its id and flags (AP-5). */
#include "client/address.h"

#include <string.h>

typedef struct search {
  const mtp_options *options;
  mtp_link_traits traits;
  int32_t dc;
  bool media, cdn;
  mtp_target *out;
  size_t count;
} search;

mtp_link_traits mtp_options_traits(const mtp_options *options) {
  mtp_link_traits traits = {.name = ""};
  (void)mtp_link_traits_of(options->transport, options->obfuscated, options->proxy, &traits);
  return traits;
}

/* How well an address fits: 0 not at all, else the less the better. */
static unsigned rank(const search *s, const mtp_dc_option *o) {
  bool media = o->flags & MTP_DC_MEDIA, cdn = o->flags & MTP_DC_CDN;
  if (o->dc != s->dc || cdn != s->cdn || (media && !s->media) || o->port == 0)
    return 0;
  bool hidden = (o->flags & MTP_DC_TCPO) || o->secret_size;
  if (hidden && !(s->traits.tcp && s->traits.tagged))
    return 0;
  unsigned value = 1;
  if (s->media && !media)
    value += 4; /* as good as any centre, but busier */
  if (hidden && !s->options->obfuscated)
    value += 2;
  if (((o->flags & MTP_DC_IPV6) != 0) != s->options->ipv6)
    value += 1;
  return value;
}

static bool is_known(const search *s, const char *host, uint16_t port) {
  for (size_t i = 0; i < s->count; i++)
    if (s->out[i].port == port && strcmp(s->out[i].host, host) == 0)
      return true;
  return false;
}

static void add(search *s, const mtp_dc_option *o, uint16_t port) {
  if (s->count == MTP_TARGETS_MAX || is_known(s, o->host, port))
    return;
  mtp_target *target = &s->out[s->count++];
  memset(target, 0, sizeof *target);
  memcpy(target->host, o->host, sizeof target->host);
  target->host[sizeof target->host - 1] = 0;
  target->port = port;
  if (o->secret_size <= sizeof target->secret) {
    memcpy(target->secret, o->secret, o->secret_size);
    target->secret_size = o->secret_size;
  }
}

/* On the port where others are open too. */
static bool is_usual(const mtp_dc_option *o) {
  return o->port == 443 && !(o->flags & MTP_DC_THIS_PORT);
}

enum { WORST_RANK = 8 };

static void add_ranked(search *s, const mtp_dc_option *list, size_t n) {
  bool plain_http = s->traits.http && !s->traits.tls;
  for (unsigned want = 1; want <= WORST_RANK; want++)
    for (size_t i = 0; i < n; i++)
      if (rank(s, &list[i]) == want)
        add(s, &list[i], plain_http && is_usual(&list[i]) ? s->traits.port : list[i].port);
}

/* The same addresses on the ports that are open where 443 is not. */
static void add_other_ports(search *s, const mtp_dc_option *list, size_t n) {
  static const uint16_t ports[] = {80, 5222};
  if (!s->traits.tcp)
    return;
  for (size_t p = 0; p < sizeof ports / sizeof *ports; p++)
    for (size_t i = 0; i < n; i++)
      if (rank(s, &list[i]) && is_usual(&list[i]) && list[i].secret_size == 0)
        add(s, &list[i], ports[p]);
}

/* The web names, for transports that look like the web (TR-14). */
static bool add_web_name(search *s) {
  enum { FIRST = 1, LAST = 5 };
  bool web = s->traits.websocket || (s->traits.http && s->traits.tls);
  if (!web || s->cdn || s->dc < FIRST || s->dc > LAST)
    return false;
  mtp_target *target = &s->out[s->count++];
  memset(target, 0, sizeof *target);
  target->port = s->traits.port;
  return true;
}

size_t mtp_targets_find(const mtp_options *options, const mtp_session *session, int32_t dc,
                        bool media, bool cdn, mtp_target out[MTP_TARGETS_MAX]) {
  search s = {.options = options,
              .traits = mtp_options_traits(options),
              .dc = dc,
              .media = media,
              .cdn = cdn,
              .out = out};
  add_ranked(&s, options->dcs, options->n_dcs);
  add_other_ports(&s, options->dcs, options->n_dcs);
  if (s.count || (options->n_dcs == 0 && add_web_name(&s)))
    return s.count;
  size_t n_builtin = 0;
  const mtp_dc_option *builtin = NULL;
  if (options->n_dcs == 0)
    builtin = mtp_builtin_dcs(options->test, &n_builtin);
  add_ranked(&s, session->options, session->n_options);
  add_ranked(&s, builtin, n_builtin);
  add_other_ports(&s, session->options, session->n_options);
  add_other_ports(&s, builtin, n_builtin);
  return s.count;
}
