/* A progress bar on standard error, when that is a terminal. */
#include "tgcall.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 30 };

void show_progress(void *ctx, int64_t done, int64_t total) {
  bool *always = ctx;
  char bar[WIDTH + 1];
  if (!*always && !isatty(STDERR_FILENO))
    return;
  if (total <= 0) {
    fprintf(stderr, "\r%.1f MB ", (double)done / 1e6);
  } else {
    int full = (int)((double)done / (double)total * WIDTH);
    memset(bar, '-', WIDTH);
    memset(bar, '#', (size_t)(full < 0 ? 0 : full > WIDTH ? WIDTH : full));
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r[%s] %3d%% of %.1f MB", bar, (int)((double)done / (double)total * 100),
            (double)total / 1e6);
  }
  if (done == total)
    fputc('\n', stderr);
  fflush(stderr);
}
