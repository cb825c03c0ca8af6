/* gotd, the JSON of its session storage, version 1, as Go marshals it. It may have no address of
 * its own; the list of addresses in Config then has one. */
#include "../bytes.h"
#include "../convert.h"
#include "../json.h"
#include <openssl/crypto.h>
#include <string.h>

enum { VERSION = 1, FLAG_SECRET = 1 << 10 };

static bool looks(const tgauth_source *source) {
  size_t i = 0;
  tgauth_json *root;
  while (i < source->size && strchr(" \t\r\n", source->data[i]))
    i++;
  if (!source->data || i == source->size || source->data[i] != '{' ||
      tgauth_json_parse(source->data, source->size, &root, NULL) != MTP_OK)
    return false;
  bool is = tgauth_json_text(tgauth_json_member(tgauth_json_member(root, "Data"), "AuthKey"));
  tgauth_json_free(root);
  return is;
}

/* Bytes as Go marshals them; false when it is no base64. */
static bool decode(const tgauth_json *value, tgauth_decoded *out) {
  const char *text = tgauth_json_text(value);
  tgauth_source source = {.data = (const uint8_t *)text, .size = text ? strlen(text) : 0};
  return tgauth_decode_text(&source, 0, out);
}

static mtp_status read_key(const tgauth_json *data, int64_t dc, mtp_session *session,
                           mtp_error *error) {
  tgauth_decoded key, id;
  uint8_t real[8];
  mtp_status status;
  if (!decode(tgauth_json_member(data, "AuthKey"), &key))
    return tgauth_fail(error, MTP_ERR_STORE, "there is no key in AuthKey: nobody has signed in");
  status = tgauth_set_home(session, dc, key.data, key.size, error);
  OPENSSL_cleanse(&key, sizeof key);
  if (status != MTP_OK || !tgauth_json_member(data, "AuthKeyID"))
    return status;
  if (tgauth_key_id(tgauth_home_key(session)->key, real) != MTP_OK)
    return tgauth_fail(error, MTP_ERR_NOMEM, "SHA-1 is not available");
  if (!decode(tgauth_json_member(data, "AuthKeyID"), &id) || id.size != sizeof real ||
      memcmp(id.data, real, sizeof real) != 0)
    status = tgauth_fail(error, MTP_ERR_STORE, "AuthKeyID is not that of AuthKey");
  return status;
}

static const struct {
  const char *name;
  int flag;
} flags[] = {
    {"Ipv6", MTP_DC_IPV6}, {"MediaOnly", MTP_DC_MEDIA}, {"TCPObfuscatedOnly", MTP_DC_TCPO},
    {"CDN", MTP_DC_CDN},   {"Static", MTP_DC_STATIC},   {"ThisPortOnly", MTP_DC_THIS_PORT},
};
enum { N_FLAGS = sizeof flags / sizeof flags[0] };

/* An address that does not make sense is left out: the list is only a cache. */
static void read_option(const tgauth_json *option, mtp_session *session) {
  int64_t dc, port;
  int set = 0;
  tgauth_decoded secret;
  const char *host = tgauth_json_text(tgauth_json_member(option, "IPAddress"));
  if (!host || !tgauth_json_int(tgauth_json_member(option, "ID"), &dc) ||
      !tgauth_json_int(tgauth_json_member(option, "Port"), &port))
    return;
  for (size_t i = 0; i < N_FLAGS; i++)
    set |= tgauth_json_true(tgauth_json_member(option, flags[i].name)) ? flags[i].flag : 0;
  bool has_secret = decode(tgauth_json_member(option, "Secret"), &secret) && secret.size;
  if (has_secret && secret.size > sizeof session->options->secret)
    return;
  size_t before = session->n_options;
  if (tgauth_add_address(session, dc, tl_string_of(host), port, set, NULL) != MTP_OK ||
      session->n_options == before)
    return;
  if (!has_secret)
    return;
  mtp_dc_option *added = &session->options[before];
  memcpy(added->secret, secret.data, secret.size);
  added->secret_size = (uint8_t)secret.size;
}

static mtp_status read_data(const tgauth_json *data, mtp_session *session, mtp_error *error) {
  int64_t dc, salt = 0;
  const tgauth_json *config = tgauth_json_member(data, "Config");
  const tgauth_json *options = tgauth_json_member(config, "DCOptions");
  const char *address = tgauth_json_text(tgauth_json_member(data, "Addr"));
  if (!tgauth_json_int(tgauth_json_member(data, "DC"), &dc) &&
      !tgauth_json_int(tgauth_json_member(config, "ThisDC"), &dc))
    return tgauth_fail(error, MTP_ERR_STORE, "DC is missing or no number");
  mtp_status status = read_key(data, dc, session, error);
  if (status == MTP_OK && address && *address)
    status = tgauth_add_host_port(session, dc, address, error);
  if (status != MTP_OK)
    return status;
  if (tgauth_json_int(tgauth_json_member(data, "Salt"), &salt))
    mtp_session_key(session, session->home_dc, false)->salt = salt;
  for (size_t i = 0; i < tgauth_json_count(options); i++)
    read_option(tgauth_json_item(options, i), session);
  session->test = session->test || tgauth_json_true(tgauth_json_member(config, "TestMode"));
  return MTP_OK;
}

