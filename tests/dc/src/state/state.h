/* What lives for a while only: login codes, password challenges, exported authorizations, QR
 * tokens, uploaded files. */
#ifndef TGDC_STATE_H
#define TGDC_STATE_H

#include "srp_server.h"
#include "users.h"

struct dc_srp {
  struct dc_srp *next;
  int64_t id, key_id, user_id;
  int32_t made;
  uint8_t salt1[64], salt2[16];
  size_t salt1_size;
  srp_server_challenge challenge;
};

/* auth.exportAuthorization: for one import at that data centre. */
typedef struct dc_exported {
  struct dc_exported *next;
  int64_t user_id;
  int dc;
  int32_t made;
  uint8_t bytes[32];
} dc_exported;

enum { DC_QR_EXCEPT = 16 };

/* A QR login token (LG-5). */
typedef struct dc_qr {
  struct dc_qr *next;
  uint8_t token[24];
  int64_t key_id; /* permanent key of the client that shows it */
  int dc;
  int64_t user_id; /* who accepted it; 0: nobody yet */
  int32_t expires;
  bool moved;                       /* the client was sent to another data centre with it */
  int64_t except_ids[DC_QR_EXCEPT]; /* who may not accept it */
  size_t n_except;
} dc_qr;

/* A file that is being uploaded, or is there. */
typedef struct dc_file {
  struct dc_file *next;
  int64_t id; /* as the client named it, or of the document */
  int64_t user_id, access_hash;
  int dc;
  int32_t date;
  tl_bytes *parts;        /* uploaded so far, by number; owned, data too */
  size_t n_parts, stored; /* so many, so many bytes */
  tl_buffer data;         /* the whole, once it is made of the parts */
  bool photo;             /* or a document */
  char name[DC_TEXT], mime[64];
} dc_file;

/* Frees the parts of an upload. */
void dc_file_drop_parts(dc_file *file);
void dc_state_free(tgdc *dc);
void dc_state_expire(tgdc *dc);

#endif
