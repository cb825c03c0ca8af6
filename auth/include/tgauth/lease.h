/* A session in a database, leased: of all processes on all machines one at a time has it, for a
 * while, and lengthens that while it lives. One key used at two places ends the login for good
 * (AUTH_KEY_DUPLICATED, core.telegram.org/api/errors), so a process that may have been overtaken,
 * because it was stopped or the database was away, sends nothing until it has asked.
 *
 *   tgauth_store *store = tgauth_store_leased(table, &(tgauth_lease_options){.account = "bot-1",
 *                                                                           .key_file = "key"});
 *   options.store = store;      then tgauth_open() as ever
 */
#ifndef TGAUTH_LEASE_H
#define TGAUTH_LEASE_H

#include <tgauth/store.h>
#include <tl/buffer.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TGAUTH_ACCOUNT_MAX 128 /* bytes of an account's name: UTF-8 without control characters */
#define TGAUTH_OWNER_MAX   128 /* the same of who has it */

/* What is kept of an account, beside the lease. */
typedef enum tgauth_slot { TGAUTH_SLOT_SESSION, TGAUTH_SLOT_LOST } tgauth_slot;

/* Who has the lease on an account. */
typedef struct tgauth_holder {
  int64_t fence;                    /* of the claim that succeeded; 0: it did not */
  char owner[TGAUTH_OWNER_MAX + 1]; /* otherwise who has it (empty: it is not there), */
  int64_t left_ms;                  /* and for how long */
} tgauth_holder;

/* An account of a database, as its list has it. */
typedef struct tgauth_listed {
  char account[TGAUTH_ACCOUNT_MAX + 1];
  char owner[TGAUTH_OWNER_MAX + 1]; /* who has it; empty: nobody */
  int64_t left_ms;                  /* and for how long; 0: nobody */
} tgauth_listed;

/* A lease to be lengthened, together with others. */
typedef struct tgauth_renewal {
  const char *account;
  int64_t fence;
  bool ours; /* out: as *ours of renew */
} tgauth_renewal;

#define TGAUTH_ROW_KEY_MAX 255 /* bytes of a row's key */

/* What is kept of an account row by row, beside its session: people it knows, states of updates. */
typedef struct tgauth_table_row {
  const char *key;
  tl_bytes data; /* size 0: the row is deleted */
} tgauth_table_row;

/* Is given one row at a time; what it points to is valid until it returns. */
typedef mtp_status (*tgauth_table_row_each)(void *ctx, const tgauth_table_row *row,
                                            mtp_error *error);

typedef struct tgauth_table tgauth_table;

/* A database with a row for each account. Every function waits for the database, is called by one
 * thread at a time, and returns MTP_OK or fills *error with MTP_ERR_STORE and what the database
 * says (NOMEM when out of memory). Time is the database's own. */
typedef struct tgauth_table_ops {
  /* Takes the lease for ttl_ms if nobody has it or it has run out. A number of fencing is larger
   * than all that the account had before. make: an account that is not there is made, and the
   * database's tables; otherwise there is neither a number nor an owner, and nothing changes. */
  mtp_status (*claim)(tgauth_table *table, const char *account, const char *owner, int64_t ttl_ms,
                      bool make, tgauth_holder *out, mtp_error *error);
  /* Makes it last ttl_ms from now. *ours is false, and nothing changes, when the account has
   * another number of fencing by now. */
  mtp_status (*renew)(tgauth_table *table, const char *account, int64_t fence, int64_t ttl_ms,
                      bool *ours, mtp_error *error);
  /* Gives it back; of another number of fencing: nothing. */
  mtp_status (*release)(tgauth_table *table, const char *account, int64_t fence, mtp_error *error);
  /* Appends what the slot has; nothing when it is empty. */
  mtp_status (*load)(tgauth_table *table, const char *account, tgauth_slot slot, tl_buffer *out,
                     mtp_error *error);
  /* Replaces it; size 0: empties it. *ours as renew's. */
  mtp_status (*save)(tgauth_table *table, const char *account, int64_t fence, tgauth_slot slot,
                     tl_bytes data, bool *ours, mtp_error *error);
  /* A page of the accounts that there are (none, where there are no tables), in the order of the
   * bytes of their names: those after the name `after`, which itself need not be there ("" comes
   * before all), at most `room`, with who has them at this moment. *count below room: there are no
   * more. */
  mtp_status (*list)(tgauth_table *table, const char *after, tgauth_listed *out, size_t room,
                     size_t *count, mtp_error *error);
  /* renew() of many at once, all or, when it fails, none for sure. NULL: one after the other. */
  mtp_status (*renew_all)(tgauth_table *table, tgauth_renewal *leases, size_t count, int64_t ttl_ms,
                          mtp_error *error);
  void (*free)(tgauth_table *table);
  /* The rows of an account whose keys begin with prefix, in any order. What each returns, other
   * than OK, ends it. NULL, as save_rows: the database keeps no rows. */
  mtp_status (*load_rows)(tgauth_table *table, const char *account, const char *prefix,
                          tgauth_table_row_each each, void *ctx, mtp_error *error);
  /* Replaces rows, all or none; no key is there twice. *ours as renew's. */
  mtp_status (*save_rows)(tgauth_table *table, const char *account, int64_t fence,
                          const tgauth_table_row *rows, size_t count, bool *ours, mtp_error *error);
  /* Deletes the account with all that is kept of it, and the lease. *ours as renew's. */
  mtp_status (*remove)(tgauth_table *table, const char *account, int64_t fence, bool *ours,
                       mtp_error *error);
} tgauth_table_ops;