static mtp_status import(const tgauth_source *source, mtp_session *session, mtp_error *error) {
  tgauth_json *root;
  int64_t version;
  mtp_status status = tgauth_json_parse(source->data, source->size, &root, error);
  if (status != MTP_OK)
    return status;
  if (!tgauth_json_int(tgauth_json_member(root, "Version"), &version))
    status = tgauth_fail(error, MTP_ERR_STORE, "Version is missing or no number");
  else if (version != VERSION)
    status = tgauth_fail(error, MTP_ERR_STORE, "Version is %lld; only %d can be read",
                         (long long)version, VERSION);
  else
    status = read_data(tgauth_json_member(root, "Data"), session, error);
  tgauth_json_free(root);
  return status;
}

/* ---- export ---- */

static const char *word(bool value) {
  return value ? "true" : "false";
}

static void write_base64(tgauth_writer *out, const uint8_t *data, size_t size) {
  char text[(MTP_KEY_SIZE + 2) / 3 * 4 + 1];
  tgauth_base64_encode(data, size, TGAUTH_BASE64, text);
  tgauth_write_format(out, "\"");
  tgauth_write_text(out, text);
  tgauth_write_format(out, "\"");
  OPENSSL_cleanse(text, sizeof text);
}

static void write_option(tgauth_writer *out, const mtp_dc_option *o) {
  tgauth_write_format(out, "{\"Flags\":%d", o->flags | (o->secret_size ? FLAG_SECRET : 0));
  for (size_t i = 0; i < N_FLAGS; i++)
    tgauth_write_format(out, ",\"%s\":%s", flags[i].name, word(o->flags & flags[i].flag));
  tgauth_write_format(out, ",\"ID\":%d,\"IPAddress\":\"%s\",\"Port\":%d,\"Secret\":", (int)o->dc,
                      o->host, (int)o->port);
  if (o->secret_size)
    write_base64(out, o->secret, o->secret_size);
  else
    tgauth_write_text(out, "null");
  tgauth_write_text(out, "}");
}

/* Of a list, the addresses of data centres that `known` has none of. */
static bool write_options(tgauth_writer *out, const mtp_dc_option *list, size_t n,
                          const mtp_session *known, bool first) {
  for (size_t i = 0; i < n; i++) {
    bool skip = !tgauth_is_host(list[i].host); /* nothing that would have to be escaped */
    for (size_t j = 0; known && j < known->n_options; j++)
      skip = skip || known->options[j].dc == list[i].dc;
    if (skip)
      continue;
    tgauth_write_text(out, first ? "" : ",");
    write_option(out, &list[i]);
    first = false;
  }
  return first;
}

/* gotd finds its way by this list only, so it gets what is built in too, but for a server of one's
 * own. */
static void write_all_options(tgauth_writer *out, const mtp_session *session) {
  size_t n;
  const mtp_dc_option *builtin = mtp_builtin_dcs(session->test, &n);
  bool first = write_options(out, session->options, session->n_options, NULL, true);
  if (tgauth_check_builtin(session, NULL) == MTP_OK)
    write_options(out, builtin, n, session, first);
}

static mtp_status export(const mtp_session *session, const tgauth_target *target,
                         mtp_error *error) {
  uint8_t id[8];
  const mtp_dc_key *key = tgauth_home_key(session);
  const mtp_dc_option *address = tgauth_home_address(session, TGAUTH_ADDRESS_ANY, error);
  if (!address)
    return MTP_ERR_STORE;
  if (tgauth_key_id(key->key, id) != MTP_OK)
    return tgauth_fail(error, MTP_ERR_NOMEM, "SHA-1 is not available");
  bool v6 = strchr(address->host, ':') != NULL;
  tgauth_writer out = {target->out, false};
  tgauth_write_format(&out, "{\"Version\":%d,\"Data\":{\"Config\":{", VERSION);
  tgauth_write_text(&out, "\"BlockedMode\":false,\"ForceTryIpv6\":false,\"Date\":0,\"Expires\":0,");
  tgauth_write_format(&out, "\"TestMode\":%s,\"ThisDC\":%d,\"DCOptions\":[", word(session->test),
                      (int)session->home_dc);
  write_all_options(&out, session);
  tgauth_write_text(&out, "],\"DCTxtDomainName\":\"\",\"TmpSessions\":0,\"WebfileDCID\":0},");
  tgauth_write_format(&out, "\"DC\":%d,\"Addr\":\"%s%s%s:%d\",\"AuthKey\":", (int)session->home_dc,
                      v6 ? "[" : "", address->host, v6 ? "]" : "", (int)address->port);
  write_base64(&out, key->key, MTP_KEY_SIZE);
  tgauth_write_text(&out, ",\"AuthKeyID\":");
  write_base64(&out, id, sizeof id);
  tgauth_write_format(&out, ",\"Salt\":%lld}}", (long long)key->salt);
  return out.failed ? tgauth_fail(error, MTP_ERR_NOMEM, "out of memory") : MTP_OK;
}

const tgauth_row tgauth_row_gotd = {
    .head = {.name = "gotd",
             .what = "gotd, JSON file",
             .form = TGAUTH_FORM_FILE,
             .imports = true,
             .exports = true,
             .missing = TGAUTH_JANSSON_MISSING},
    .looks = looks,
    .import = import,
    .export = export,
};
