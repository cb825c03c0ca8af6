/* What the files of streams share. */
#ifndef TGPOOL_STREAMS_INTERNAL_H
#define TGPOOL_STREAMS_INTERNAL_H

#include "link.h"
#include <tgpool/streams.h>

enum { TGPOOL_ID_MAX = 41 }; /* two numbers of 64 bits */

#define TGPOOL_GROUP "tlgen"

/* An account of the pool, whose stream is read. */
typedef struct streams_account {
  struct streams_account *next;
  char name[TGAUTH_ACCOUNT_MAX + 1];
  char *key;                    /* of its stream */
  char from[TGPOOL_ID_MAX + 1]; /* entries after it that were begun before; ">": new ones */
  bool prepared;                /* its group is there */
  int64_t prepare_at;
  bool gone; /* the pool has it no more */
} streams_account;

/* A call that was taken out of a stream. */
typedef struct streams_call {
  struct streams_call *next;
  tgpool_streams *streams;
  char account[TGAUTH_ACCOUNT_MAX + 1], id[TGPOOL_ID_MAX + 1];
  char *ref; /* NULL: none */
  size_t ref_size;
  bool ended;       /* the answer is there, */
  bool left;        /* or it is for who has the account next */
  bool answered;    /* the server has the answer; a read that was sent before may still bring it */
  bool failed;      /* the answer is an error */
  tl_buffer answer; /* JSON */
} streams_call;

struct tgpool_streams {
  char *updates, *calls, *answers;
  char keep[24];
  tgpool *pool;
  bool (*update)(void *ctx, const char *account, const tl_value *updates);
  void (*news)(void *ctx, const char *account, tgpool_news news, const mtp_error *error);
  void *ctx;
  redis_link link;   /* asks and waits for the answer */
  redis_link reader; /* waits for calls */
  bool up;
  bool told;           /* that it is gone */
  const void *refused; /* what it did not take though it answers; NULL: nothing */
  int64_t again_at, backoff_ms;
  streams_account *accounts;
  bool reading; /* an answer is on its way */
  int64_t read_at, whole_at;
  int refusals; /* of the server to have calls read, one after the other */
  streams_call *in_flight;
  size_t n_in_flight;
  struct {
    uint64_t updates, calls, answers, gone;
  } counts;
};

/* ---- server.c ---- */

int64_t tgpool_streams_now(void);
/* Asks while the server is there, and says when it is not. False: it does not answer, or has told
 * *error (may be NULL), which then is no reason to believe it away. */
bool tgpool_streams_ask(tgpool_streams *streams, const char *const *words, const size_t *sizes,
                        size_t n, redisReply **out, mtp_error *error);
/* It took, or did not take, questions of a kind, which an address stands for. While it does not, it
 * is not told to be back, though it may answer others. */
void tgpool_streams_took(tgpool_streams *streams, const void *what);
void tgpool_streams_refused(tgpool_streams *streams, const void *what, const char *stream,
                            const mtp_error *error);
/* It is away: nothing is asked for a while. */
void tgpool_streams_away(tgpool_streams *streams, const mtp_error *error);
/* Looks whether it is there again, when that is due. */
bool tgpool_streams_is_up(tgpool_streams *streams);

/* ---- answers.c ---- */

/* Makes the answer of a call. */
void tgpool_streams_fail(streams_call *call, const mtp_error *error);
void tgpool_streams_result(streams_call *call, const tl_value *value);
/* Writes those that there are, as long as the server takes them; frees these calls, but for those
 * that a read which is under way may have seen before. */
void tgpool_streams_answer(tgpool_streams *streams);
/* No read is under way: frees those, too. */
void tgpool_streams_drop_answered(tgpool_streams *streams);
void tgpool_streams_drop(streams_call *call);

/* ---- calls.c ---- */

/* Begins a call of an entry, if it is not under way already. */
void tgpool_streams_begin(tgpool_streams *streams, const char *account, const redisReply *id,
                          const redisReply *fields);

/* ---- reader.c ---- */

/* The pool has an account, or has it no more. False: no memory. */
bool tgpool_streams_held(tgpool_streams *streams, const char *name, bool held);
/* Takes what has come, and asks for more. */
void tgpool_streams_read(tgpool_streams *streams);
/* The server may have forgotten everything. */
void tgpool_streams_forget(tgpool_streams *streams);
void tgpool_streams_free_accounts(tgpool_streams *streams);

#endif
