/* Rules: which method, for whom, how often, and what happens then. */
#include "inject.h"

#include <stdlib.h>

#include "conn.h"
#include "users.h"

static bool matches(const char *pattern, const char *name) {
  size_t n = strlen(pattern);
  if (n > 0 && pattern[n - 1] == '*')
    return strncmp(pattern, name, n - 1) == 0;
  return strcmp(pattern, name) == 0;
}

/* The number that the request names, or else that of who is signed in. */
static bool phone_of(const dc_call *call, char out[24]) {
  const tl_def *def = &tg_schema.defs[call->def];
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &tg_schema.fields[def->field + i];
    if (field->op != TL_OP_STRING || strcmp(tl_field_name(&tg_schema, field), "phone_number") != 0)
      continue;
    tl_string phone;
    memcpy(&phone, (const char *)call->args + field->offset, sizeof phone);
    return dc_phone_digits(phone, out);
  }
  const dc_user *user = call->user;
  if (user == NULL && call->perm != NULL)
    user = dc_user_by_id(call->dc, call->perm->login.pending_id);
  dc_copy(out, 24, user == NULL ? "" : user->phone, user == NULL ? 0 : strlen(user->phone));
  return out[0] != 0;
}

static bool applies(const dc_rule *rule, const dc_call *call) {
  char phone[24];
  if (rule->times == 0 || !matches(rule->method, call->name))
    return false;
  if (rule->dc != 0 && rule->dc != call->key->dc)
    return false;
  return rule->phone[0] == 0 || (phone_of(call, phone) && strcmp(rule->phone, phone) == 0);
}

bool dc_rule_method_known(const char *pattern) {
  for (uint16_t def = tg_schema.n_constructors; def < tg_schema.n_defs; def++)
    if (matches(pattern, tl_def_name(&tg_schema, def)))
      return true;
  return false;
}

/* The n-th error, from 1, that the schema lists for a method; NULL: there are not so many. */
static const tl_error_entry *listed_error(const char *method, size_t n) {
  size_t function = tl_find_name(&tg_schema, method, strlen(method)) - tg_schema.n_constructors;
  size_t first = tg_errors.method_first[function], end = tg_errors.method_first[function + 1];
  if (n < 1 || n > end - first)
    return NULL;
  return &tg_errors.entries[tg_errors.method_errors[first + n - 1] - 1];
}

/* Numbers that ask for an error all by themselves: 9994KNNNNN, K a row of this table. The error is
 * the NNNNN-th that is listed for the method, or FLOOD_WAIT_NNNNN. (README.md has the table.) */
static const struct special {
  const char *method;
  bool flood;
} specials[] = {{"auth.sendCode", false}, {"auth.signIn", false},        {"auth.sendCode", true},
                {"auth.signUp", false},   {"auth.checkPassword", false}, {"auth.resendCode", false},
                {"auth.signIn", true},    {"auth.checkPassword", true}};

#define ANY_NUMBER 2 /* what stands for the %d of an error's name */

bool dc_rule_by_number(dc_call *call) {
  char phone[24];
  if (!phone_of(call, phone) || strlen(phone) != 10 || strncmp(phone, "9994", 4) != 0)
    return false;
  size_t row = (size_t)(phone[4] - '0');
  int number = (int)strtol(phone + 5, NULL, 10);
  if (row >= sizeof specials / sizeof *specials || strcmp(specials[row].method, call->name) != 0)
    return false;
  const tl_error_entry *entry =
      specials[row].flood ? NULL : listed_error(call->name, (size_t)number);
  if (specials[row].flood)
    dc_error_number(call, 420, "FLOOD_WAIT_%d", number);
  else if (entry != NULL)
    dc_error_number(call, entry->code, tg_errors.names + entry->name, ANY_NUMBER);
  return specials[row].flood || entry != NULL;
}

dc_rule *dc_rule_for(const dc_call *call) {
  for (dc_rule *rule = call->dc->rules; rule != NULL; rule = rule->next) {
    if (!applies(rule, call))
      continue;
    if (rule->skip > 0) {
      rule->skip--;
      continue;
    }
    if (rule->times > 0)
      rule->times--;
    return rule;
  }
  return NULL;
}

bool dc_rule_apply(dc_call *call, const dc_rule *rule) {
  if (rule->silent) {
    call->answered = true;
  } else if (rule->transport != 0) {
    call->answered = true;
    if (call->in->conn != NULL)
      dc_conn_error(call->in->conn, rule->transport);
  } else if (rule->bad_msg != 0) {
    call->answered = true;
    dc_notify(call->in, rule->bad_msg);
  } else if (rule->drop) {
    call->answered = true;
    dc_conn_fail(call->in->conn);
  } else if (rule->json != NULL) {
    dc_answer_json(call, rule->json, rule->json_size);
  } else if (rule->text[0] != 0) {
    dc_error(call, rule->code, rule->text);
  } else {
    return false;
  }
  return true;
}

bool dc_rule_add(tgdc *dc, const dc_rule *rule) {
  dc_rule *copy = malloc(sizeof *copy);
  if (copy == NULL)
    return false;
  *copy = *rule;
  copy->next = NULL;
  dc_rule **end = &dc->rules;
  while (*end != NULL)
    end = &(*end)->next;
  *end = copy;
  return true;
}

void dc_rules_clear(tgdc *dc, const char *method) {
  dc_rule **at = &dc->rules;
  while (*at != NULL) {
    dc_rule *rule = *at;
    if (method != NULL && strcmp(rule->method, method) != 0) {
      at = &rule->next;
      continue;
    }
    *at = rule->next;
    free(rule->json);
    free(rule);
  }
}
