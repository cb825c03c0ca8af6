/* Objects like those that a client meets most, for the benchmarks: a full message, a page of
 * history, the answer to auth.sendCode. Always the same. */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <tg/tg.h>

enum {
  SAMPLE_MESSAGES = 100,
  SAMPLE_USERS = 50,
  SAMPLE_CHANNELS = 10,
  SAMPLE_UPDATES = 200,
  SAMPLE_CONTACTS = 100
};

typedef struct samples {
  tg_message message;              /* 1,084 bytes, 53 fields in 14 objects */
  tg_messages_messagesSlice slice; /* 66,016 bytes, 1,170 objects */
  tg_auth_sentCode sent_code;      /* 44 bytes, 2 objects */
  tg_auth_sendCode send_code;
  tg_messages_sendMessage send_message;
  const tg_user *user; /* one of the slice */
  tg_updates updates;  /* presence, typing, read messages, views, deletions */
  tg_contacts_importContacts import_contacts;
} samples;

/* The objects point into static memory: one call per process. */
void samples_make(samples *out);

#endif
