/* A call about a peer, made again once if the server refuses the hash. */
#ifndef TGKIT_KIT_CALL_H
#define TGKIT_KIT_CALL_H

#include <tgkit/message.h>

/* A request of which some fields are peers: fill() puts in what `to` is now, and makes the call. */
typedef struct tgkit_request {
  void *args;
  tl_call (*fill)(void *args, const tgkit_input *to);
} tgkit_request;

/* *reply as of mtp_call_sync(). */
mtp_status tgkit_call(tgkit *kit, const tgkit_request *request, tgkit_input *to, mtp_reply **reply,
                      mtp_error *error);
/* The same where the answer does not matter. */
mtp_status tgkit_do(tgkit *kit, const tgkit_request *request, tgkit_input *to, mtp_error *error);

/* A random number that is not 0; 0: there was none to be had. */
int64_t tgkit_random_id(void);
/* The id of the message that a sending call made, in its answer; 0: it is not in there. */
int32_t tgkit_sent_id(const tg_Updates *answer, int64_t random_id);

/* Text by the grammar that options name; without one as it is. What is made is in the arena. */
mtp_status tgkit_read_text(tgkit *kit, tl_string text, const tgkit_send_options *options,
                           tl_arena *arena, tgkit_text *out, mtp_error *error);

#endif
