/* How long the codec takes for the objects that a client meets most. Prints nanoseconds per
 * operation (least and median of many rounds; the least is what a busy machine disturbs least) and
 * the ratio of the medians to memcpy of the same bytes in the same run. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "samples.h"

enum { ROUNDS = 41 };

typedef struct task {
  const char *name;
  tl_object object;
  tl_buffer bytes; /* the object as encoded */
  uint8_t *copy;   /* memcpy goes there, and in-place decoding takes place there */
  tl_buffer out;   /* encoding goes there */
  tl_arena arena;
  tl_strings strings;
  size_t failures;
} task;

typedef void operation(task *t);

static void decode(task *t) {
  tl_decode_options options = {.strings = t->strings};
  tl_object object;
  tl_arena_reset(&t->arena);
  if (tl_decode_object(&tg_schema, t->bytes.data, t->bytes.size, &options, &t->arena, &object, NULL,
                       NULL) != TL_OK)
    t->failures++;
}

static void encode(task *t) {
  tl_buffer_clear(&t->out);
  if (tl_encode(&t->object, &t->out, NULL) != TL_OK)
    t->failures++;
}

static void skip(task *t) {
  if (tl_skip(&tg_schema, TL_OP_OBJECT, t->bytes.data, t->bytes.size, NULL, NULL, NULL) != TL_OK)
    t->failures++;
}

static void copy(task *t) {
  memcpy(t->copy, t->bytes.data, t->bytes.size);
  __asm__ volatile("" : : "r"(t->copy) : "memory");
}

static double now_ns(void) {
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

typedef struct timing {
  double least, median;
} timing;

/* Nanoseconds per operation, of rounds of about 2 ms each. */
static timing measure(task *t, operation *run) {
  double times[ROUNDS];
  long n = 1;
  for (double spent = 0; spent < 2e6; n *= 2) {
    double start = now_ns();
    for (long i = 0; i < n; i++)
      run(t);
    spent = now_ns() - start;
  }
  for (int round = 0; round < ROUNDS; round++) {
    double start = now_ns();
    for (long i = 0; i < n; i++)
      run(t);
    times[round] = (now_ns() - start) / (double)n;
  }
  qsort(times, ROUNDS, sizeof times[0], compare);
  return (timing){times[0], times[ROUNDS / 2]};
}

static void print_line(const char *name, const char *what, timing time, timing base, size_t size) {
  printf("%-24s %-16s %10.1f %10.1f ns %8.0f MB/s %8.1f x memcpy\n", name, what, time.least,
         time.median, (double)size / time.median * 1e3, time.median / base.median);
}

static int bench(const char *name, tl_object object) {
  task t = {.name = name, .object = object};
  tl_buffer_init(&t.bytes, NULL, 0);
  tl_buffer_init(&t.out, NULL, 0);
  tl_arena_init(&t.arena, NULL, 0);
  if (tl_encode(&object, &t.bytes, NULL) != TL_OK || !(t.copy = malloc(t.bytes.size)))
    return 1;
  size_t size = t.bytes.size;
  timing base = measure(&t, copy);
  printf("%s: %zu bytes\n", name, size);
  print_line(name, "memcpy", base, base, size);
  t.strings = TL_STRINGS_ALIAS;
  print_line(name, "decode (alias)", measure(&t, decode), base, size);
  t.strings = TL_STRINGS_COPY;
  print_line(name, "decode (copy)", measure(&t, decode), base, size);
  print_line(name, "skip", measure(&t, skip), base, size);
  print_line(name, "encode", measure(&t, encode), base, size);
  tl_buffer_free(&t.bytes);
  tl_buffer_free(&t.out);
  tl_arena_free(&t.arena);
  free(t.copy);
  return t.failures != 0;
}

int main(void) {
  samples s;
  samples_make(&s);
  int failed = 0;
  failed |= bench("messages.messagesSlice", tg_messages_messagesSlice_object(&s.slice));
  failed |= bench("message", tg_message_object(&s.message));
  failed |= bench("auth.sentCode", tg_auth_sentCode_object(&s.sent_code));
  failed |= bench("auth.sendCode", tg_auth_sendCode_call(&s.send_code));
  failed |= bench("messages.sendMessage", tg_messages_sendMessage_call(&s.send_message));
  if (failed)
    fprintf(stderr, "bench_codec: something failed\n");
  return failed;
}
