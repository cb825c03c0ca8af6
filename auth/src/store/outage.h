/* Whether a database is away, for all who would ask it: it is asked again by one of them, after a
 * while that grows. */
#ifndef TGAUTH_STORE_OUTAGE_H
#define TGAUTH_STORE_OUTAGE_H

#include <mtp/error.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct tgauth_outage {
  pthread_mutex_t mutex; /* around what follows; nobody waits for anything while holding it */
  bool is_away;
  mtp_error why;           /* it is */
  int64_t wait_ms;         /* the last pause */
  int64_t again;           /* when it may be asked again, by the machine's clock */
  int64_t over;            /* when nothing is asked any more; 0: never */
  void (*told)(void *ctx); /* that it has gone, or come back, by whoever noticed; NULL: nobody */
  void *ctx;
} tgauth_outage;

bool tgauth_outage_begin(tgauth_outage *self);
void tgauth_outage_end(tgauth_outage *self);
/* Whether it may not be asked now: it is away, and was asked a short while ago. `later`: whoever
 * asks lets others try first for so long. *error (NULL: nobody asks) says why then. */
bool tgauth_outage_refuses(tgauth_outage *self, int64_t later, mtp_error *error);
/* It has not answered: the next pause is twice the last one, cap_ms at most. */
void tgauth_outage_failed(tgauth_outage *self, const mtp_error *why, int64_t cap_ms);
/* It has. Returns whether it was away. */
bool tgauth_outage_answered(tgauth_outage *self);
/* Milliseconds until it may be asked again; -1: it is there. */
int64_t tgauth_outage_left(tgauth_outage *self, mtp_error *why);
/* From now on it is asked for so long at most, and when it fails it is not asked again. */
void tgauth_outage_limit(tgauth_outage *self, int64_t ms);

#endif
