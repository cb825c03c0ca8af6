/* grammers before 0.8, a file of TL: session flags:# dcs:Vector<DataCenter> user:flags.0?User
 * state:flags.1?UpdateState, everything boxed. A dataCenter has id, IPv4 as its bytes in order,
 * IPv6, one port for both and a key; a dataCenterWs has a URL, which is of no use here. */
#include "../bytes.h"
#include "../convert.h"
#include <arpa/inet.h>
#include <string.h>

enum { MAX_CENTRES = 64, MAX_CHANNELS = 10000 };

/* The ids are CRC-32 of the lines above; whether bytes count as string in it changed. */
static const uint32_t id_session = 0xa73eb8ce, id_centre = 0x873e88db, id_centre_bytes = 0x1981d81d,
                      id_web = 0x801a94e5, id_user = 0x672f428d, id_state = 0xd0cadcc1,
                      id_channel = 0xc2b0f8cd, id_vector = 0x1cb5c415, id_true = 0x997275b5;

typedef struct centre {
  int64_t dc, port;
  const uint8_t *v4, *v6; /* NULL: none */
  tl_bytes key;           /* empty: none */
} centre;

static uint32_t read_id(tgauth_reader *in) {
  return (uint32_t)tgauth_read_le(in, 4);
}

static uint64_t read_count(tgauth_reader *in, uint64_t most) {
  bool vector = read_id(in) == id_vector;
  uint64_t count = tgauth_read_le(in, 4);
  if (!vector || count > most)
    in->failed = true;
  return in->failed ? 0 : count;
}

/* False for what is no address to connect to. */
static bool read_centre(tgauth_reader *in, centre *out) {
  uint32_t id = read_id(in), flags = (uint32_t)tgauth_read_le(in, 4);
  memset(out, 0, sizeof *out);
  out->dc = tgauth_read_int_le(in);
  if (id == id_web) {
    tgauth_read_tl(in);
    if (flags & 1)
      tgauth_read_tl(in);
    return false;
  }
  if (id != id_centre && id != id_centre_bytes)
    in->failed = true;
  out->v4 = flags & 1 ? tgauth_read_raw(in, 4) : NULL;
  out->v6 = flags & 2 ? tgauth_read_raw(in, 16) : NULL;
  out->port = tgauth_read_int_le(in);
  if (flags & 4)
    out->key = tgauth_read_tl(in);
  return !in->failed;
}

static mtp_status add_addresses(const centre *from, mtp_session *session, mtp_error *error) {
  char host[64];
  mtp_status status = MTP_OK;
  if (from->v4 && inet_ntop(AF_INET, from->v4, host, sizeof host))
    status = tgauth_add_address(session, from->dc, tl_string_of(host), from->port, 0, error);
  if (status == MTP_OK && from->v6 && inet_ntop(AF_INET6, from->v6, host, sizeof host))
    status = tgauth_add_address(session, from->dc, tl_string_of(host), from->port, 0, error);
  return status;
}

static void read_user(tgauth_reader *in, int64_t *id, int64_t *home, bool *bot) {
  if (read_id(in) != id_user)
    in->failed = true;
  uint64_t wide = tgauth_read_le(in, 8);
  *id = wide > INT64_MAX ? -1 : (int64_t)wide;
  *home = tgauth_read_int_le(in);
  *bot = read_id(in) == id_true;
}

static void read_state(tgauth_reader *in, mtp_session *session) {
  if (read_id(in) != id_state)
    in->failed = true;
  mtp_update_state state = {.pts = tgauth_read_int_le(in)};
  state.qts = tgauth_read_int_le(in);
  state.date = tgauth_read_int_le(in);
  state.seq = tgauth_read_int_le(in);
  for (uint64_t left = read_count(in, MAX_CHANNELS); left > 0 && !in->failed; left--) {
    if (read_id(in) != id_channel)
      in->failed = true;
    tgauth_read_raw(in, 12); /* without its access hash a channel's pts is of no use */
  }
  if (!in->failed && state.pts > 0 && state.date > 0)
    session->updates = state;
}

/* The user says which data centre is home; without one, it is that which has a key. */
static mtp_status take(const centre *all, size_t n, int64_t home, mtp_session *session,
                       mtp_error *error) {
  mtp_status status = MTP_OK;
  for (size_t i = 0; i < n && status == MTP_OK; i++) {
    const centre *c = &all[i];
    status = add_addresses(c, session, error);
    bool is_home = home ? c->dc == home : c->key.size && !session->home_dc;
    if (status == MTP_OK && is_home)
      status = tgauth_set_home(session, c->dc, c->key.data, c->key.size, error);
    else if (status == MTP_OK)
      tgauth_add_key(session, c->dc, c->key.data, c->key.size);
  }
  if (status == MTP_OK && !session->home_dc)
    status = tgauth_fail(error, MTP_ERR_STORE, "there is no key in it: nobody has signed in");
  return status;
}

static mtp_status import(const tgauth_source *source, mtp_session *session, mtp_error *error) {
  centre all[MAX_CENTRES];
  size_t n = 0;
  int64_t user = 0, home = 0;
  bool bot = false;
  tgauth_reader in = tgauth_reader_of(source->data, source->size);
  if (read_id(&in) != id_session)
    in.failed = true;
  uint64_t flags = tgauth_read_le(&in, 4);
  for (uint64_t left = read_count(&in, MAX_CENTRES); left > 0 && !in.failed; left--)
    n += read_centre(&in, &all[n]);
  if (flags & 1)
    read_user(&in, &user, &home, &bot);
  if (flags & 2)
    read_state(&in, session);
  if (!tgauth_read_all(&in))
    return tgauth_fail(error, MTP_ERR_STORE, "the file is cut off or damaged");
  mtp_status status = take(all, n, home, session, error);
  return status == MTP_OK ? tgauth_set_user(session, user, bot, error) : status;
}

static bool looks(const tgauth_source *source) {
  tgauth_reader in = tgauth_reader_of(source->data, source->size);
  return source->form == TGAUTH_FORM_FILE && source->data && read_id(&in) == id_session;
}

const tgauth_row tgauth_row_grammers_file = {
    .head = {.name = "grammers-file",
             .what = "grammers before 0.8, Session in a file",
             .form = TGAUTH_FORM_FILE,
             .imports = true},
    .looks = looks,
    .import = import,
};
