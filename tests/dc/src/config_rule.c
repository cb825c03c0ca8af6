/* Rules from the configuration and from control commands. */
#include <stdlib.h>

#include "config.h"
#include "inject.h"
#include "store_json.h"
#include "users.h"

/* "420 FLOOD_WAIT_30", or the name alone: then the code is the usual one. */
static bool read_error(dc_rule *rule, const char *text) {
  char *end;
  long code = strtol(text, &end, 10);
  if (end != text && *end == ' ') {
    rule->code = (int32_t)code;
    text = end + 1;
  } else {
    uint16_t known = tl_error_find(&tg_errors, text, strlen(text), NULL);
    rule->code = known == 0 ? 400 : tg_errors.entries[known - 1].code;
  }
  DC_COPYZ(rule->text, text);
  return text[0] != 0;
}

static bool read_answer(dc_rule *rule, const json_t *answer) {
  if (answer == NULL)
    return true;
  rule->json = json_dumps(answer, JSON_COMPACT | JSON_ENCODE_ANY);
  rule->json_size = rule->json == NULL ? 0 : strlen(rule->json);
  return rule->json != NULL;
}

static bool bad(const dc_problem *problem, const char *text) {
  dc_fail(problem->text, problem->size, "a rule's %s", text);
  return false;
}

static bool read_rule(const json_t *from, dc_rule *rule, const dc_problem *problem) {
  const char *error = dc_json_text(from, "error", NULL);
  const char *phone = dc_json_text(from, "phone", NULL);
  DC_COPYZ(rule->method, dc_json_text(from, "method", "*"));
  rule->dc = (int)dc_json_number(from, "dc", 0);
  rule->times = (int)dc_json_number(from, "times", -1);
  rule->skip = (int)dc_json_number(from, "skip", 0);
  rule->delay = dc_json_number(from, "delay_ms", 0) * 1000;
  rule->transport = (int32_t)dc_json_number(from, "transport", 0);
  rule->bad_msg = (int32_t)dc_json_number(from, "bad_msg", 0);
  rule->drop = json_is_true(json_object_get(from, "drop"));
  rule->silent = json_is_true(json_object_get(from, "silent"));
  if (phone != NULL && !dc_phone_digits(tl_string_of(phone), rule->phone))
    return bad(problem, "\"phone\" is no telephone number");
  if (error != NULL && !read_error(rule, error))
    return bad(problem, "\"error\" is empty");
  if (!read_answer(rule, json_object_get(from, "answer")))
    return bad(problem, "\"answer\" is not understood");
  return true;
}

bool dc_config_rule(tgdc *dc, const json_t *from, const dc_problem *problem) {
  static const char *const names[] = {"method",    "phone",   "dc",       "error", "answer",
                                      "times",     "skip",    "delay_ms", "drop",  "silent",
                                      "transport", "bad_msg", "do",       NULL};
  dc_rule rule = {0};
  if (!dc_config_known(from, names, "a rule", problem))
    return false;
  if (!read_rule(from, &rule, problem))
    return false;
  if (dc_rule_add(dc, &rule))
    return true;
  free(rule.json);
  return bad(problem, "place could not be had: out of memory");
}
