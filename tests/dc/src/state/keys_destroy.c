/* The end of a key, in all that knows of it. */
#include "keys.h"
#include "session.h"
#include "store.h"

void dc_key_destroy(tgdc *dc, dc_key *key) {
  dc_sessions_drop_key(dc, key->key.id);
  if (key->expires == 0)
    dc_store_key_gone(dc, key);
  dc_key_remove(dc, key);
}
