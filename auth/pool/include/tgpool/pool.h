/* Many accounts in one process: those of a database that nobody else has are claimed, up to a
 * number, and their clients run on one loop, in one thread. What a process that has died, or a
 * machine that is gone, leaves behind is taken over when its leases have run out.
 *
 *   tgpool_options options;
 *   tgpool_options_init(&options);
 *   options.account.client.api_id = ...; options.account.api_hash = ...;
 *   options.table = tgauth_table_sqlite("accounts.db");
 *   options.lease.key_file = "key";
 *   options.update = heard;
 *   tgpool *pool;
 *   if (tgpool_new(&options, &pool, &error) != MTP_OK) ...
 *   status = tgpool_run(pool, &error); // until tgpool_stop(), which a signal handler may call
 *   tgpool_free(pool);
 *
 * One thread owns a pool and calls everything here but tgpool_stop(). Callbacks come from
 * tgpool_run(), tgpool_turn(), tgpool_end() and tgpool_free(), and may call everything but these.
 */
#ifndef TGPOOL_POOL_H
#define TGPOOL_POOL_H

#include <mtp/client.h>
#include <tgauth/auth.h>
#include <tgauth/lease.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tgpool tgpool;

/* What becomes of an account; each is told once. What was CLAIMED ends with one of the four that
 * follow. */
typedef enum tgpool_news {
  TGPOOL_CLAIMED,    /* it is ours, and its client runs */
  TGPOOL_TAKEN_OVER, /* another process has it: ours was stopped, or the database away, too long */
  TGPOOL_KEY_LOST,   /* Telegram, or a call, has ended the login: as one nobody is signed in to */
  TGPOOL_CLOSED,     /* it is given back, to be opened again, or because the pool ends */
  TGPOOL_LEFT,       /* the same, but the database could not be told: its lease runs out */
  TGPOOL_FAILED,     /* it cannot be opened or saved; tried again later */
  /* Of the database, with "" for an account: it does not answer, and is asked again after pauses
   * that grow; and it has answered again. Accounts that wait for it are not told one by one. */
  TGPOOL_DATABASE_GONE,
  TGPOOL_DATABASE_BACK,
  /* Of the server of streams (tgpool/streams.h), with "": it does not answer or does not take what
   * is for it, and is asked again; and it has taken that. */
  TGPOOL_STREAMS_GONE,
  TGPOOL_STREAMS_BACK
} tgpool_news;

typedef struct tgpool_options {
  /* For each client; store is not looked at, keep_updates is set. Strings are borrowed for as long
   * as the pool lives. */
  tgauth_options account;
  tgauth_table *table;        /* becomes owned, also on failure */
  tgauth_lease_options lease; /* account is not looked at; the rest is copied */
  size_t max;                 /* claims so many at most; 0: all that there are */
  uint32_t look_ms; /* looks for accounts that are free so often; a quarter of the lease (0) */
  uint32_t end_ms;  /* of tgpool_end(); 5000 (0) */
  /* So much later it looks again whether somebody has signed in to an account in which nobody was,
   * or of which Telegram has ended the login; ten minutes (0) */
  uint32_t nobody_ms;
  /* An object of type Updates of an account, in order. False: it could not be handed over. The
   * account is closed then, as it was when it was saved last, and opened again, so that what was
   * not handed over comes again: every update comes once or more often, none is left out. An
   * account of which nothing was saved yet hears from its first connection on. NULL: nobody hears
   * them. */
  bool (*update)(void *ctx, const char *account, const tl_value *updates);
  /* Whether update can take anything now, asked often; NULL: it can. While it says no, what comes
   * waits, up to `hold` containers in all (0: 10000), no session that has heard of them is saved,
   * and nothing is claimed; an account past that, or at the end, is closed as it was when it was
   * saved last. What update does not take waits, too, where ready says no after it. */
  bool (*ready)(void *ctx);
  size_t hold;
  /* NULL: nobody is told. error is NULL where there is none. */
  void (*news)(void *ctx, const char *account, tgpool_news news, const mtp_error *error);
  void *ctx;
} tgpool_options;

