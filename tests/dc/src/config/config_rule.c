/* Rules from the configuration and from control commands. */
#include <stdlib.h>
#include <tl/json.h>

#include "config.h"
#include "inject.h"
#include "store_json.h"
#include "users.h"

#define HOUR_MS 3600000

/* "420 FLOOD_WAIT_30", or the name alone: then the code is the method's own. */
static bool read_error(dc_rule *rule, const char *text) {
  char *end;
  long code = strtol(text, &end, 10);
  if (end != text && *end == ' ') {
    rule->code = (int32_t)code;
    text = end + 1;
  } else {
    rule->code = DC_CODE_OF_METHOD;
  }
  DC_COPYZ(rule->text, text);
  return text[0] != 0;
}

static bool bad(const dc_problem *problem, const char *text) {
  dc_fail(problem->text, problem->size, "a rule's %s", text);
  return false;
}

/* The answer has to be one that the method can give. */
static bool read_answer(dc_rule *rule, const json_t *answer, const dc_problem *problem) {
  if (answer == NULL)
    return true;
  uint16_t def = tl_find_name(&tg_schema, rule->method, strlen(rule->method));
  if (def == TL_NONE || def < tg_schema.n_constructors)
    return bad(problem, "\"answer\" needs a \"method\" that is one, not several");
  rule->json = json_dumps(answer, JSON_COMPACT | JSON_ENCODE_ANY);
  rule->json_size = rule->json == NULL ? 0 : strlen(rule->json);
  tl_value value;
  tl_error error = {0};
  tl_arena arena;
  tl_arena_init(&arena, NULL, 0);
  bool ok = rule->json != NULL && tl_json_read(&tg_schema, tg_schema.defs[def].type, rule->json,
                                               rule->json_size, &arena, &value, &error) == TL_OK;
  if (!ok)
    dc_config_bad_value("answer", &error, problem);
  tl_arena_free(&arena);
  return ok;
}

static const dc_member members[] = {{"method", DC_MEMBER_TEXT, 1, 63},
                                    {"phone", DC_MEMBER_TEXT, 1, 40},
                                    {"dc", DC_MEMBER_NUMBER, 1, 999},
                                    {"error", DC_MEMBER_TEXT, 1, 95},
                                    {"answer", DC_MEMBER_ANY, 0, 0},
                                    {"times", DC_MEMBER_NUMBER, -1, INT32_MAX},
                                    {"skip", DC_MEMBER_NUMBER, 0, INT32_MAX},
                                    {"delay_ms", DC_MEMBER_NUMBER, 0, HOUR_MS},
                                    {"drop", DC_MEMBER_FLAG, 0, 0},
                                    {"silent", DC_MEMBER_FLAG, 0, 0},
                                    {"transport", DC_MEMBER_NUMBER, -999, -1},
                                    {"bad_msg", DC_MEMBER_NUMBER, 16, 64},
                                    DC_MEMBER_DO,
                                    {NULL, DC_MEMBER_ANY, 0, 0}};

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
  if (!dc_rule_method_known(rule->method))
    return bad(problem, "\"method\" is none of the schema");
  if (phone != NULL && !dc_phone_digits(tl_string_of(phone), rule->phone))
    return bad(problem, "\"phone\" is no telephone number");
  if (error != NULL && !read_error(rule, error))
    return bad(problem, "\"error\" is empty");
  if (!read_answer(rule, json_object_get(from, "answer"), problem))
    return false;
  if (!rule->drop && !rule->silent && rule->transport == 0 && rule->bad_msg == 0 &&
      rule->json == NULL && rule->text[0] == 0 && rule->delay == 0)
    return bad(problem, "effect is missing: error, answer, delay_ms, drop, silent, ...");
  return true;
}

bool dc_config_rule(tgdc *dc, const json_t *from, const dc_problem *problem) {
  dc_rule rule = {0};
  if (dc_config_check(from, members, "a rule", problem) && read_rule(from, &rule, problem) &&
      dc_config_center(dc, rule.dc, "a rule", problem)) {
    if (dc_rule_add(dc, &rule))
      return true;
    bad(problem, "place could not be had: out of memory");
  }
  free(rule.json);
  return false;
}
