/* The server's side of two-step verification, for the local data centre: written from the
 * specification on its own, so that it says something about the client's side
 * (https://core.telegram.org/api/srp). */
#ifndef TGDC_SRP_SERVER_H
#define TGDC_SRP_SERVER_H

#include <mtp/crypto.h>

/* Who the server is to the client: the algorithm's parameters, borrowed. */
typedef struct srp_server_algo {
  tl_bytes salt1, salt2;
  const uint8_t *p; /* 256 bytes */
  int32_t g;
} srp_server_algo;

/* One challenge: valid for one answer. Wipe it with srp_server_wipe(). */
typedef struct srp_server_challenge {
  uint8_t secret[MTP_DH_SIZE]; /* b */
  uint8_t b[MTP_DH_SIZE];      /* B, sent as srp_B */
} srp_server_challenge;

/* The verifier of a password: what account.updatePasswordSettings sends, computed here for accounts
 * that are made with one. */
TL_MUST_USE mtp_status srp_server_verifier(const srp_server_algo *algo, tl_bytes password,
                                           uint8_t verifier[MTP_DH_SIZE]);

/* B = k * v + g^b. RANDOM, CRYPTO. */
TL_MUST_USE mtp_status srp_server_start(const srp_server_algo *algo,
                                        const uint8_t verifier[MTP_DH_SIZE], const mtp_rng *rng,
                                        srp_server_challenge *out);

/* Whether A and M1 prove the password. REJECTED when they do not (PASSWORD_HASH_INVALID). */
TL_MUST_USE mtp_status srp_server_check(const srp_server_algo *algo,
                                        const uint8_t verifier[MTP_DH_SIZE],
                                        const srp_server_challenge *challenge, tl_bytes a,
                                        tl_bytes m1);

void srp_server_wipe(srp_server_challenge *challenge);

#endif
