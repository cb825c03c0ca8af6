/* Reading the configuration, part by part. tests/dc/README.md has the format. */
#ifndef TGDC_CONFIG_H
#define TGDC_CONFIG_H

#include <jansson.h>

#include <tl/codec.h>

#include "dc.h"

/* Where and why something in the JSON makes no sense. */
typedef struct dc_problem {
  char *text;
  size_t size;
} dc_problem;

typedef enum dc_member_kind {
  DC_MEMBER_FLAG,
  DC_MEMBER_NUMBER, /* least to most */
  DC_MEMBER_TEXT,   /* so many bytes */
  DC_MEMBER_LIST,   /* at most so many elements */
  DC_MEMBER_OBJECT,
  DC_MEMBER_ANY
} dc_member_kind;

/* What an object may hold. A list of them ends with name NULL. */
typedef struct dc_member {
  const char *name;
  dc_member_kind kind;
  int64_t least, most;
} dc_member;

/* Every command has a name. */
#define DC_MEMBER_DO                                                                               \
  { "do", DC_MEMBER_TEXT, 1, 40 }

/* Fails unless `object` is one, with nothing in it but members of their kinds. */
bool dc_config_check(const json_t *object, const dc_member *members, const char *where,
                     const dc_problem *problem);
/* Says what is wrong with the value of member `name`, which was read as TL. */
void dc_config_bad_value(const char *name, const tl_error *error, const dc_problem *problem);
/* Fails unless there is such a data centre, or id is 0. */
bool dc_config_center(tgdc *dc, int id, const char *where, const dc_problem *problem);

/* One element of "users", "bots", "rules", or the command of that name. */
bool dc_config_user(tgdc *dc, const json_t *user, const dc_problem *problem);
bool dc_config_bot(tgdc *dc, const json_t *bot, const dc_problem *problem);
bool dc_config_rule(tgdc *dc, const json_t *rule, const dc_problem *problem);
/* The command {"do": "set", ...}. */
bool dc_config_set(tgdc *dc, const json_t *command, const dc_problem *problem);

#endif
