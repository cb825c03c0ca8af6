/* An MTProxy endpoint: from the client's obfuscation to the data centre's and back. */
#include "mtproxy.h"

#include <string.h>
#include <tl/wire.h>

#include "crypto/secret.h"
#include "mtproxy_internal.h"
#include "transport/framing.h"
#include "transport/transport.h"

#define REPLAYS    4096
#define RECORD_MAX 16384

tl_status mtproxy_create(const mtproxy_options *options, mtproxy **out) {
  *out = NULL;
  mtproxy *proxy = tl_alloc_zero(options->allocator, sizeof *proxy);
  if (!proxy)
    return TL_ERR_NOMEM;
  proxy->options = *options;
  proxy->rng = options->rng ? *options->rng : mtp_rng_system();
  if (proxy->options.modes == 0)
    proxy->options.modes = MTPROXY_ALL;
  proxy->seen_capacity = options->replays ? options->replays : REPLAYS;
  proxy->seen = tl_alloc_zero(options->allocator, proxy->seen_capacity * MTPROXY_OPENING);
  *out = proxy;
  if (proxy->seen)
    return TL_OK;
  mtproxy_destroy(proxy);
  *out = NULL;
  return TL_ERR_NOMEM;
}

void mtproxy_destroy(mtproxy *proxy) {
  if (!proxy)
    return;
  const tl_allocator *allocator = proxy->options.allocator;
  tl_free(allocator, proxy->seen, proxy->seen_capacity * MTPROXY_OPENING);
  mtp_wipe(proxy, sizeof *proxy);
  tl_free(allocator, proxy, sizeof *proxy);
}

tl_status mtproxy_accept(mtproxy *proxy, mtproxy_link **out) {
  const tl_allocator *allocator = proxy->options.allocator;
  mtproxy_link *link = tl_alloc_zero(allocator, sizeof *link);
  *out = link;
  if (!link)
    return TL_ERR_NOMEM;
  link->proxy = proxy;
  tl_buffer_init(&link->in, allocator, 0);
  tl_buffer_init(&link->out[0], allocator, 0);
  tl_buffer_init(&link->out[1], allocator, 0);
  tl_buffer_init(&link->scratch, allocator, 0);
  tl_buffer_init(&link->down, allocator, 0);
  return TL_OK;
}

void mtproxy_link_destroy(mtproxy_link *link) {
  if (!link)
    return;
  mtp_obfuscation_free(&link->client);
  mtp_obfuscation_free(&link->upstream);
  tl_buffer_free(&link->in);
  tl_buffer_free(&link->out[0]);
  tl_buffer_free(&link->out[1]);
  tl_buffer_free(&link->scratch);
  tl_buffer_free(&link->down);
  tl_free(link->proxy->options.allocator, link, sizeof *link);
}

static bool apply(mtproxy_link *link, mtp_ctr *stream, const uint8_t *data, size_t n,
                  tl_buffer *out) {
  uint8_t *to = tl_buffer_extend(out, n);
  return (to && mtp_ctr_apply(stream, data, n, to) == MTP_OK) ||
         mtproxy_refuse(link, "out of memory");
}

/* ---- the client's handshake ---- */

static bool mode_allowed(mtproxy_link *link) {
  unsigned modes = link->proxy->options.modes;
  bool padded = link->tag == MTP_TAG_PADDED;
  if (link->tls)
    return padded || mtproxy_refuse(link, "fake TLS without padded intermediate inside");
  if ((modes & MTPROXY_PLAIN) || (padded && (modes & MTPROXY_PADDED)))
    return true;
  return mtproxy_refuse(link, "a mode that is not allowed here");
}

/* Tries to understand the 64 bytes, under a secret or (NULL) none. */
static bool try_open(mtproxy_link *link, const uint8_t *secret) {
  mtp_obfuscation_info info = {.secret = secret};
  if (!obfuscation_accept(&link->client, link->in.data, &info))
    return false;
  link->tag = info.tag;
  link->dc = info.dc;
  return obfuscation_framing(info.tag) != NULL;
}

/* Opens the connection to the data centre in the same framing. */
static bool open_upstream(mtproxy_link *link) {
  uint8_t init[MTP_OBFUSCATION_INIT];
  mtp_obfuscation_info info = {.tag = link->tag};
  if (!mtp_obfuscation_client(&link->upstream, &link->proxy->rng, &info, init, &link->failure) ||
      tl_buffer_append(&link->out[MTPROXY_UPSTREAM], init, sizeof init) != TL_OK)
    return mtproxy_refuse(link, "out of memory");
  link->obfuscated = true;
  link->state = MTPROXY_DIALLING;
  return true;
}

static bool pass_to_upstream(mtproxy_link *link, const uint8_t *data, size_t n) {
  tl_buffer_clear(&link->scratch);
  return apply(link, &link->client.recv, data, n, &link->scratch) &&
         apply(link, &link->upstream.send, link->scratch.data, n, &link->out[MTPROXY_UPSTREAM]);
}

static bool take_opening(mtproxy_link *link) {
  const mtp_secret *secret = &link->proxy->options.secret;
  if (link->in.size < MTP_OBFUSCATION_INIT)
    return true;
  if (mtp_obfuscation_forbidden(link->in.data))
    return mtproxy_refuse(link, "another transport, not obfuscated");
  bool open = try_open(link, secret->key);
  if (!open && secret->kind == MTP_SECRET_NONE)
    open = try_open(link, NULL);
  if (!open)
    return mtproxy_refuse(link, "the opening does not fit the secret");
  if (!mode_allowed(link))
    return false;
  if (!mtproxy_remember(link->proxy, link->in.data + 8))
    return mtproxy_refuse(link, "the opening has been seen before");
  size_t rest = link->in.size - MTP_OBFUSCATION_INIT;
  return open_upstream(link) &&
         (rest == 0 || pass_to_upstream(link, link->in.data + MTP_OBFUSCATION_INIT, rest));
}

