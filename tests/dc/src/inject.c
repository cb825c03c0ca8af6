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
