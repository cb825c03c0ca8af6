/* updates.getState and updates.getDifference over the message boxes. */
#include "boxes.h"

static tg_updates_state state_of(const dc_call *call) {
  return (tg_updates_state){
      .pts = call->user->pts, .qts = call->user->qts, .date = call->now, .seq = call->user->seq};
}

static void get_state(dc_call *call, const void *args) {
  (void)args;
  tg_updates_state state = state_of(call);
  const tg_updates_state *answer = &state;
  dc_answer(call, &answer);
}

/* Everybody that the messages name, and the caller; repeated ones do no harm. */
static bool gather(dc_call *call, int32_t pts, tg_updates_difference *out) {
  const dc_user *user = call->user;
  tg_Message *messages = dc_new(call, (user->n_messages + 1) * sizeof *messages);
  tg_User *people = dc_new(call, (user->n_messages + 1) * sizeof *people);
  if (messages == NULL || people == NULL)
    return false;
  for (size_t i = 0; i < user->n_messages; i++) {
    const dc_message_text *message = &user->messages[i];
    const dc_user *from = dc_user_by_id(call->dc, message->from);
    if (message->pts <= pts)
      continue;
    messages[out->new_messages.count++] = dc_box_view(call, message);
    if (from != NULL && from != user)
      people[out->users.count++] = dc_user_view(call, from);
  }
  people[out->users.count++] = dc_user_view(call, user);
  out->new_messages.items = messages;
  out->users.items = people;
  return true;
}

static void get_difference(dc_call *call, const void *args) {
  const tg_updates_getDifference *request = args;
  tg_updates_state state = state_of(call);
  tg_updates_differenceEmpty empty = {.date = call->now, .seq = state.seq};
  tg_updates_difference difference = {.state = &state};
  if (request->pts < 0 || !gather(call, request->pts, &difference)) {
    dc_error(call, 400, "PERSISTENT_TIMESTAMP_INVALID");
    return;
  }
  tg_updates_Difference answer = request->pts >= state.pts ? tg_updates_differenceEmpty_box(&empty)
                                                           : tg_updates_difference_box(&difference);
  dc_answer(call, &answer);
}

const dc_method dc_methods_updates[] = {{"updates.getState", get_state, DC_USER},
                                        {"updates.getDifference", get_difference, DC_USER},
                                        {NULL, NULL, 0}};
