/* tgcall pool: what its files share. */
#ifndef TGCALL_POOL_H
#define TGCALL_POOL_H

#include "talk.h"
#include <tgauth/lease_url.h>
#include <tgpool/pool.h>

typedef struct pool_program {
  tgpool *pool;
  const char *metrics; /* a file or HOST:PORT; NULL: none */
  int listener;        /* of the latter; -1 */
  int64_t written_at;  /* of the former */
  bool broken;         /* standard output is */
  const char *redis, *updates_to, *calls_from, *answers_to, *keep,
      *hold;                      /* options; NULL: not given */
  struct tgpool_streams *streams; /* NULL: none */
} pool_program;

/* Sets what hears. */
void pool_program_options(pool_program *program, tgpool_options *options);
/* Until a signal, or the output fails. An exit status. */
int pool_program_run(pool_program *program);

/* ---- metrics.c ---- */

/* False with a message. */
bool pool_metrics_begin(pool_program *program);
/* Answers who asks, or writes the file when that is due. */
void pool_metrics_turn(pool_program *program, bool asked);
/* Milliseconds until that is due; -1: never. */
int pool_metrics_timeout(const pool_program *program);
void pool_metrics_end(pool_program *program);

/* ---- streams.c; streams_none.c in a build without Redis ---- */

/* Has updates and calls go to streams if the options name any. An exit status. */
int pool_streams_begin(pool_program *program, tgpool_options *options);
/* As those of <tgpool/streams.h>; without streams they do nothing, and -1 is none. */
void pool_streams_turn(pool_program *program);
int pool_streams_fd(const pool_program *program);
int pool_streams_timeout(const pool_program *program);
mtp_status pool_streams_metrics(const pool_program *program, tl_buffer *out);
/* After the pool is freed. */
void pool_streams_end(pool_program *program);

#endif
