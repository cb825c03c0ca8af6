/* Key exchange, the server's side, for the local data centre. One table of exchanges that are under
 * way, found by their nonces, so that any connection may carry any step of one (HTTP does). Bodies
 * of plain messages go in, bodies come out. Both RSA schemes, permanent and temporary keys.
 * Source: https://core.telegram.org/mtproto/auth_key. */
#ifndef TGDC_KX_SERVER_H
#define TGDC_KX_SERVER_H

#include "crypto/auth_key.h"
#include "rsa_private.h"
#include <tl/buffer.h>

typedef struct kx_server kx_server;

/* What an exchange sends, in the order in which it is made. `object` of edit() is the struct. */
typedef enum kx_server_message {
  KX_SERVER_RES_PQ,       /* mt_resPQ */
  KX_SERVER_DH_INNER,     /* mt_server_DH_inner_data, before it is encrypted */
  KX_SERVER_DH_PARAMS,    /* mt_server_DH_params_ok */
  KX_SERVER_DH_GEN_OK,    /* mt_dh_gen_ok */
  KX_SERVER_DH_GEN_RETRY, /* mt_dh_gen_retry */
  KX_SERVER_DH_GEN_FAIL   /* mt_dh_gen_fail */
} kx_server_message;

/* key, allocator, rng and ctx are borrowed and must outlive the server. */
typedef struct kx_server_config {
  const rsa_private *key;
  const tl_allocator *allocator;
  const mtp_rng *rng;   /* NULL: the system's */
  uint64_t pq;          /* offered to everyone; 0: 1724114033281923457 */
  int32_t g;            /* 0: 3 */
  const uint8_t *prime; /* 256 bytes; NULL: the one that Telegram uses */
  size_t max_pending;   /* exchanges under way; the oldest goes; 0: 256 */
  /* Hooks, each may be NULL; ctx is handed to all. */
  void *ctx;
  bool (*key_exists)(void *ctx, int64_t key_id); /* answered by dh_gen_retry (KX-13) */
  bool (*refuse)(void *ctx, int32_t dc);         /* answered by dh_gen_fail */
  /* To misbehave: may change what is about to be sent. Pointers in it must live until
   * kx_server_recv() returns. */
  void (*edit)(void *ctx, kx_server_message message, void *object);
} kx_server_config;

/* A key that was made: filled with the answer that tells the client so, before that is sent. */
typedef struct kx_server_grant {
  bool granted;
  mtp_auth_key key;
  int64_t salt;     /* the first server salt */
  int32_t dc;       /* as the client sent it (KX-3); 0: it did not say (p_q_inner_data) */
  bool old_padding; /* by the older RSA scheme */
  bool temporary;
  int32_t expires_in; /* temporary: seconds from now */
} kx_server_grant;

/* ARGUMENT (no private key), NOMEM. */
TL_MUST_USE mtp_status kx_server_new(const kx_server_config *config, kx_server **out);
void kx_server_free(kx_server *server); /* NULL is fine */

/* Takes the body of one plain message (EN-2) at `now`, unix seconds, and appends the body of the
 * answer to reply. A request that was answered in the last 10 minutes gets the same answer again
 * (KX-15), but no second grant. REJECTED: nothing to answer; the transport says -404. RANDOM,
 * NOMEM, CRYPTO. Wipe grant->key. */
TL_MUST_USE mtp_status kx_server_recv(kx_server *server, tl_bytes body, int64_t now,
                                      tl_buffer *reply, kx_server_grant *grant);

#endif
