/* Peers as the files of this folder see them. */
#ifndef TGKIT_PEERS_PEERS_H
#define TGKIT_PEERS_PEERS_H

#include <tgkit/peers.h>

#include "peers/find.h"

typedef struct row row;
typedef struct owned_name owned_name;

/* One peer; peer's strings are its own. */
struct row {
  tgkit_peer peer;
  char *strings; /* one block */
  row *next;     /* in its bucket */
};

/* A name or "+phone" and who has it. */
struct owned_name {
  char *text;
  row *owner;
  owned_name *next;
};

/* All that are known of one account. */
typedef struct book {
  row **rows;
  owned_name **names;
  size_t n_buckets, n_rows, n_names;
} book;

struct tgkit_peers {
  mtp_client *client;
  tgkit_peer_store store; /* all NULL: none */
  tgkit_finder *finder;
  book book;
  int64_t account; /* whose they are; 0: not known yet */
};

row *tgkit_book_find(const book *book, tgkit_kind kind, int64_t id);
/* text in lower case. */
row *tgkit_book_named(const book *book, const char *text);
/* Takes peer over, copied: names that others had pass to it, names that it had and has no more are
 * free. *changed: whether anything is other than before. false: out of memory. */
bool tgkit_book_put(book *book, const tgkit_peer *peer, bool *changed);
void tgkit_book_free(book *book);

/* Makes sure that the rows are those of the session's user. */
void tgkit_peers_follow(tgkit_peers *peers);

#endif
