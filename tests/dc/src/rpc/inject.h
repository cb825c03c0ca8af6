/* Answers that the configuration or a command ordered in place of the real ones. */
#ifndef TGDC_INJECT_H
#define TGDC_INJECT_H

#include "rpc.h"

/* The rule that applies to this call, counted as used; NULL: none. */
dc_rule *dc_rule_for(const dc_call *call);
/* Whether the pattern ("auth.sendCode", "auth.*", "*") is met by a method of the schema. */
bool dc_rule_method_known(const char *pattern);
/* Answers with the error that the telephone number itself asks for. False: it does not. */
bool dc_rule_by_number(dc_call *call);
/* Does what it says. False: it was only a delay, the handler is to answer. */
bool dc_rule_apply(dc_call *call, const dc_rule *rule);
/* Puts a rule last; takes over its json. False when memory ends. */
bool dc_rule_add(tgdc *dc, const dc_rule *rule);
/* Removes the rules for that method, NULL: all. */
void dc_rules_clear(tgdc *dc, const char *method);

#endif
