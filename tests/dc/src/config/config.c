/* The configuration as a whole, and what is neither account nor rule. */
#include "config.h"

#include "store_json.h"

#define MOST_SECONDS  (10 * 365 * 86400)
#define MOST_ELEMENTS 100000

/* Everything that is one flag or one number of seconds. */
static const struct setting {
  const char *name;
  bool flag;
  size_t offset;
} settings[] = {
    {"gzip", true, offsetof(tgdc, gzip)},
    {"sign_up", true, offsetof(tgdc, allow_sign_up)},
    {"any_dc", true, offsetof(tgdc, any_dc)},
    {"test", true, offsetof(tgdc, options.test)},
    {"early_tokens", true, offsetof(tgdc, early_tokens)},
    {"duplicates", true, offsetof(tgdc, duplicates)},
    {"code_timeout", false, offsetof(tgdc, code_timeout)},
    {"code_lifetime", false, offsetof(tgdc, code_lifetime)},
    {"qr_lifetime", false, offsetof(tgdc, qr_lifetime)},
    {"reset_wait", false, offsetof(tgdc, reset_wait)},
    {"email_reset", false, offsetof(tgdc, email_reset)},
};

/* clang-format off */
#define SETTINGS                                                                                   \
  {"gzip", DC_MEMBER_FLAG, 0, 0}, {"sign_up", DC_MEMBER_FLAG, 0, 0},                               \
  {"any_dc", DC_MEMBER_FLAG, 0, 0}, {"test", DC_MEMBER_FLAG, 0, 0},                                \
  {"early_tokens", DC_MEMBER_FLAG, 0, 0}, {"duplicates", DC_MEMBER_FLAG, 0, 0}, {"country", DC_MEMBER_TEXT, 2, 7},                       \
  {"code_timeout", DC_MEMBER_NUMBER, 0, MOST_SECONDS},                                             \
  {"code_lifetime", DC_MEMBER_NUMBER, 0, MOST_SECONDS},                                            \
  {"qr_lifetime", DC_MEMBER_NUMBER, 1, MOST_SECONDS},                                              \
  {"reset_wait", DC_MEMBER_NUMBER, 0, MOST_SECONDS},                                               \
  {"email_reset", DC_MEMBER_NUMBER, 0, MOST_SECONDS}
/* clang-format on */

static void set_all(tgdc *dc, const json_t *object) {
  const char *country = dc_json_text(object, "country", NULL);
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    const json_t *value = json_object_get(object, settings[i].name);
    void *at = (char *)dc + settings[i].offset;
    if (value != NULL && settings[i].flag)
      *(bool *)at = json_is_true(value);
    else if (value != NULL)
      *(int32_t *)at = (int32_t)json_integer_value(value);
  }
  if (country != NULL)
    DC_COPYZ(dc->country, country);
}

bool dc_config_set(tgdc *dc, const json_t *command, const dc_problem *problem) {
  static const dc_member members[] = {DC_MEMBER_DO, SETTINGS, {NULL, DC_MEMBER_ANY, 0, 0}};
  if (!dc_config_check(command, members, "\"set\"", problem))
    return false;
  set_all(dc, command);
  return true;
}

/* The elements of one list; the problem says which of them it is in. */
static bool each(tgdc *dc, const json_t *config, const char *name,
                 bool (*take)(tgdc *, const json_t *, const dc_problem *),
                 const dc_problem *problem) {
  const json_t *list = json_object_get(config, name);
  char why[240];
  const dc_problem inner = {why, sizeof why};
  for (size_t i = 0; i < json_array_size(list); i++)
    if (!take(dc, json_array_get(list, i), &inner)) {
      dc_fail(problem->text, problem->size, "%s[%zu]: %s", name, i, why);
      return false;
    }
  return true;
}

uint64_t tgdc_duplicated(const tgdc *dc) {
  return dc->duplicated;
}

bool tgdc_configure(tgdc *dc, const char *text, size_t size, char *error, size_t error_size) {
  static const dc_member members[] = {SETTINGS,
                                      {"users", DC_MEMBER_LIST, 0, MOST_ELEMENTS},
                                      {"bots", DC_MEMBER_LIST, 0, MOST_ELEMENTS},
                                      {"rules", DC_MEMBER_LIST, 0, MOST_ELEMENTS},
                                      {NULL, DC_MEMBER_ANY, 0, 0}};
  const dc_problem problem = {error, error_size};
  json_error_t where;
  json_t *config = json_loadb(text, size, JSON_REJECT_DUPLICATES, &where);
  if (config == NULL) {
    dc_fail(error, error_size, "line %d column %d: %s", where.line, where.column, where.text);
    return false;
  }
  bool ok = dc_config_check(config, members, "the configuration", &problem);
  if (ok)
    set_all(dc, config);
  ok = ok && each(dc, config, "users", dc_config_user, &problem) &&
       each(dc, config, "bots", dc_config_bot, &problem) &&
       each(dc, config, "rules", dc_config_rule, &problem);
  json_decref(config);
  return ok;
}
