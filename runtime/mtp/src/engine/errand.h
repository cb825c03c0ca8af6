/* What is kept of a message of ours that is no query. */
#ifndef MTP_ENGINE_ERRAND_H
#define MTP_ENGINE_ERRAND_H

#include <tl/base.h>

/* One that is sent and answered, at most one at a time. */
typedef struct mtp_errand {
  bool due;       /* to be sent with the next packet */
  int64_t msg_id; /* 0: none is out */
  int64_t container;
  int64_t sent_ms;
} mtp_errand;

/* How many at the front of a list have left with the newest packet that had any. They stay a while:
 * should that packet be refused, they are sent again (MS-9). */
typedef struct mtp_kept {
  size_t count;
  int64_t packet; /* its message id */
  int64_t sent_ms;
} mtp_kept;

typedef struct mtp_note {
  struct mtp_note *next;
  size_t size;
  uint8_t body[];
} mtp_note;

#endif
