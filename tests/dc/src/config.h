/* Reading the configuration, part by part. tests/dc/README.md has the format. */
#ifndef TGDC_CONFIG_H
#define TGDC_CONFIG_H

#include <jansson.h>

#include "dc.h"

/* Where and why something in the JSON makes no sense. */
typedef struct dc_problem {
  char *text;
  size_t size;
} dc_problem;

bool dc_config_user(tgdc *dc, const json_t *user, const dc_problem *problem);
bool dc_config_bot(tgdc *dc, const json_t *bot, const dc_problem *problem);
/* One element of "rules", or a command {"do": "rule", ...}. */
bool dc_config_rule(tgdc *dc, const json_t *rule, const dc_problem *problem);
bool dc_config_settings(tgdc *dc, const json_t *object, const dc_problem *problem);
/* Fails on a member that none of the NULL-terminated names is. */
bool dc_config_known(const json_t *object, const char *const *names, const char *where,
                     const dc_problem *problem);

#endif
