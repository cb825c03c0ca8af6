/* Measuring CPU time. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <time.h>

enum { BATCHES = 40 };

/* CPU time of this process. */
static inline double cpu_ns(void) {
  struct timespec ts;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
  return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

/* Nanoseconds that one run takes: the least of BATCHES batches of a millisecond or so each. */
static inline double least_ns(void (*run)(void *ctx), void *ctx) {
  long n = 1;
  for (double spent = 0; spent < 1e6; n *= 2) {
    double start = cpu_ns();
    for (long i = 0; i < n; i++)
      run(ctx);
    spent = cpu_ns() - start;
  }
  double least = 0;
  for (int batch = 0; batch < BATCHES; batch++) {
    double start = cpu_ns();
    for (long i = 0; i < n; i++)
      run(ctx);
    double each = (cpu_ns() - start) / (double)n;
    least = batch == 0 || each < least ? each : least;
  }
  return least;
}

#endif
