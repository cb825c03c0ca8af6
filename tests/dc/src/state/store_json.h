/* Keys and accounts as JSON, for the journals. */
#ifndef TGDC_STORE_JSON_H
#define TGDC_STORE_JSON_H

#include <jansson.h>

#include "dc.h"

/* A new reference, NULL when memory ends. */
json_t *dc_json_of_key(const dc_key *key);
json_t *dc_json_of_user(const dc_user *user);
/* Take one line over. False when memory ends; what makes no sense is passed by. */
bool dc_key_of_json(tgdc *dc, const json_t *line);
bool dc_user_of_json(tgdc *dc, const json_t *line);

/* Helpers for reading: the member or what is given for want of it. */
const char *dc_json_text(const json_t *object, const char *name, const char *otherwise);
int64_t dc_json_number(const json_t *object, const char *name, int64_t otherwise); /* or decimal */

#endif
