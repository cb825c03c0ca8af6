/* Whose peers they are: the rows of the account that the session is of, and of no other. */
#include "peers/peers.h"

static void load_row(void *to, const tgkit_peer *peer) {
  tgkit_peers *peers = to;
  bool changed;
  if (!tgkit_book_find(&peers->book, peer->kind, peer->id)) /* what was just seen is newer */
    (void)tgkit_book_put(&peers->book, peer, &changed);
}

/* Rows that were learnt before it was known whose they are. */
static void store_all(tgkit_peers *peers) {
  for (size_t i = 0; i < peers->book.n_buckets; i++)
    for (row *r = peers->book.rows[i]; r; r = r->next)
      (void)peers->store.put(peers->store.ctx, peers->account, &r->peer);
  (void)peers->store.flush(peers->store.ctx);
}

void tgkit_peers_follow(tgkit_peers *peers) {
  const mtp_session *session = mtp_client_session(peers->client);
  int64_t account = session->signed_in ? session->user_id : 0;
  if (account == peers->account)
    return;
  if (peers->account) { /* the hashes are of no use to anybody else */
    tgkit_book_free(&peers->book);
    if (!account && peers->store.clear)
      (void)peers->store.clear(peers->store.ctx, peers->account);
  }
  peers->account = account;
  bool anything = peers->book.n_rows > 0;
  if (account && peers->store.load) {
    (void)peers->store.load(peers->store.ctx, account, load_row, peers);
    if (anything)
      store_all(peers);
  }
}
