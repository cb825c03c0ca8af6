/* Objects like those that a client meets most, for the benchmarks: a full message, a page of
 * history, the answer to auth.sendCode. Always the same. */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <tg/tg.h>

enum { SAMPLE_MESSAGES = 100, SAMPLE_USERS = 50, SAMPLE_CHANNELS = 10 };

typedef struct samples {
  tg_message message;              /* about 1,084 bytes, 51 fields */
  tg_messages_messagesSlice slice; /* about 65,500 bytes */
  tg_auth_sentCode sent_code;      /* 44 bytes */
  tg_auth_sendCode send_code;
  tg_messages_sendMessage send_message;
} samples;

/* The objects point into static memory: one call per process. */
void samples_make(samples *out);

#endif
