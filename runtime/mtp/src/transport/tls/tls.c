/* TLS over OpenSSL with memory BIOs: certificate and host name are verified unless told otherwise,
 * at the time that the wire was given rather than that of the system's clock. */
#include "tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "transport/layer.h"
#include "transport/text.h"

#define READ_STEP 16384

struct mtp_tls {
  SSL_CTX *ctx;
};

typedef struct tls_layer {
  mtp_layer base;
  const mtp_layer_config *config;
  SSL *ssl;
  BIO *in, *out; /* owned by ssl */
} tls_layer;

static bool trust(SSL_CTX *ctx, const mtp_tls_options *options, mtp_failure *failure) {
  if (options && options->insecure)
    return true;
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
  if (!options || !options->ca_file)
    return SSL_CTX_set_default_verify_paths(ctx) ||
           mtp_failure_set(failure, MTP_FAIL_TLS, 0, "TLS: the system's authorities do not load");
  return SSL_CTX_load_verify_file(ctx, options->ca_file) ||
         mtp_failure_set(failure, MTP_FAIL_TLS, 0, "TLS: no certificates in the authority file");
}

bool mtp_tls_create(const mtp_tls_options *options, mtp_tls **out, mtp_failure *failure) {
  *out = NULL;
  ERR_clear_error();
  mtp_tls *tls = OPENSSL_zalloc(sizeof *tls);
  if (!tls)
    return mtp_failure_memory(failure);
  tls->ctx = SSL_CTX_new(TLS_client_method());
  bool ok = tls->ctx && SSL_CTX_set_min_proto_version(tls->ctx, TLS1_2_VERSION);
  if (ok) {
    SSL_CTX_set_mode(tls->ctx, SSL_MODE_RELEASE_BUFFERS);
    ok = trust(tls->ctx, options, failure);
  } else {
    mtp_failure_memory(failure);
  }
  ERR_clear_error();
  if (ok)
    *out = tls;
  else
    mtp_tls_destroy(tls);
  return ok;
}

void mtp_tls_destroy(mtp_tls *tls) {
  if (tls)
    SSL_CTX_free(tls->ctx);
  OPENSSL_free(tls);
}

static void free_ssl(mtp_layer *layer) {
  SSL_free(((tls_layer *)layer)->ssl);
}

/* Who the certificate must be for. */
static bool set_name(SSL *ssl, const char *host) {
  uint8_t address[16];
  size_t size = mtp_parse_address(host, address);
  if (size)
    return X509_VERIFY_PARAM_set1_ip(SSL_get0_param(ssl), address, size);
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl, host) && SSL_set_tlsext_host_name(ssl, host);
}

static bool make_ssl(tls_layer *self, const mtp_tls *tls) {
  static const uint8_t alpn[] = "\x08http/1.1";
  self->ssl = SSL_new(tls->ctx);
  if (!self->ssl)
    return false;
  self->in = BIO_new(BIO_s_mem());
  self->out = BIO_new(BIO_s_mem());
  if (!self->in || !self->out) {
    BIO_free(self->in);
    BIO_free(self->out);
    return false;
  }
  BIO_set_mem_eof_return(self->in, -1);
  SSL_set_bio(self->ssl, self->in, self->out);
  SSL_set_connect_state(self->ssl);
  return SSL_set_alpn_protos(self->ssl, alpn, sizeof alpn - 1) == 0 &&
         set_name(self->ssl, self->config->host);
}

static bool init(mtp_layer *layer, const mtp_layer_config *config, const tl_allocator *allocator,
                 mtp_failure *failure) {
  tls_layer *self = (tls_layer *)layer;
  mtp_tls *own = NULL;
  (void)allocator;
  self->config = config;
  if (!config->tls && !mtp_tls_create(NULL, &own, failure))
    return false;
  bool ok = make_ssl(self, config->tls ? config->tls : own);
  mtp_tls_destroy(own); /* the connection keeps its own reference */
  ERR_clear_error();
  return ok || mtp_failure_memory(failure);
}

