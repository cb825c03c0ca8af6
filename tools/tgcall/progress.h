/* How far a file is, for commands that carry one. */
#ifndef TGCALL_PROGRESS_H
#define TGCALL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* How far files are, one after the other. always: also when it is no terminal. */
typedef struct progress {
  bool always, quiet, resumed;
  bool open; /* the line has no end yet; this and what follows is show_progress()'s own */
  int64_t began_ms, drawn_ms, base, done, total;
} progress;
/* A mtp_progress that draws it; ctx is a progress. */
void show_progress(void *ctx, int64_t done, int64_t total);
/* Ends the line, before something else is said. */
void progress_end(progress *p);

#endif
