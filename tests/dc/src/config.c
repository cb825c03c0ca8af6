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

static void set_flag(const json_t *object, const char *name, bool *out) {
  const json_t *member = json_object_get(object, name);
  if (json_is_boolean(member))
    *out = json_is_true(member);
}

static void set_seconds(const json_t *object, const char *name, int32_t *out) {
  const json_t *member = json_object_get(object, name);
  if (json_is_integer(member))
    *out = (int32_t)json_integer_value(member);
}

bool dc_config_settings(tgdc *dc, const json_t *object, const dc_problem *problem) {
  const char *country = dc_json_text(object, "country", NULL);
  (void)problem;
  set_flag(object, "gzip", &dc->gzip);
  set_flag(object, "sign_up", &dc->allow_sign_up);
  set_flag(object, "any_dc", &dc->any_dc);
  set_flag(object, "test", &dc->options.test);
  set_seconds(object, "code_timeout", &dc->code_timeout);
  set_seconds(object, "code_lifetime", &dc->code_lifetime);
  set_seconds(object, "reset_wait", &dc->reset_wait);
  set_seconds(object, "email_reset", &dc->email_reset);
  if (country != NULL)
    DC_COPYZ(dc->country, country);
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
  static const char *const names[] = {
      "users",        "bots",          "rules",      "gzip",        "sign_up", "any_dc", "test",
      "code_timeout", "code_lifetime", "reset_wait", "email_reset", "country", NULL};
  const dc_problem problem = {error, error_size};
  json_error_t where;
  json_t *config = json_loadb(text, size, JSON_REJECT_DUPLICATES, &where);
  if (config == NULL) {
    dc_fail(error, error_size, "line %d column %d: %s", where.line, where.column, where.text);
    return false;
  }
  bool ok = dc_config_known(config, names, "the configuration", &problem) &&
            dc_config_settings(dc, config, &problem) &&
            each(dc, json_object_get(config, "users"), "users", dc_config_user, &problem) &&
            each(dc, json_object_get(config, "bots"), "bots", dc_config_bot, &problem) &&
            each(dc, json_object_get(config, "rules"), "rules", dc_config_rule, &problem);
  json_decref(config);
  return ok;
}
