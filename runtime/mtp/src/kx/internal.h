/* The inside of a key exchange: its state, and the steps between kx.c (packets, time, ends) and
 * steps.c (what is in them). */
#ifndef MTP_KX_INTERNAL_H
#define MTP_KX_INTERNAL_H

#include "kx/derive.h"
#include "kx/kx.h"

typedef enum mtp_kx_state {
  MTP_KX_STATE_NEW,
  MTP_KX_STATE_PQ,     /* req_pq_multi is out */
  MTP_KX_STATE_PARAMS, /* req_DH_params is out */
  MTP_KX_STATE_GEN,    /* set_client_DH_params is out */
  MTP_KX_STATE_DONE,
  MTP_KX_STATE_FAILED
} mtp_kx_state;

struct mtp_kx {
  mtp_kx_config config;
  mtp_kx_state state;
  mtp_cause failure;
  int64_t deadline;    /* monotonic ms */
  int64_t last_msg_id; /* of our own */
  unsigned restarts;   /* dh_gen_fail so far */
  unsigned retries;    /* dh_gen_retry since the last start */
  mtp_kx_nonces nonces;
  mtp_message_keys tmp;
  uint8_t p[MTP_DH_SIZE], g_a[MTP_DH_SIZE];
  int32_t g;
  int64_t retry_id;    /* auth_key_aux_hash of the key that the server did not like (KX-12) */
  int64_t server_time; /* from server_DH_inner_data, unix seconds */
  mtp_kx_result result;
};

#define MTP_KX_MAX_RETRIES  5
#define MTP_KX_MAX_RESTARTS 3

/* A failed computation as a failure; `rejected` is what it means that the check said no. */
mtp_cause mtp_kx_failed(mtp_status status, mtp_cause rejected);

/* Each takes the body of the answer that is due and appends the body of the next request to out,
 * moving the state on; FAIL_NONE or why not. On failure out may hold part of a body. */
TL_MUST_USE mtp_cause mtp_kx_send_req_pq(mtp_kx *kx, tl_buffer *out);
TL_MUST_USE mtp_cause mtp_kx_on_res_pq(mtp_kx *kx, tl_bytes body, tl_buffer *out);
TL_MUST_USE mtp_cause mtp_kx_on_params(mtp_kx *kx, tl_bytes body, mtp_now now, tl_buffer *out);
TL_MUST_USE mtp_cause mtp_kx_on_gen(mtp_kx *kx, tl_bytes body, tl_buffer *out);

#endif
