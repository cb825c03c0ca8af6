/* A session is used with the servers that made it: others could do nothing with its key but forget
 * it, and the session with it. */
#include "client/dc/servers.h"

#include <stdio.h>
#include <string.h>

#include "client/client.h"
#include "client/policy/rpc_error.h"

void mtp_servers_of(const mtp_client *client, const mtp_options *options, mtp_servers *out) {
  bool own = options->n_dcs || options->n_public_keys;
  *out = (mtp_servers){.kind = own                    ? MTP_SERVERS_OWN
                               : client->session.test ? MTP_SERVERS_TEST
                                                      : MTP_SERVERS_PRODUCTION};
  for (size_t i = 0; i < client->n_keys && i < MTP_MAX_FINGERPRINTS; i++)
    out->fingerprints[out->n_fingerprints++] = mtp_rsa_key_fingerprint(client->keys[i]);
}

static bool has_builtin(const mtp_session *session, bool test) {
  size_t n;
  const mtp_dc_option *builtin = mtp_builtin_dcs(test, &n);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < session->n_options; j++)
      if (strcmp(builtin[i].host, session->options[j].host) == 0)
        return true;
  return false;
}

/* What an older version, or another library, has not written down shows in the addresses that it
 * has learnt. */
static mtp_servers servers_of_session(const mtp_session *session) {
  mtp_servers servers = session->servers;
  if (servers.kind == MTP_SERVERS_UNKNOWN && has_builtin(session, session->test))
    servers.kind = session->test ? MTP_SERVERS_TEST : MTP_SERVERS_PRODUCTION;
  return servers;
}

static bool share_key(const mtp_servers *a, const mtp_servers *b) {
  for (size_t i = 0; i < a->n_fingerprints; i++)
    for (size_t j = 0; j < b->n_fingerprints; j++)
      if (a->fingerprints[i] == b->fingerprints[j])
        return true;
  return a->n_fingerprints == 0 || b->n_fingerprints == 0;
}

/* Whether one of the addresses that the options name is of a data centre that the session has a key
 * of; with none they are not for it. */
static bool names_data_centre(const mtp_options *options, const mtp_session *session) {
  for (size_t i = 0; i < options->n_dcs; i++)
    for (size_t j = 0; j < session->n_keys; j++)
      if (options->dcs[i].dc == session->keys[j].dc)
        return true;
  return options->n_dcs == 0;
}

static void describe(const mtp_servers *servers, char *out, size_t size) {
  static const char *const kinds[] = {"servers that it does not name", "Telegram's servers",
                                      "Telegram's test servers", "servers of one's own"};
  int n = snprintf(out, size, "%s", kinds[servers->kind]);
  for (size_t i = 0; i < servers->n_fingerprints && n > 0 && (size_t)n < size; i++)
    n += snprintf(out + n, size - (size_t)n, "%s%016llx", i ? ", " : " (RSA key ",
                  (unsigned long long)servers->fingerprints[i]);
  if (servers->n_fingerprints && n > 0 && (size_t)n < size)
    snprintf(out + n, size - (size_t)n, ")");
}

static mtp_status refuse(const mtp_session *session, const mtp_servers *of_session,
                         const mtp_options *options, const mtp_servers *named, mtp_error *error) {
  char text[sizeof error->text], first[180], second[180], centre[40] = "";
  describe(of_session, first, sizeof first);
  describe(named, second, sizeof second);
  if (options->n_dcs)
    snprintf(centre, sizeof centre, "data centre %d of ", (int)options->dcs[0].dc);
  snprintf(text, sizeof text,
           "the session belongs to data centre %d of %s; the options name %s%s. Nothing was sent",
           (int)session->home_dc, first, centre, second);
  return mtp_error_set(error, MTP_ERR_ARGUMENT, text);
}

mtp_status mtp_servers_check(const mtp_client *client, const mtp_options *options,
                             mtp_error *error) {
  const mtp_session *session = &client->session;
  mtp_servers of_session = servers_of_session(session), named = client->servers;
  if (options->test && !session->test && named.kind == MTP_SERVERS_PRODUCTION)
    named = (mtp_servers){.kind = MTP_SERVERS_TEST};
  bool fits = of_session.kind == MTP_SERVERS_UNKNOWN ||
              (of_session.kind == named.kind && share_key(&of_session, &named));
  if (of_session.kind == MTP_SERVERS_OWN)
    fits = fits && names_data_centre(options, session);
  if (session->n_keys == 0 || options->any_servers || fits)
    return MTP_OK;
  return refuse(session, &of_session, options, &named, error);
}

bool mtp_servers_may_judge(const mtp_client *client) {
  mtp_servers of_session = servers_of_session(&client->session);
  if (of_session.kind == MTP_SERVERS_UNKNOWN)
    return client->servers.kind != MTP_SERVERS_OWN;
  return of_session.kind == client->servers.kind && share_key(&of_session, &client->servers);
}