/* The head of every database. */
struct tgauth_table {
  const tgauth_table_ops *ops;
};

/* Rows in a table of an SQLite database, which claim makes if it is not there: for the processes of
 * one machine. The path is copied; nothing is opened before claim or list, which also say when the
 * library was built without SQLite. NULL when out of memory. */
MTP_API tgauth_table *tgauth_table_sqlite(const char *path);

/* For who writes a table: sets *error (NULL: nothing is done) to the status and a text by printf's
 * format. Returns the status, such as STORE or NOMEM. */
MTP_API mtp_status tgauth_table_fail(mtp_error *error, mtp_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Takes a secret (NULL and "": none), such as the password of a URL, out of a text that is to be
 * shown, in place: the text gets no longer. */
MTP_API void tgauth_table_hide(char *text, const char *secret);

/* Whether that can be the name of an account or an owner: 1 to 128 bytes of UTF-8, and no control
 * characters (tl_is_control(), tab and line feed). ARGUMENT with a text that begins with `what`. */
MTP_API TL_MUST_USE mtp_status tgauth_table_name(const char *what, const char *name,
                                                 mtp_error *error);

/* Codes of errors (STORE): another process has the account; the database did not answer, or has not
 * a short while ago, so that it was not asked; there is no such account; it is there and has no
 * session, or what is left of one. */
enum {
  TGAUTH_LEASE_TAKEN = -2,
  TGAUTH_DATABASE_AWAY = -3,
  TGAUTH_NO_ACCOUNT = -4,
  TGAUTH_NO_SESSION = -5
};

typedef struct tgauth_lease_options {
  const char *account; /* names the row */
  int64_t ttl_ms;      /* 30000 (0), at least 1000. It is lengthened three times in that time */
  const char *owner;   /* who says so, for those who find it taken; NULL: host and process */
  /* Keys of 64 hexadecimal digits, one a line: the first one encrypts, each of them decrypts, and
   * what another one has encrypted is encrypted anew when it is loaded. From a file, or as text;
   * one of the two is needed. */
  const char *key_file;
  const char *keys;
  bool existing; /* of an account that is not there lock fails, and makes nothing; load fails
                  * where nothing was saved */
} tgauth_lease_options;

/* The store of that account. Takes the table over, whatever comes of it; copies the options. A
 * thread of its own lengthens the lease. NULL when out of memory; everything else is told by lock:
 * who has it and for how long, a database that does not answer, a key that is none. load: a key
 * that is not among ours, bytes that are damaged or of another account, a session that is gone
 * while its rows are there. save: nothing is written when another process has taken over. */
MTP_API tgauth_store *tgauth_store_leased(tgauth_table *table, const tgauth_lease_options *options);
/* The number of fencing of a leased store that is locked, for what else is written under the lease;
 * 0 for other stores. */
MTP_API int64_t tgauth_store_fence(const tgauth_store *store);
/* Rows beside the session of a leased store that is locked, in its database: written under its
 * lease and encrypted as the session is. Their keys, 1 to TGAUTH_ROW_KEY_MAX bytes in one line, are
 * not. "state/" begins the store's own: states of updates, which are not in the session's row.
 *
 * Whether there can be any: true for the databases of this library. */
MTP_API bool tgauth_store_has_rows(const tgauth_store *store);
/* Gives those whose keys begin with prefix to each, in any order, which must not use the store.
 * What each returns, other than OK, ends it and is returned. ARGUMENT: it is no leased store.
 * STORE: the database, or a row under a key that is not given. NOMEM. */
MTP_API TL_MUST_USE mtp_status tgauth_store_load_rows(tgauth_store *store, const char *prefix,
                                                      tgauth_table_row_each each, void *ctx,
                                                      mtp_error *error);
/* Writes count rows, all or none; no key is there twice, data of size 0 deletes. They are copied.
 * ARGUMENT: no leased store, a key that is too long; STORE: the database, or another process has
 * taken over; NOMEM, RANDOM. */
MTP_API TL_MUST_USE mtp_status tgauth_store_save_rows(tgauth_store *store,
                                                      const tgauth_table_row *rows, size_t count,
                                                      mtp_error *error);
/* Encrypts all of a leased store that is locked anew which is under another key than the first: the
 * session, one that was set aside, rows. ARGUMENT: it is no leased store. STORE, NOMEM, RANDOM. */
MTP_API TL_MUST_USE mtp_status tgauth_store_rekey(tgauth_store *store, mtp_error *error);
/* Deletes the account of a leased store that is locked with all that is kept of it, whatever that
 * is, and the lease. ARGUMENT: it is no leased store. STORE. */
MTP_API TL_MUST_USE mtp_status tgauth_store_remove(tgauth_store *store, mtp_error *error);
/* Makes the session that set_aside has put beside that of a leased store which is locked the
 * account's own again. ARGUMENT: it is no leased store. STORE: also when there is none. NOMEM,
 * RANDOM. */
MTP_API TL_MUST_USE mtp_status tgauth_store_restore(tgauth_store *store, mtp_error *error);
/* From any thread, of a leased store (nothing otherwise): from now on it is as if another process
 * had taken over (lease_ms is below 0, MTP_EVENT_TAKEN_OVER), but what is saved is written still,
 * until free gives the lease back. For programs that are told to end. mtp_client_wake() lets the
 * client see it. */
MTP_API void tgauth_store_leave(tgauth_store *store);
/* The same, and gives the lease back at once, which waits for the database: nothing can be saved
 * any more. Whoever is about to write to a socket in another thread should have had the time for
 * that. Returns 0 when nobody finds it taken any more, or the milliseconds for which others may,
 * because the database could not be told. */
MTP_API int64_t tgauth_store_give_back(tgauth_store *store);

/* told is called at the beginning of free, before anything is given back, by the thread that frees:
 * for another one that uses the two functions above. NULL: nobody is. */
MTP_API void tgauth_store_on_free(tgauth_store *store, void (*told)(void *ctx), void *ctx);

/* ---- many accounts ---- */

/* What the leased stores of many accounts share: one connection to the database, and one thread
 * that lengthens all leases together. */
typedef struct tgauth_leases tgauth_leases;

/* Takes the table over, whatever comes of it; copies the options, whose account is not looked at.
 * NULL when out of memory; what is wrong with them is told by the stores' lock. */
MTP_API tgauth_leases *tgauth_leases_new(tgauth_table *table, const tgauth_lease_options *options);
/* The store of an account, as tgauth_store_leased() makes it. It may outlive the leases' owner.
 * NULL when out of memory, or without leases. */
MTP_API tgauth_store *tgauth_leases_store(tgauth_leases *leases, const char *account);
/* A page of the accounts: the list of tgauth_table_ops, at most `room` elements, of which there are
 * *count then. From any thread. STORE, NOMEM. */
MTP_API TL_MUST_USE mtp_status tgauth_leases_list(tgauth_leases *leases, const char *after,
                                                  tgauth_listed *out, size_t room, size_t *count,
                                                  mtp_error *error);
/* How many times a lease was lengthened, and could not be because the database did not answer. */
MTP_API void tgauth_leases_count(const tgauth_leases *leases, uint64_t *renewed, uint64_t *failed);
/* A database that has not answered is asked again by one of all these stores, after a pause that
 * doubles each time, up to a sixth of the lease (a whole one where none is held); what the others
 * want fails at once with TGAUTH_DATABASE_AWAY. Returns the milliseconds until then, and why (NULL:
 * nobody asks), or -1 when it is there as far as is known. From any thread. */
MTP_API int64_t tgauth_leases_away(tgauth_leases *leases, mtp_error *why);
/* told is called when that changes, by whichever thread notices: it may do little more than wake
 * another one. Before any store is made; NULL: nobody is. */
MTP_API void tgauth_leases_on_change(tgauth_leases *leases, void (*told)(void *ctx), void *ctx);
/* For who ends: from now on nothing more is asked of the database after ms milliseconds, nor once
 * it has failed. A question that is under way has its own time, 5 seconds or a third of the lease.
 */
MTP_API void tgauth_leases_limit(tgauth_leases *leases, int64_t ms);
/* What it has goes with the last of its stores. NULL is fine. */
MTP_API void tgauth_leases_free(tgauth_leases *leases);

#ifdef __cplusplus
}
#endif
#endif
