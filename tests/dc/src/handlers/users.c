/* users.getUsers and users.getFullUser. */
#include "users.h"

static void get_users(dc_call *call, const void *args) {
  const tg_users_getUsers *request = args;
  tg_vector_User answer = {0};
  size_t count = request->id.count > 200 ? 200 : request->id.count;
  tg_User *list = dc_new(call, (count + 1) * sizeof *list);
  if (list == NULL)
    return;
  for (size_t i = 0; i < count; i++) {
    const dc_user *user = dc_user_of_input(call, &request->id.items[i]);
    tg_userEmpty *empty = dc_new(call, sizeof *empty);
    if (empty == NULL)
      return;
    if (user == NULL && request->id.items[i].kind == TG_inputUser)
      empty->id = request->id.items[i].inputUser->user_id;
    list[answer.count++] = user != NULL ? dc_user_view(call, user) : tg_userEmpty_box(empty);
  }
  answer.items = list;
  dc_answer(call, &answer);
}

static void get_full(dc_call *call, const void *args) {
  const tg_users_getFullUser *request = args;
  static const tg_peerSettings settings;
  static const tg_peerNotifySettings notify;
  const dc_user *user = dc_user_of_input(call, &request->id);
  if (user == NULL) {
    dc_error(call, 400, "USER_ID_INVALID");
    return;
  }
  tg_botInfo bot = {.has_user_id = true, .user_id = user->id};
  tg_userFull full = {.id = user->id,
                      .settings = &settings,
                      .notify_settings = &notify,
                      .phone_calls_available = !user->bot,
                      .can_pin_message = true,
                      .bot_info = user->bot ? &bot : NULL};
  if (user->about[0] != 0)
    full.about = dc_string(call, user->about);
  tg_User view = dc_user_view(call, user);
  tg_users_userFull out = {.full_user = &full, .users = {.items = &view, .count = 1}};
  const tg_users_userFull *answer = &out;
  dc_answer(call, &answer);
}

const dc_method dc_methods_users[] = {{"users.getUsers", get_users, DC_USER},
                                      {"users.getFullUser", get_full, DC_USER},
                                      {NULL, NULL, 0}};
