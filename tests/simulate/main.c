/* simulate SEED COUNT [--talk]: a world of that seed, until so many calls were made. Ends with 0
 * when everything was as it must be, and prints what happened and a hash of it; the same seed and
 * count give the same hash on every machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "world.h"

static world w;

static void tell(double cpu_s) {
  const server *s = &w.server;
  printf(
      "seed %llu: %llu calls in %llu lives, %.1f days of their time, %.1f s of CPU, hash %016llx\n",
      (unsigned long long)w.record.seed, (unsigned long long)w.calls.made,
      (unsigned long long)w.lives, (double)(w.now_us / WORLD_SECOND - 1800000000) / 86400, cpu_s,
      (unsigned long long)w.record.hash);
  printf("  calls  ");
  for (int i = 0; i < 32; i++)
    if (w.calls.ended[i])
      printf(" %s %llu", mtp_status_name((mtp_status)i), (unsigned long long)w.calls.ended[i]);
  printf("\n  server  ran %llu, refused %llu, withheld %llu, transport errors %llu, restarts %llu, "
         "salts %llu\n",
         (unsigned long long)s->ran, (unsigned long long)s->refused,
         (unsigned long long)s->withheld, (unsigned long long)s->transport_errors,
         (unsigned long long)s->restarts, (unsigned long long)s->salts);
  printf("  updates  pushed %llu, delivered %llu, questions %llu, losses %llu\n",
         (unsigned long long)w.news.pushed, (unsigned long long)w.news.delivered,
         (unsigned long long)w.news.fetched, (unsigned long long)w.news.losses);
  printf("  files  down %llu, up %llu, ended early %llu; parts %llu, of a CDN %llu\n",
         (unsigned long long)w.files.downloads, (unsigned long long)w.files.uploads,
         (unsigned long long)w.files.failed, (unsigned long long)w.files.parts,
         (unsigned long long)w.files.cdn_parts);
  printf("  client  %llu turns, %llu connections, %llu broken off, at most %zu bytes\n",
         (unsigned long long)w.turns, (unsigned long long)w.net.opened,
         (unsigned long long)w.net.cuts, w.memory.most);
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: simulate SEED COUNT [--talk]\n");
    return 2;
  }
  world_open(&w, strtoull(argv[1], NULL, 10), strtoull(argv[2], NULL, 10));
  w.record.talks = argc > 3 && strcmp(argv[3], "--talk") == 0;
  world_run(&w);
  tell((double)clock() / CLOCKS_PER_SEC);
  world_close(&w);
  return 0;
}
