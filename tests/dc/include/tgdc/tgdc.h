/* tgdc: a data centre that speaks MTProto on this machine, for tests and for people who develop
 * offline. It is a state machine: it takes connections, bytes and the time, and gives bytes and a
 * deadline. tgdc/loop.h puts sockets around it; the program `tgdc` is a thin main() over both.
 *
 * Times are microseconds since 1970 everywhere; they come from the caller and need not be true, but
 * must not go back. One thread at a time. */
#ifndef TGDC_TGDC_H
#define TGDC_TGDC_H

#include <mtp/rng.h>
#include <tl/buffer.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TGDC_MAX_DCS 16

typedef struct tgdc tgdc;
typedef struct tgdc_conn tgdc_conn;

/* All zero is a good default: one data centre, number 2, that keeps nothing. */
typedef struct tgdc_options {
  const char *state_dir; /* made if it is not there; NULL: keys and accounts live in memory only,
                            codes are read with tgdc_last_code() */
  int dc;                /* number of the first data centre; 0: 2, or 1 when there are several */
  int dcs;               /* how many; 0: 1 */
  int64_t now;           /* the time */
  const mtp_rng *rng;    /* NULL: the system's; else it must live as long */
  const char *key;       /* PEM of an RSA private key, where state_dir has none; NULL: a new one */
  bool test;             /* test_mode in help.getConfig */
  bool verbose;          /* every request in the log, not only what went wrong */
  void (*log)(void *ctx, const char *line); /* may be NULL; never gets a secret */
  void *log_ctx;
} tgdc_options;

/* NULL when the directory cannot be used, the key cannot be made or memory ends; error (may be
 * NULL) then says which. Options are copied, the strings too. */
tgdc *tgdc_new(const tgdc_options *options, char *error, size_t error_size);
/* Ends connections without a word and frees everything. NULL is fine. */
void tgdc_free(tgdc *dc);

/* PEM text of the RSA public key that clients must know ("RSA PUBLIC KEY"), and the path of the
 * file it is in, NULL without a directory. Both live as long as dc. */
const char *tgdc_public_key(const tgdc *dc);
const char *tgdc_public_key_path(const tgdc *dc);

/* What help.getConfig is to say about where data centre `id` is. False: there is no such centre. */
bool tgdc_set_address(tgdc *dc, int id, const char *host, uint16_t port);
/* Number of the i-th data centre, from 0; 0 when there are not that many. */
int tgdc_dc_id(const tgdc *dc, int i);

/* Accounts. phone is digits with or without a plus; code NULL or "": a new random one each time;
 * password NULL or "": none. An account that exists gets that code and password. False with error
 * filled (may be NULL) when an argument makes no sense or memory ends. */
bool tgdc_add_user(tgdc *dc, const char *phone, const char *code, const char *password, char *error,
                   size_t error_size);
bool tgdc_add_bot(tgdc *dc, const char *token, char *error, size_t error_size);
/* The configuration file's text (tests/dc/README.md has the format). What stands before the mistake
 * has been applied when it returns false. */
bool tgdc_configure(tgdc *dc, const char *json, size_t size, char *error, size_t error_size);
/* One control command, a JSON object; appends the answer, one line. False when memory ends. */
bool tgdc_control(tgdc *dc, const char *json, size_t size, tl_buffer *answer);

/* How many keys two clients have used at a time; 0 unless the configuration has "duplicates". */
uint64_t tgdc_duplicated(const tgdc *dc);

/* A connection to data centre `id` from `peer` (an address for account.getAuthorizations; may be
 * NULL). NULL: no such centre, or out of memory. Freed by tgdc_conn_close() or tgdc_free(). */
tgdc_conn *tgdc_conn_open(tgdc *dc, int id, const char *peer, int64_t now);
/* Bytes came in. Whatever they are, nothing but this connection can suffer. */
void tgdc_conn_recv(tgdc_conn *conn, const void *data, size_t size, int64_t now);
/* The bytes to be written; the caller consumes what it wrote. */
tl_buffer *tgdc_conn_output(tgdc_conn *conn);
/* Whether the connection is to be closed once its output is written. */
bool tgdc_conn_finished(const tgdc_conn *conn);
void tgdc_conn_close(tgdc_conn *conn);

/* Going through all connections. */
tgdc_conn *tgdc_next_conn(tgdc *dc, tgdc_conn *conn); /* NULL starts, and ends */

/* When tgdc_tick() has something to do; INT64_MAX: never. Calling it early is harmless. */
int64_t tgdc_deadline(const tgdc *dc);
void tgdc_tick(tgdc *dc, int64_t now);

/* The code last sent to a phone number, "" when none was; lives until the next call of anything. */
const char *tgdc_last_code(const tgdc *dc, const char *phone);

#ifdef __cplusplus
}
#endif
#endif
