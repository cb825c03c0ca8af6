/* Accounts from the configuration and from the command line. */
#include <stdlib.h>

#include "config.h"
#include "store.h"
#include "store_json.h"
#include "users.h"

static const char *const types[] = {
    "app",      "sms",      "call", "flash_call", "missed_call", "email", "setup_email",
    "fragment", "firebase", "word", "phrase",     "payment",     NULL};

static bool is_type(const char *name) {
  for (size_t i = 0; types[i] != NULL; i++)
    if (strcmp(types[i], name) == 0)
      return true;
  return false;
}

static bool read_types(dc_user *user, const json_t *list, const dc_problem *problem) {
  if (list == NULL)
    return true;
  user->n_types = 0;
  for (size_t i = 0; i < json_array_size(list) && i < DC_MAX_TYPES; i++) {
    const char *type = json_string_value(json_array_get(list, i));
    if (type == NULL || !is_type(type)) {
      dc_fail(problem->text, problem->size, "\"code_types\" has a type that there is not");
      return false;
    }
    DC_COPYZ(user->types[user->n_types++], type);
  }
  return true;
}

static dc_user *make(tgdc *dc, const json_t *from) {
  int64_t id = dc_json_number(from, "id", 0);
  if (id <= 0)
    id = dc->next_user_id++;
  else if (id >= dc->next_user_id)
    dc->next_user_id = id + 1;
  return dc_user_new(dc, id);
}

#define TEXT_MEMBER(member)                                                                        \
  do {                                                                                             \
    const char *text_ = dc_json_text(from, #member, NULL);                                         \
    if (text_ != NULL)                                                                             \
      DC_COPYZ(user->member, text_);                                                               \
  } while (0)

static bool fill(tgdc *dc, dc_user *user, const json_t *from, const dc_problem *problem) {
  const json_t *password = json_object_get(from, "password");
  const char *code = dc_json_text(from, "code", NULL);
  TEXT_MEMBER(first_name);
  TEXT_MEMBER(last_name);
  TEXT_MEMBER(username);
  TEXT_MEMBER(about);
  TEXT_MEMBER(recovery_email);
  TEXT_MEMBER(login_email);
  TEXT_MEMBER(type_text);
  user->dc = (int)dc_json_number(from, "dc", user->dc);
  if (code != NULL) {
    DC_COPYZ(user->code, code);
    user->fixed_code = code[0] != 0;
  }
  if (json_is_string(password) && !dc_user_set_password(dc, user, json_string_value(password))) {
    dc_fail(problem->text, problem->size, "the password cannot be set");
    return false;
  }
  TEXT_MEMBER(hint);
  if (!read_types(user, json_object_get(from, "code_types"), problem))
    return false;
  dc_store_user(dc, user);
  return true;
}

bool dc_config_user(tgdc *dc, const json_t *from, const dc_problem *problem) {
  static const char *const names[] = {
      "id",         "phone",     "code",     "password", "hint",           "dc",
      "first_name", "last_name", "username", "about",    "recovery_email", "login_email",
      "code_types", "type_text", "do",       NULL};
  char phone[24];
  if (!dc_config_known(from, names, "a user", problem))
    return false;
  if (!dc_phone_digits(tl_string_of(dc_json_text(from, "phone", "")), phone)) {
    dc_fail(problem->text, problem->size, "a user's \"phone\" is no telephone number");
    return false;
  }
  dc_user *user = dc_user_by_phone(dc, phone);
  bool fresh = user == NULL;
  if (fresh && (user = make(dc, from)) == NULL) {
    dc_fail(problem->text, problem->size, "out of memory");
    return false;
  }
  if (fresh) {
    DC_COPYZ(user->phone, phone);
    DC_COPYZ(user->first_name, "Test");
    DC_COPYZ(user->last_name, "User");
  }
  return fill(dc, user, from, problem);
}

bool dc_config_bot(tgdc *dc, const json_t *from, const dc_problem *problem) {
  static const char *const names[] = {"token", "first_name", "username", "about", "dc", "do", NULL};
  char *end;
  if (!dc_config_known(from, names, "a bot", problem))
    return false;
  const char *token = dc_json_text(from, "token", "");
  int64_t id = strtoll(token, &end, 10);
  if (id <= 0 || *end != ':' || end[1] == 0 || strlen(token) >= sizeof((dc_user *)0)->token) {
    dc_fail(problem->text, problem->size, "a bot's \"token\" is not NUMBER:SECRET");
    return false;
  }
  dc_user *bot = dc_user_by_id(dc, id);
  bool fresh = bot == NULL;
  if (fresh && (bot = dc_user_new(dc, id)) == NULL) {
    dc_fail(problem->text, problem->size, "out of memory");
    return false;
  }
  bot->bot = true;
  DC_COPYZ(bot->token, token);
  if (fresh) {
    DC_COPYZ(bot->first_name, "Test bot");
    snprintf(bot->username, sizeof bot->username, "test%lld_bot", (long long)id);
  }
  return fill(dc, bot, from, problem);
}

bool tgdc_add_user(tgdc *dc, const char *phone, const char *code, const char *password, char *error,
                   size_t error_size) {
  const dc_problem problem = {error, error_size};
  json_t *user = json_pack("{s:s, s:s}", "phone", phone, "code", code == NULL ? "" : code);
  bool ok = user != NULL;
  if (ok && password != NULL && password[0] != 0)
    ok = json_object_set_new(user, "password", json_string(password)) == 0;
  if (!ok)
    dc_fail(error, error_size, "out of memory, or not UTF-8");
  ok = ok && dc_config_user(dc, user, &problem);
  json_decref(user);
  return ok;
}

bool tgdc_add_bot(tgdc *dc, const char *token, char *error, size_t error_size) {
  const dc_problem problem = {error, error_size};
  json_t *bot = json_pack("{s:s}", "token", token);
  if (bot == NULL)
    dc_fail(error, error_size, "out of memory, or not UTF-8");
  bool ok = bot != NULL && dc_config_bot(dc, bot, &problem);
  json_decref(bot);
  return ok;
}
