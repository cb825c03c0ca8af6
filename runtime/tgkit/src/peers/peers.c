/* The peers of one client: opened, followed from account to account, looked up. */
#include "peers/peers.h"

#include <ctype.h>
#include <string.h>
#include <tg/schema.h>

#include "peers/ids.h"

static void learn(void *ctx, const tl_value *value) {
  tgkit_learn(ctx, value);
}

mtp_status tgkit_peers_open(mtp_client *client, const tgkit_peer_store *store, tgkit_peers **out,
                            mtp_error *error) {
  static const char *const types[] = {"User",    "Chat", "Message",
                                      "Updates", "Peer", "MessageEntity"};
  tgkit_peers *peers = tl_alloc_zero(NULL, sizeof *peers);
  *out = NULL;
  if (peers)
    peers->finder = tgkit_finder_new(&tg_schema, types, sizeof types / sizeof *types);
  if (!peers || !peers->finder) {
    tl_free(NULL, peers, sizeof *peers);
    if (store)
      store->free(store->ctx);
    return tgkit_fail(error, MTP_ERR_NOMEM, "");
  }
  peers->client = client;
  if (store)
    peers->store = *store;
  tgkit_peers_follow(peers);
  mtp_client_observe(client, learn, peers);
  *out = peers;
  return MTP_OK;
}

void tgkit_peers_close(tgkit_peers *peers) {
  if (!peers)
    return;
  mtp_client_observe(peers->client, NULL, NULL);
  if (peers->store.free)
    peers->store.free(peers->store.ctx);
  tgkit_book_free(&peers->book);
  tgkit_finder_free(peers->finder);
  tl_free(NULL, peers, sizeof *peers);
}

/* ---- looked up ---- */

const tgkit_peer *tgkit_peer_by_id(tgkit_peers *peers, tgkit_kind kind, int64_t id) {
  tgkit_peers_follow(peers);
  row *r = tgkit_book_find(&peers->book, kind, id);
  return r ? &r->peer : NULL;
}

static const tgkit_peer *by_key(tgkit_peers *peers, const char *key) {
  tgkit_peers_follow(peers);
  row *r = tgkit_book_named(&peers->book, key);
  return r ? &r->peer : NULL;
}

const tgkit_peer *tgkit_peer_by_name(tgkit_peers *peers, const char *name) {
  char key[36];
  size_t n = strlen(name);
  if (n >= sizeof key)
    return NULL;
  for (size_t i = 0; i <= n; i++)
    key[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];
  return by_key(peers, key);
}

const tgkit_peer *tgkit_peer_by_phone(tgkit_peers *peers, const char *digits) {
  char key[36] = "+";
  if (strlen(digits) >= sizeof key - 1)
    return NULL;
  strcpy(key + 1, digits);
  return by_key(peers, key);
}
