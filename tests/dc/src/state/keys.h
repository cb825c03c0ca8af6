/* Authorization keys, permanent and temporary, with their salts; and who a key belongs to. */
#ifndef TGDC_KEYS_H
#define TGDC_KEYS_H

#include "dc.h"

/* The key of that id at data centre dc_id; NULL when there is none or it has expired. */
dc_key *dc_key_find(tgdc *dc, int64_t id, int dc_id);
/* Takes a new key over. expires_in 0: permanent. NULL when memory ends or there are too many. */
dc_key *dc_key_add(tgdc *dc, const uint8_t bytes[MTP_AUTH_KEY_SIZE], int dc_id, int64_t salt,
                   int32_t expires_in);
/* Forgets it and, for a permanent one, what was bound to it. */
void dc_key_remove(tgdc *dc, dc_key *key);
/* The same with its sessions, and in the journal. */
void dc_key_destroy(tgdc *dc, dc_key *key);
void dc_keys_free(tgdc *dc);

/* The permanent key behind a key: itself, or what it is bound to; NULL when it is not bound. */
dc_key *dc_key_permanent(tgdc *dc, dc_key *key);

/* The salt of the period that lies `ahead` periods from now (0: the current one). */
int64_t dc_salt(const tgdc *dc, const dc_key *key, int ahead);
/* When that period begins, unix seconds. */
int64_t dc_salt_since(const tgdc *dc, const dc_key *key, int ahead);
bool dc_salt_valid(const tgdc *dc, const dc_key *key, int64_t salt);

#endif