/* The stream of a client, without records. */
static bool take_stream(mtproxy_link *link, const uint8_t *data, size_t n) {
  if (link->obfuscated)
    return n == 0 || pass_to_upstream(link, data, n);
  if (tl_buffer_append(&link->in, data, n) != TL_OK)
    return mtproxy_refuse(link, "out of memory");
  return take_opening(link);
}

static bool take_records(mtproxy_link *link, const uint8_t *data, size_t n) {
  tl_buffer up;
  tl_buffer_init(&up, link->proxy->options.allocator, 0);
  bool ok = mtp_record_read(&link->reader, data, n, &up, &link->failure);
  if (!ok)
    mtproxy_refuse(link, "not a TLS record");
  ok = ok && take_stream(link, up.data, up.size);
  tl_buffer_free(&up);
  return ok;
}

static bool speaks_tls(const mtproxy_link *link) {
  return memcmp(link->in.data, "\x16\x03\x01", 3) == 0;
}

/* Not known yet whether fake TLS is spoken: its first three bytes tell. */
static bool sniff(mtproxy_link *link, const uint8_t *data, size_t n) {
  unsigned modes = link->proxy->options.modes;
  if (tl_buffer_append(&link->in, data, n) != TL_OK)
    return mtproxy_refuse(link, "out of memory");
  if (link->in.size < 3)
    return true;
  link->sniffed = true;
  bool hello = speaks_tls(link);
  if (hello && !(modes & MTPROXY_TLS))
    return mtproxy_refuse(link, "fake TLS is not allowed here");
  if (!hello && !(modes & (MTPROXY_PLAIN | MTPROXY_PADDED)))
    return mtproxy_refuse(link, "nothing but fake TLS is allowed here");
  return true;
}

static bool take_handshake(mtproxy_link *link, int64_t unix_time, const uint8_t *data, size_t n) {
  if (!sniff(link, data, n) || !link->sniffed)
    return false;
  if (!speaks_tls(link))
    return take_opening(link);
  if (!mtproxy_take_hello(link, unix_time) || !link->tls)
    return false;
  tl_buffer rest = link->in;
  tl_buffer_init(&link->in, rest.allocator, rest.limit);
  bool ok = rest.size == 0 || take_records(link, rest.data, rest.size);
  tl_buffer_free(&rest);
  return ok;
}

static void from_client(mtproxy_link *link, int64_t unix_time, const uint8_t *data, size_t n) {
  if (link->tls)
    take_records(link, data, n);
  else if (link->obfuscated)
    take_stream(link, data, n);
  else
    take_handshake(link, unix_time, data, n);
}

/* In fake TLS each packet becomes a record of its own: some clients count on that. What is left of
 * link->down is the beginning of the next. */
static bool packets_to_records(mtproxy_link *link) {
  tl_buffer *down = &link->down;
  size_t at = 0;
  while (down->size - at >= 4) {
    uint32_t length = tl_load32(down->data + at);
    size_t size = length & MTP_QUICK_ACK_BIT ? 4 : (size_t)length + 4;
    if (size > down->size - at)
      break;
    uint8_t *packet = down->data + at;
    if (mtp_ctr_apply(&link->client.send, packet, size, packet) != MTP_OK ||
        mtp_record_write(&link->out[MTPROXY_CLIENT], packet, size, RECORD_MAX) != TL_OK)
      return false;
    at += size;
  }
  tl_buffer_consume(down, at);
  return true;
}

static bool bytes_to_client(mtproxy_link *link) {
  tl_buffer *down = &link->down;
  bool ok = mtp_ctr_apply(&link->client.send, down->data, down->size, down->data) == MTP_OK &&
            tl_buffer_append(&link->out[MTPROXY_CLIENT], down->data, down->size) == TL_OK;
  tl_buffer_clear(down);
  return ok;
}

static void from_upstream(mtproxy_link *link, const uint8_t *data, size_t n) {
  if (!apply(link, &link->upstream.recv, data, n, &link->down))
    return;
  if (!(link->tls ? packets_to_records(link) : bytes_to_client(link)))
    mtproxy_refuse(link, "out of memory");
}

/* ---- the calls ---- */

void mtproxy_link_recv(mtproxy_link *link, mtproxy_side from, int64_t unix_time, const void *data,
                       size_t n) {
  if (link->state == MTPROXY_REFUSED || n == 0)
    return;
  if (from == MTPROXY_CLIENT)
    from_client(link, unix_time, data, n);
  else if (link->state == MTPROXY_DIALLING)
    from_upstream(link, data, n);
}

mtproxy_state mtproxy_link_state(const mtproxy_link *link) {
  return link->state;
}

int mtproxy_link_dc(const mtproxy_link *link) {
  return link->dc;
}

const char *mtproxy_link_mode(const mtproxy_link *link) {
  if (link->state != MTPROXY_DIALLING)
    return "";
  return link->tls ? "fake TLS" : link->tag == MTP_TAG_PADDED ? "padded" : "plain";
}

const char *mtproxy_link_reason(const mtproxy_link *link) {
  return link->failure.text;
}

tl_bytes mtproxy_link_output(const mtproxy_link *link, mtproxy_side to) {
  const tl_buffer *out = &link->out[to];
  return tl_bytes_of(out->size ? out->data : (const uint8_t *)"", out->size);
}

void mtproxy_link_written(mtproxy_link *link, mtproxy_side to, size_t n) {
  tl_buffer_consume(&link->out[to], n);
}
