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

/* Numbers that ask for an error all by themselves (README.md): 99942SSSSS for FLOOD_WAIT_SSSSS,
 * 99940NNNNN and 99941NNNNN for the NNNNN-th error, from 1, that the schema lists for auth.sendCode
 * and for auth.signIn. */
static bool by_number(const char *method, const char *phone, dc_rule *out) {
  bool sends = strcmp(method, "auth.sendCode") == 0, signs = strcmp(method, "auth.signIn") == 0;
  if (strlen(phone) != 10 || strncmp(phone, "9994", 4) != 0 || (!sends && !signs))
    return false;
  long number = strtol(phone + 5, NULL, 10);
  if (phone[4] == '2' && sends) {
    out->code = 420;
    snprintf(out->text, sizeof out->text, "FLOOD_WAIT_%ld", number);
    return true;
  }
  if (phone[4] != (sends ? '0' : '1'))
    return false;
  size_t function =
      tl_find_name(&tg_schema, method, strlen(method)) - (size_t)tg_schema.n_constructors;
  size_t first = tg_errors.method_first[function], end = tg_errors.method_first[function + 1];
  if (number < 1 || (size_t)number > end - first)
    return false;
  const tl_error_entry *entry =
      &tg_errors.entries[tg_errors.method_errors[first + (size_t)number - 1] - 1];
  out->code = entry->code;
  DC_COPYZ(out->text, tg_errors.names + entry->name);
  return true;
}

bool dc_rule_by_number(dc_call *call) {
  dc_rule rule = {.times = -1};
  char phone[24];
  if (!phone_of(call, phone) || !by_number(call->name, phone, &rule))
    return false;
  dc_error(call, rule.code, rule.text);
  return true;
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