static bool fail(tls_layer *self, mtp_flow *flow) {
  long verified = SSL_get_verify_result(self->ssl);
  const char *reason = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  if (verified != X509_V_OK && SSL_get_verify_mode(self->ssl) != SSL_VERIFY_NONE)
    return mtp_failure_set(
        flow->failure, MTP_FAIL_CERTIFICATE, (int)verified, "TLS: the certificate of the %s: %s",
        self->config->proxy ? "proxy" : "server", X509_verify_cert_error_string(verified));
  return mtp_failure_set(flow->failure, MTP_FAIL_TLS, 0, "TLS: %s",
                         reason ? reason : "the connection broke");
}

/* Moves what OpenSSL wants to send. */
static bool flush(tls_layer *self, mtp_flow *flow) {
  size_t pending = BIO_ctrl_pending(self->out);
  if (pending == 0)
    return true;
  uint8_t *to = tl_buffer_extend(flow->down, pending);
  if (!to || BIO_read(self->out, to, (int)pending) != (int)pending)
    return mtp_failure_memory(flow->failure);
  return true;
}

static bool read_all(tls_layer *self, mtp_flow *flow) {
  for (;;) {
    size_t got = 0;
    tl_buffer *up = flow->up;
    if (tl_buffer_reserve(up, READ_STEP) != TL_OK)
      return mtp_failure_memory(flow->failure);
    ERR_clear_error();
    int ok = SSL_read_ex(self->ssl, up->data + up->size, READ_STEP, &got);
    if (ok > 0 && !tl_buffer_extend(up, got)) /* it was reserved, so it stays where it is */
      return mtp_failure_memory(flow->failure);
    if (ok > 0)
      continue;
    int error = SSL_get_error(self->ssl, ok);
    if (error == SSL_ERROR_ZERO_RETURN)
      return mtp_failure_set(flow->failure, MTP_FAIL_CLOSED, 0,
                             "TLS: the server closes the connection");
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
      return fail(self, flow);
    return flush(self, flow);
  }
}

static mtp_step handshake(tls_layer *self, mtp_flow *flow) {
  ERR_clear_error();
  int done = SSL_do_handshake(self->ssl);
  int error = done > 0 ? SSL_ERROR_NONE : SSL_get_error(self->ssl, done);
  if (error != SSL_ERROR_NONE && error != SSL_ERROR_WANT_READ) {
    fail(self, flow);
    return MTP_STEP_FAIL;
  }
  if (!flush(self, flow))
    return MTP_STEP_FAIL;
  return done > 0 ? MTP_STEP_DONE : MTP_STEP_MORE;
}

static mtp_step start(mtp_layer *layer, mtp_flow *flow) {
  tls_layer *self = (tls_layer *)layer;
  return handshake(self, flow);
}

static bool feed(tls_layer *self, mtp_flow *flow, const uint8_t *data, size_t n) {
  size_t written = 0;
  if (n == 0 || (BIO_write_ex(self->in, data, n, &written) && written == n))
    return true;
  return mtp_failure_memory(flow->failure);
}

static mtp_step shake(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n,
                      size_t *used) {
  tls_layer *self = (tls_layer *)layer;
  if (!feed(self, flow, data, n))
    return MTP_STEP_FAIL;
  *used = n;
  mtp_step step = handshake(self, flow);
  if (step == MTP_STEP_DONE && !read_all(self, flow))
    return MTP_STEP_FAIL;
  return step;
}

static bool recv_data(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n) {
  tls_layer *self = (tls_layer *)layer;
  return feed(self, flow, data, n) && read_all(self, flow);
}

static bool send_data(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n) {
  tls_layer *self = (tls_layer *)layer;
  size_t written = 0;
  if (n == 0)
    return true;
  ERR_clear_error();
  if (!SSL_write_ex(self->ssl, data, n, &written) || written != n)
    return fail(self, flow);
  return flush(self, flow);
}

static bool say_close(mtp_layer *layer, mtp_flow *flow) {
  tls_layer *self = (tls_layer *)layer;
  SSL_shutdown(self->ssl);
  ERR_clear_error();
  return flush(self, flow);
}

const mtp_layer_class mtp_layer_tls = {
    .name = "TLS",
    .size = sizeof(tls_layer),
    .init = init,
    .start = start,
    .shake = shake,
    .recv = recv_data,
    .send = send_data,
    .close = say_close,
    .free = free_ssl,
};
