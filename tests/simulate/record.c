/* The record of a world. */
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void mix(record *r, uint64_t value) {
  r->hash = (r->hash ^ value) * 0x100000001b3u;
  r->hash ^= r->hash >> 29;
}

void record_open(record *r, uint64_t seed, uint64_t count) {
  *r = (record){.seed = seed, .count = count, .hash = 0xcbf29ce484222325u, .how = ""};
}

static void show(FILE *to, const record_event *event) {
  fprintf(to, "%14.6f  ", (double)event->at_us / 1e6);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  fprintf(to, event->what, (long long)event->a, (long long)event->b);
#pragma GCC diagnostic pop
  fputc('\n', to);
}

void record_note(record *r, const char *what, int64_t a, int64_t b) {
  record_event event = {r->now_us, what, a, b};
  r->newest[r->n++ % RECORD_SHOWN] = event;
  mix(r, (uint64_t)r->now_us);
  for (const char *c = what; *c; c++)
    mix(r, (unsigned char)*c);
  mix(r, (uint64_t)a);
  mix(r, (uint64_t)b);
  if (r->talks)
    show(stdout, &event);
}

void record_fail(const record *r, const char *what, int64_t a, int64_t b) {
  record_event event = {r->now_us, what, a, b};
  uint64_t first = r->n > RECORD_SHOWN ? r->n - RECORD_SHOWN : 0;
  fflush(stdout);
  for (uint64_t i = first; i < r->n; i++)
    show(stderr, &r->newest[i % RECORD_SHOWN]);
  fputs("\nFAILED: ", stderr);
  show(stderr, &event);
  fprintf(stderr, "again:  scripts/simulate %llu %llu%s\n", (unsigned long long)r->seed,
          (unsigned long long)r->count, r->how);
  exit(1);
}
