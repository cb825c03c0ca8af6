/* What uploads and downloads share: parts on their way, a first error, an end that comes once. */
#ifndef MTP_FILES_TRANSFER_H
#define MTP_FILES_TRANSFER_H

#include <mtp/files.h>

enum { MTP_PARTS_MAX = 16, MTP_PARTS_DEFAULT = 4 };

/* One part on its way. */
typedef struct mtp_part {
  mtp_transfer *transfer;
  bool used;
  int64_t offset;
  size_t size;      /* asked for, or sent */
  mtp_call_id call; /* 0: none at the moment */
  mtp_reply *reply; /* download: arrived, waits for those before it */
  tl_bytes bytes;   /* in reply, or in plain */
  uint8_t *plain;   /* decrypted copy of a CDN's part, size bytes; owned */
  size_t plain_size;
  unsigned tries;
  unsigned references; /* how many references there had been when it was asked for */
  bool stale;          /* waits for another reference */
  unsigned doubts;     /* times that it was refused as if it lay past the end */
} mtp_part;

struct mtp_transfer {
  mtp_client *client;
  const tl_allocator *allocator;
  mtp_transfer_options options;
  mtp_part parts[MTP_PARTS_MAX];
  size_t n_parts; /* as many may be on their way */
  size_t part_size;
  size_t calls;      /* of ours that have not ended */
  mtp_call_id aside; /* one that is no part's; 0: none */
  int64_t next;      /* offset of the next part to start */
  int64_t done;      /* bytes */
  bool failed;       /* error is set; ends when no call is left */
  mtp_error error;
  void (*refill)(mtp_transfer *transfer); /* starts what can be started */
  void (*finish)(
      mtp_transfer *transfer); /* all calls have ended, for good or bad: reports, frees */
};

void mtp_transfer_init(mtp_transfer *transfer, mtp_client *client,
                       const mtp_transfer_options *options);
/* Starts a call of the transfer, on a connection for files, with the patience that transfers have.
 * False: it cannot be, and the transfer has failed. */
bool mtp_transfer_call(mtp_transfer *transfer, mtp_part *part, const tl_call *call,
                       const mtp_call_options *options, mtp_call_done done);
/* Every done callback begins with the first and ends with the second, which may free everything. */
void mtp_transfer_ended(mtp_part *part);
void mtp_transfer_settle(mtp_transfer *transfer);
/* The first one counts; everything on its way is cancelled. */
void mtp_transfer_fail(mtp_transfer *transfer, const mtp_error *error);
void mtp_transfer_fail_text(mtp_transfer *transfer, mtp_status status, const char *text);
mtp_part *mtp_transfer_free_part(mtp_transfer *transfer);
void mtp_transfer_progress(mtp_transfer *transfer, int64_t total);
void mtp_part_clear(mtp_part *part);

#endif
