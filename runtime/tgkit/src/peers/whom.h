/* What a text that names a peer says. */
#ifndef TGKIT_PEERS_WHOM_H
#define TGKIT_PEERS_WHOM_H

#include <tgkit/peers.h>

typedef struct whom {
  enum { WHOM_NOBODY, WHOM_SELF, WHOM_NAME, WHOM_PHONE, WHOM_ID } by;
  char text[40]; /* a name as it is written, or digits */
  tgkit_kind kind;
  int64_t id;
} whom;

whom tgkit_whom(const char *text);
/* The same of a text that names a message; 0: it does not. */
int32_t tgkit_whom_message(const char *text, whom *out);

#endif
