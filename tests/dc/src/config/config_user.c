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

static bool types_known(const json_t *list, const dc_problem *problem) {
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char *type = json_string_value(json_array_get(list, i));
    if (type == NULL || !is_type(type)) {
      dc_fail(problem->text, problem->size, "code_types[%zu] is no way that a code can go", i);
      return false;
    }
  }
  return true;
}

/* Whether codes are to go first to a login e-mail that nobody gave. */
static bool needs_address(const dc_user *user, const json_t *from, const dc_problem *problem) {
  const json_t *list = json_object_get(from, "code_types");
  const char *given = dc_json_text(from, "login_email", user == NULL ? "" : user->login_email);
  const char *first = json_string_value(json_array_get(list, 0));
  if (given[0] != 0 || first == NULL || strcmp(first, "email") != 0)
    return false;
  dc_fail(problem->text, problem->size, "code_types[0] needs a \"login_email\"");
  return true;
}

static void read_types(dc_user *user, const json_t *list) {
  if (list != NULL)
    user->n_types = 0;
  for (size_t i = 0; i < json_array_size(list) && i < DC_MAX_TYPES; i++)
    DC_COPYZ(user->types[user->n_types++], json_string_value(json_array_get(list, i)));
}

/* NULL: the problem says why. */
static dc_user *make(tgdc *dc, const json_t *from, const char *phone, const dc_problem *problem) {
  int64_t id = dc_json_number(from, "id", 0);
  if (id != 0 && dc_user_by_id(dc, id) != NULL) {
    dc_fail(problem->text, problem->size, "a user's \"id\" is that of another account");
    return NULL;
  }
  if (id == 0)
    id = dc->next_user_id;
  dc_user *user = dc_user_new(dc, id);
  if (user == NULL) {
    dc_fail(problem->text, problem->size, "out of memory");
    return NULL;
  }
  if (id >= dc->next_user_id)
    dc->next_user_id = id + 1;
  DC_COPYZ(user->phone, phone);
  DC_COPYZ(user->first_name, "Test");
  DC_COPYZ(user->last_name, "User");
  return user;
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
  read_types(user, json_object_get(from, "code_types"));
  dc_store_user(dc, user);
  return true;
}

#define MOST_TEXT (DC_TEXT - 1)

static const dc_member user_members[] = {{"id", DC_MEMBER_NUMBER, 1, INT64_MAX - 1},
                                         {"phone", DC_MEMBER_TEXT, 1, 40},
                                         {"code", DC_MEMBER_TEXT, 0, 63},
                                         {"password", DC_MEMBER_TEXT, 0, 1024},
                                         {"hint", DC_MEMBER_TEXT, 0, MOST_TEXT},
                                         {"dc", DC_MEMBER_NUMBER, 0, 999},
                                         {"first_name", DC_MEMBER_TEXT, 1, MOST_TEXT},
                                         {"last_name", DC_MEMBER_TEXT, 0, MOST_TEXT},
                                         {"username", DC_MEMBER_TEXT, 0, 32},
                                         {"about", DC_MEMBER_TEXT, 0, MOST_TEXT},
                                         {"recovery_email", DC_MEMBER_TEXT, 0, MOST_TEXT},
                                         {"login_email", DC_MEMBER_TEXT, 0, MOST_TEXT},
                                         {"code_types", DC_MEMBER_LIST, 0, DC_MAX_TYPES},
                                         {"type_text", DC_MEMBER_TEXT, 0, MOST_TEXT},
                                         DC_MEMBER_DO,
                                         {NULL, DC_MEMBER_ANY, 0, 0}};

bool dc_config_user(tgdc *dc, const json_t *from, const dc_problem *problem) {
  char phone[24];
  if (!dc_config_check(from, user_members, "a user", problem) ||
      !dc_config_center(dc, (int)dc_json_number(from, "dc", 0), "a user", problem))
    return false;
  if (!dc_phone_digits(tl_string_of(dc_json_text(from, "phone", "")), phone)) {
    dc_fail(problem->text, problem->size, "a user's \"phone\" is no telephone number");
    return false;
  }
  if (!types_known(json_object_get(from, "code_types"), problem))
    return false;
  dc_user *user = dc_user_by_phone(dc, phone);
  if (needs_address(user, from, problem) ||
      (user == NULL && (user = make(dc, from, phone, problem)) == NULL))
    return false;
  return fill(dc, user, from, problem);
}

static const dc_member bot_members[] = {
    {"token", DC_MEMBER_TEXT, 1, 79},    {"first_name", DC_MEMBER_TEXT, 1, MOST_TEXT},
    {"username", DC_MEMBER_TEXT, 1, 32}, {"about", DC_MEMBER_TEXT, 0, MOST_TEXT},
    {"dc", DC_MEMBER_NUMBER, 0, 999},    DC_MEMBER_DO,
    {NULL, DC_MEMBER_ANY, 0, 0}};

bool dc_config_bot(tgdc *dc, const json_t *from, const dc_problem *problem) {
  char *end;
  if (!dc_config_check(from, bot_members, "a bot", problem) ||
      !dc_config_center(dc, (int)dc_json_number(from, "dc", 0), "a bot", problem))
    return false;
  const char *token = dc_json_text(from, "token", "");
  int64_t id = strtoll(token, &end, 10);
  if (id <= 0 || *end != ':' || end[1] == 0 || strlen(token) >= sizeof((dc_user *)0)->token) {
    dc_fail(problem->text, problem->size, "a bot's \"token\" is not NUMBER:SECRET");
    return false;
  }
  dc_user *bot = dc_user_by_id(dc, id);
  bool fresh = bot == NULL;
  if (!fresh && !bot->bot) {
    dc_fail(problem->text, problem->size, "a bot's number is that of a user");
    return false;
  }
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
