/* Server salts and the times in which they hold (MS-12). Times are unix seconds of the server. */
#ifndef MTP_ENGINE_SALTS_H
#define MTP_ENGINE_SALTS_H

#include <tl/base.h>

#define MTP_SALTS_ASKED 32 /* get_future_salts num */

typedef struct mtp_salt {
  int64_t since, until;
  int64_t salt;
} mtp_salt;

/* Zero-initialise it. A salt belongs to the key, not to the session. */
typedef struct mtp_salts {
  int64_t current;
  int64_t until;                  /* of current; 0: not known */
  mtp_salt list[MTP_SALTS_ASKED]; /* known ahead, sorted by since */
  size_t count;
} mtp_salts;

/* The server said which salt it wants: what was known ahead is forgotten. */
void mtp_salts_set(mtp_salts *salts, int64_t salt);
/* Takes over a list from future_salts, of any order and length; windows that are over or empty are
 * left out. */
void mtp_salts_learn(mtp_salts *salts, const mtp_salt *list, size_t count, int64_t now_s);
/* Moves on to the salt for now, if one is known. true: current has changed. */
bool mtp_salts_advance(mtp_salts *salts, int64_t now_s);
/* Whether what is known ends within a minute. */
bool mtp_salts_short(const mtp_salts *salts, int64_t now_s);
/* When mtp_salts_short() or mtp_salts_advance() next turns true, unix seconds. */
int64_t mtp_salts_next_s(const mtp_salts *salts);

#endif
