/* How far a file is, on standard error: a bar, the rate and the time left, when that is a terminal.
 */
#include "progress.h"
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 30, REDRAW_MS = 100 };

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Of one that goes on where an earlier one stopped only what comes now has a rate. */
static void begin(progress *p, int64_t done, int64_t total) {
  progress_end(p);
  p->began_ms = p->drawn_ms = now_ms();
  p->total = total;
  p->base = p->resumed ? done : 0;
}

static void draw_bar(const progress *p) {
  char bar[WIDTH + 1];
  int full = (int)((double)p->done / (double)p->total * WIDTH);
  memset(bar, '-', WIDTH);
  memset(bar, '#', (size_t)(full < 0 ? 0 : full > WIDTH ? WIDTH : full));
  bar[WIDTH] = '\0';
  fprintf(stderr, "[%s] %3d%% of %.1f MB", bar, (int)((double)p->done / (double)p->total * 100),
          (double)p->total / 1e6);
}

static void draw_time(int64_t seconds, const char *what) {
  if (seconds >= 3600)
    fprintf(stderr, ", %d:%02d:%02d %s", (int)(seconds / 3600), (int)(seconds / 60 % 60),
            (int)(seconds % 60), what);
  else
    fprintf(stderr, ", %d:%02d %s", (int)(seconds / 60), (int)(seconds % 60), what);
}

static void draw(progress *p) {
  double seconds = (double)(p->drawn_ms - p->began_ms) / 1000;
  double rate = seconds > 0 ? (double)(p->done - p->base) / seconds : 0;
  fputc('\r', stderr);
  if (p->total > 0)
    draw_bar(p);
  else
    fprintf(stderr, "%.1f MB", (double)p->done / 1e6);
  if (rate > 0)
    fprintf(stderr, ", %.1f MB/s", rate / 1e6);
  if (p->done == p->total)
    draw_time((int64_t)seconds, "in all");
  else if (rate > 0 && p->total > 0 && (double)(p->total - p->done) / rate < 1e6)
    draw_time((int64_t)((double)(p->total - p->done) / rate), "left");
  fputs("  \b\b", stderr); /* what was longer before */
  fflush(stderr);
  p->open = true;
}

void show_progress(void *ctx, int64_t done, int64_t total) {
  progress *p = ctx;
  if (p->quiet || (!p->always && isatty(STDERR_FILENO) != 1))
    return;
  if (p->began_ms == 0 || total != p->total || done < p->done)
    begin(p, done, total);
  p->done = done;
  int64_t now = now_ms();
  bool ended = done == total;
  if (p->open && !ended && now - p->drawn_ms < REDRAW_MS)
    return;
  p->drawn_ms = now;
  draw(p);
  if (ended)
    progress_end(p);
}

void progress_end(progress *p) {
  if (p->open)
    fputc('\n', stderr);
  p->open = false;
}
