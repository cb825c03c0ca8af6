/* The configuration as a whole, and what is neither account nor rule. */
#include "config.h"

#include "inject.h"
#include "keys.h"
#include "store_json.h"

bool dc_config_known(const json_t *object, const char *const *names, const char *where,
                     const dc_problem *problem) {
  const char *key;
  json_t *value;
  if (!json_is_object(object)) {
    dc_fail(problem->text, problem->size, "%s is not an object", where);
    return false;
  }
  json_object_foreach((json_t *)(uintptr_t)object, key, value) {
    size_t i = 0;
    while (names[i] != NULL && strcmp(names[i], key) != 0)
      i++;
    if (names[i] == NULL) {
      dc_fail(problem->text, problem->size, "%s has no \"%s\"", where, key);
      return false;
    }
  }
  return true;
}

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
    {"code_timeout", false, offsetof(tgdc, code_timeout)},
    {"code_lifetime", false, offsetof(tgdc, code_lifetime)},
    {"qr_lifetime", false, offsetof(tgdc, qr_lifetime)},
    {"reset_wait", false, offsetof(tgdc, reset_wait)},
    {"email_reset", false, offsetof(tgdc, email_reset)},
};

static bool set_one(tgdc *dc, const struct setting *setting, const json_t *value) {
  void *at = (char *)dc + setting->offset;
  if (setting->flag ? !json_is_boolean(value) : !json_is_integer(value))
    return false;
  if (setting->flag)
    *(bool *)at = json_is_true(value);
  else
    *(int32_t *)at = (int32_t)json_integer_value(value);
  return true;
}

/* One member of the configuration or of a "set" command. */
static bool set(tgdc *dc, const char *name, const json_t *value, const dc_problem *problem) {
  if (strcmp(name, "country") == 0 && json_is_string(value)) {
    DC_COPYZ(dc->country, json_string_value(value));
    return true;
  }
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
    if (strcmp(settings[i].name, name) == 0 && set_one(dc, &settings[i], value))
      return true;
  dc_fail(problem->text, problem->size, "\"%s\" is no setting, or of another type", name);
  return false;
}

bool dc_config_settings(tgdc *dc, const json_t *object, const dc_problem *problem) {
  static const char *const others[] = {"do", "users", "bots", "rules"};
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)object, key, value) {
    bool other = false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
      other = other || strcmp(others[i], key) == 0;
    if (!other && !set(dc, key, value, problem))
      return false;
  }
  return true;
}

static bool each(tgdc *dc, const json_t *list, const char *name,
                 bool (*take)(tgdc *, const json_t *, const dc_problem *),
                 const dc_problem *problem) {
  if (list != NULL && !json_is_array(list)) {
    dc_fail(problem->text, problem->size, "\"%s\" is not an array", name);
    return false;
  }
  for (size_t i = 0; i < json_array_size(list); i++)
    if (!take(dc, json_array_get(list, i), problem))
      return false;
  return true;
}

bool tgdc_configure(tgdc *dc, const char *text, size_t size, char *error, size_t error_size) {
  const dc_problem problem = {error, error_size};
  json_error_t where;
  json_t *config = json_loadb(text, size, JSON_REJECT_DUPLICATES, &where);
  if (config == NULL) {
    dc_fail(error, error_size, "line %d column %d: %s", where.line, where.column, where.text);
    return false;
  }
  bool ok = json_is_object(config);
  if (!ok)
    dc_fail(error, error_size, "the configuration is not an object");
  ok = ok && dc_config_settings(dc, config, &problem) &&
       each(dc, json_object_get(config, "users"), "users", dc_config_user, &problem) &&
       each(dc, json_object_get(config, "bots"), "bots", dc_config_bot, &problem) &&
       each(dc, json_object_get(config, "rules"), "rules", dc_config_rule, &problem);
  json_decref(config);
  return ok;
}
