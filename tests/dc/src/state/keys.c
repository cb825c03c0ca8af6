/* Authorization keys: a hash table by id, and the salts, which are computed from key and time so
 * that they need not be kept. */
#include "keys.h"

#include <stdlib.h>

#include "crypto/hash.h"
#include "crypto/secret.h"

static dc_key **slot_of(tgdc *dc, int64_t id) {
  return &dc->keys[(uint64_t)id % DC_KEY_SLOTS];
}

dc_key *dc_key_find(tgdc *dc, int64_t id, int dc_id) {
  dc_key *key = *slot_of(dc, id);
  while (key != NULL && (key->key.id != id || key->dc != dc_id))
    key = key->next;
  if (key != NULL && key->expires != 0 && key->expires <= dc_unix(dc))
    return NULL;
  return key;
}

dc_key *dc_key_add(tgdc *dc, const uint8_t bytes[MTP_AUTH_KEY_SIZE], int dc_id, int64_t salt,
                   int32_t expires_in) {
  dc_key *key = dc->n_keys < DC_MAX_KEYS ? calloc(1, sizeof *key) : NULL;
  if (key == NULL)
    return NULL;
  if (mtp_auth_key_init(&key->key, bytes) != MTP_OK) {
    free(key);
    return NULL;
  }
  key->dc = dc_id;
  key->salt = salt;
  key->created = dc_unix(dc);
  key->expires = expires_in > 0 ? key->created + expires_in : 0;
  dc_key **slot = slot_of(dc, key->key.id);
  key->next = *slot;
  *slot = key;
  dc->n_keys++;
  return key;
}

static void key_free(dc_key *key) {
  mtp_wipe(key, sizeof *key);
  free(key);
}

static void unbind_all(tgdc *dc, int64_t perm_id) {
  for (size_t i = 0; i < DC_KEY_SLOTS; i++)
    for (dc_key *key = dc->keys[i]; key != NULL; key = key->next)
      if (key->perm_id == perm_id)
        key->perm_id = 0;
}

void dc_key_remove(tgdc *dc, dc_key *key) {
  dc_key **at = slot_of(dc, key->key.id);
  while (*at != NULL && *at != key)
    at = &(*at)->next;
  if (*at == NULL)
    return;
  *at = key->next;
  dc->n_keys--;
  if (key->expires == 0)
    unbind_all(dc, key->key.id);
  key_free(key);
}

void dc_keys_free(tgdc *dc) {
  for (size_t i = 0; i < DC_KEY_SLOTS; i++)
    while (dc->keys[i] != NULL) {
      dc_key *key = dc->keys[i];
      dc->keys[i] = key->next;
      key_free(key);
    }
}

dc_key *dc_key_permanent(tgdc *dc, dc_key *key) {
  if (key->expires == 0)
    return key;
  return key->perm_id == 0 ? NULL : dc_key_find(dc, key->perm_id, key->dc);
}

static int64_t period_now(const tgdc *dc, const dc_key *key) {
  int64_t age = dc_unix(dc) - key->created;
  return (age < 0 ? 0 : age / DC_SALT_PERIOD) + key->salt_shift;
}

static int64_t salt_of(const dc_key *key, int64_t period) {
  uint8_t number[8], digest[MTP_SHA256_SIZE];
  if (period <= 0)
    return key->salt;
  tl_store64(number, (uint64_t)period);
  tl_bytes parts[] = {{key->key.bytes, MTP_AUTH_KEY_SIZE}, {number, sizeof number}};
  if (mtp_sha256(parts, 2, digest) != MTP_OK)
    return key->salt;
  return (int64_t)tl_load64(digest);
}

int64_t dc_salt(const tgdc *dc, const dc_key *key, int ahead) {
  return salt_of(key, period_now(dc, key) + ahead);
}

int64_t dc_salt_since(const tgdc *dc, const dc_key *key, int ahead) {
  int64_t period = period_now(dc, key) - key->salt_shift + ahead;
  return key->created + period * DC_SALT_PERIOD;
}

/* A salt is taken for one period after its own, so that a client in between is not stopped; unless
 * the salts were moved on by command, which is there to stop it. */
bool dc_salt_valid(const tgdc *dc, const dc_key *key, int64_t salt) {
  int64_t period = period_now(dc, key);
  if (salt == salt_of(key, period))
    return true;
  return period > key->salt_shift && salt == salt_of(key, period - 1);
}
