/* A client of a user who is signed in, and a data centre that has a history: what getState and the
 * differences say, and updates that it pushes. */
#ifndef TESTS_MTP_UPDATE_RIG_H
#define TESTS_MTP_UPDATE_RIG_H

#include "client_fixture.h"

typedef struct history {
  fixture f;
  fake_call home; /* the last call: where updates are pushed to */
  unsigned states, differences, channel_differences;
  int32_t asked_pts; /* of the last getDifference */
  int32_t pts, seq;  /* what getState and getDifference say */
  enum { HISTORY_EMPTY, HISTORY_WHOLE, HISTORY_SLICES, HISTORY_TOO_LONG, HISTORY_INVALID } kind;
  size_t secrets; /* so many messages of secret chats, 2 at most, are in a difference, too */
  bool stuck;     /* they lead nowhere */
  bool grows;     /* what is too long gets longer each time */
  bool silent;    /* differences are not answered */
  bool channel_too_long;
  const char *channel_error; /* differences of channels are refused with it */
  unsigned left;             /* answers of that kind; then HISTORY_EMPTY */
} history;

void history_open(history *h);
void history_close(history *h);
/* The client, signed in; pts 0: without a state. */
void history_start(history *h, int32_t pts);

void history_push(history *h, const tl_object *object);
/* updateShort of updateNewMessage, which brings pts to this. */
void history_push_message(history *h, int32_t pts, int32_t count);
/* updates with one of updateNewChannelMessage, and the channel. */
void history_push_channel(history *h, int32_t pts);

/* The ids of the messages in all update events so far, in order; 0 for other updates. */
size_t history_take_ids(history *h, int32_t *ids, size_t max);
void history_assert_ids(history *h, const int32_t *want, size_t n);
/* The pts that the client keeps. */
int32_t history_pts(const history *h);

#endif
