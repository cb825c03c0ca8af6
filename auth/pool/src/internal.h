/* What the files of a pool share. */
#ifndef TGPOOL_INTERNAL_H
#define TGPOOL_INTERNAL_H

#include "watch.h"
#include <signal.h>
#include <tgpool/pool.h>

typedef struct tgpool_held tgpool_held; /* updates that wait */

/* An account that is held. */
typedef struct tgpool_account {
  struct tgpool_account *next;
  tgpool *pool;
  char name[TGAUTH_ACCOUNT_MAX + 1];
  tgauth *auth;
  int64_t left_ms;    /* after it was given back: how long others may find it taken still */
  tgpool_timer timer; /* when its client is due */
  struct tgpool_account *run_next;
  bool running;         /* among those that have something to do */
  bool ending, unsaved; /* to be closed; and without saving */
  bool gone;            /* what became of it was told */
  bool connected;       /* it has been before */
  bool save;            /* the session has changed */
  tgpool_held *held, *held_last;
} tgpool_account;

/* One that is not to be claimed again before that time. */
typedef struct tgpool_shunned {
  struct tgpool_shunned *next;
  char name[TGAUTH_ACCOUNT_MAX + 1];
  int64_t until;
} tgpool_shunned;

enum { TGPOOL_SLOTS = 4096 };

struct tgpool {
  tgpool_options options;
  tgauth_leases *leases;
  tgpool_watch *watch;
  tgpool_account *slots[TGPOOL_SLOTS]; /* by name */
  tgpool_shunned *shunned;
  char after[TGAUTH_ACCOUNT_MAX + 1]; /* where the next page of the list begins */
  int64_t look_at, next_ms; /* next_ms: of the pages so far, until it makes sense to look again */
  tgpool_account *run;      /* those that have something to do in this turn */
  bool away;                /* the database is, as far as was told */
  bool ended;
  volatile sig_atomic_t stopped;
  tgpool_counts counts; /* held: whatever their leases are */
};

/* ---- accounts.c ---- */

tgpool_account *tgpool_find(const tgpool *pool, const char *name);
/* Has each of them called, which may close its own. */
void tgpool_each(const tgpool *pool, void (*call)(tgpool_account *account, void *ctx), void *ctx);
/* Claims it and opens its client. STORE with TGAUTH_LEASE_TAKEN; KEY_LOST: nobody is signed in. */
mtp_status tgpool_open(tgpool *pool, const char *name, mtp_error *error);
/* Lets the client work, and hands over what it has. */
void tgpool_work(tgpool_account *account);
/* Gives it back and frees it. */
void tgpool_close(tgpool_account *account);
void tgpool_tell(tgpool *pool, const char *name, tgpool_news news, const mtp_error *error);

/* ---- held.c ---- */

/* Whether updates can be handed over now. */
bool tgpool_is_ready(const tgpool *pool);
/* Hands updates over, which it frees, or keeps them until that can be. False: they are not taken,
 * or too many wait: the account is to be closed as it was when it was saved last. */
bool tgpool_hand_over(tgpool_account *account, mtp_reply *updates);
/* The same with those that wait, of which some may wait on. */
bool tgpool_hand_over_held(tgpool_account *account);
void tgpool_drop_held(tgpool_account *account);

/* ---- claims.c ---- */

/* Tells when the database has gone or come back, and has everybody do then what could not be done.
 */
void tgpool_notice(tgpool *pool);
/* Looks for accounts that are free, when that is due. */
mtp_status tgpool_look(tgpool *pool, mtp_error *error);

/* ---- shun.c ---- */

/* How long one is left alone that nobody is signed in to. */
int64_t tgpool_nobody_ms(const tgpool *pool);
/* Not to be claimed for so long. */
void tgpool_shun(tgpool *pool, const char *name, int64_t ms);
bool tgpool_is_shunned(tgpool *pool, const char *name);
void tgpool_shunned_free(tgpool *pool);

#endif
