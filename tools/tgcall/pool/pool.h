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

#endif