/* Sets all defaults: nothing is given, everything is claimed. */
MTP_API void tgpool_options_init(tgpool_options *options);

/* Makes a pool; nothing is claimed before it runs. ARGUMENT, NOMEM, NETWORK (no descriptor is to be
 * had for the loop): *out is NULL. */
MTP_API TL_MUST_USE mtp_status tgpool_new(const tgpool_options *options, tgpool **out,
                                          mtp_error *error);
/* Saves and gives back every account and ends every call with CLOSED; nothing is claimed any more.
 * The database is asked for end_ms at the most, and not again once it has failed: a question that
 * is under way then may take 5 seconds more. Accounts for which that was too short are told
 * (TGPOOL_LEFT). */
MTP_API void tgpool_end(tgpool *pool);
/* The same, and frees. NULL is fine. */
MTP_API void tgpool_free(tgpool *pool);

/* Claims, waits and works until tgpool_stop(), which makes it OK, or STORE: the options of the
 * lease make no sense, such as a key that is none. A database that does not answer ends nothing:
 * what is held goes on until its leases run out, and nothing new is claimed. */
MTP_API TL_MUST_USE mtp_status tgpool_run(tgpool *pool, mtp_error *error);
/* One turn of that for a loop of one's own: waits timeout_ms at the most (-1: until something
 * happens). The statuses of tgpool_run(). */
MTP_API TL_MUST_USE mtp_status tgpool_turn(tgpool *pool, int timeout_ms, mtp_error *error);
/* A descriptor for such a loop, to be polled for POLLIN; tgpool_turn() with 0 is due then, and
 * after tgpool_timeout() milliseconds. */
MTP_API int tgpool_fd(const tgpool *pool);
MTP_API int tgpool_timeout(const tgpool *pool);
/* Ends tgpool_run(). From a signal handler, a callback, or any thread. */
MTP_API void tgpool_stop(tgpool *pool);

/* The client of an account that is held; NULL: it is not. Calls on it are made as on any other,
 * mtp_client_call(), but by nothing that waits, nor is anything to be polled. Valid until the next
 * turn. */
MTP_API mtp_client *tgpool_client(tgpool *pool, const char *account);
/* A call by an account, as mtp_client_call(). STORE: the account is not held here. */
MTP_API TL_MUST_USE mtp_status tgpool_call(tgpool *pool, const char *account, const tl_call *call,
                                           const mtp_call_options *options, mtp_call_done done,
                                           void *ctx, mtp_error *error);

/* What there was since the pool was made. */
typedef struct tgpool_counts {
  uint64_t held, max; /* at this moment, with a lease that is valid; max 0: no limit */
  uint64_t claims, losses, keys_lost, failures;
  uint64_t renewals, renewals_failed;
  uint64_t updates, refused; /* handed over, and not taken */
  uint64_t waiting;          /* at this moment: cannot be handed over yet */
  uint64_t calls, calls_failed;
  uint64_t reconnects;
} tgpool_counts;

/* Says how much of each there was, and is held now. */
MTP_API void tgpool_count(const tgpool *pool, tgpool_counts *out);
/* Appends the same as Prometheus text
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). NOMEM. */
MTP_API TL_MUST_USE mtp_status tgpool_metrics(const tgpool *pool, tl_buffer *out);

/* One number for who watches; the name says what it counts, "_total" in the end what only grows. */
typedef struct tgpool_metric {
  const char *name, *help;
  uint64_t value;
} tgpool_metric;

/* Appends metrics of a program's own, so many as count, in the same format, with "tgpool_" before
 * each name; those whose names end with "_total" are counters, the others gauges. A help is one
 * line. NOMEM. */
MTP_API TL_MUST_USE mtp_status tgpool_metrics_write(tl_buffer *out, const tgpool_metric *metrics,
                                                    size_t count);

#ifdef __cplusplus
}
#endif
#endif
