/* A row as a line of text, for stores. */
#ifndef TGKIT_PEERS_LINE_H
#define TGKIT_PEERS_LINE_H

#include <tgkit/peers.h>

enum { TGKIT_LINE = 1024 };

/* What the strings of a row that was read point to. */
typedef struct tgkit_line {
  char text[TGKIT_LINE];
  tgkit_peer peer;
  int64_t account;
} tgkit_line;

/* Writes it, without a line break; false: it does not fit. */
bool tgkit_line_write(int64_t account, const tgkit_peer *peer, char out[TGKIT_LINE]);
/* Reads line->text in place; false: it is no row. */
bool tgkit_line_read(tgkit_line *line);

#endif
