/* A container of updates in one form, whatever constructor it came in. It lives as long as anything
 * of it waits for its turn. */
#ifndef MTP_UPDATES_BOX_H
#define MTP_UPDATES_BOX_H

#include <tg/types.h>

#include "reply.h"

typedef struct mtp_box {
  const tl_allocator *allocator;
  mtp_reply *reply;             /* whose value is of type Updates */
  const tg_Update *items;       /* NULL: a short form, which goes as a whole */
  size_t n;                     /* 1 for a short form */
  const tg_vector_User *users;  /* may be NULL */
  const tg_vector_Chat *chats;  /* may be NULL */
  int32_t date, seq_start, seq; /* seq 0: has no place as a whole */
  int32_t pts, pts_count;       /* of a short form; pts 0: none */
  bool too_long;                /* updatesTooLong: nothing but a wish */
  unsigned refs;                /* frees itself with the last */
  unsigned held;                /* of these, updates that wait for their turn */
} mtp_box;

/* Takes the reply; NULL when out of memory (then it is freed). */
mtp_box *mtp_box_new(const tl_allocator *allocator, mtp_reply *reply);
mtp_box *mtp_box_keep(mtp_box *box);
/* NULL is fine. */
void mtp_box_release(mtp_box *box);

/* Reads a value of type Updates into *out, which has no reply then. */
void mtp_box_read(mtp_box *out, const tg_Updates *value);

/* A reply of its own with these updates of the box, the items of which they index; NULL when out of
 * memory. */
mtp_reply *mtp_box_view(const mtp_box *box, const uint32_t *items, size_t n);

/* What a difference brings. */
typedef struct mtp_parcel {
  const tg_vector_Message *messages;
  const tg_vector_EncryptedMessage *secret; /* may be NULL */
  const tg_vector_Update *others;           /* may be NULL */
  const tg_Dialog *dialog;                  /* may be NULL */
  const tg_vector_Chat *chats;
  const tg_vector_User *users;
  int64_t channel_id; /* whose messages they are; 0: the account's */
  int32_t pts;        /* after it */
  int32_t date, seq;
} mtp_parcel;

/* How many updates mtp_box_pack() makes of it, before those of `others`. */
size_t mtp_parcel_own(const mtp_parcel *parcel);
/* Makes a container of it, in the arena of the reply that it came in, and that its value. Takes the
 * reply; NULL when out of memory (then it is freed). */
mtp_box *mtp_box_pack(const tl_allocator *allocator, mtp_reply *reply, const mtp_parcel *parcel);

#endif
