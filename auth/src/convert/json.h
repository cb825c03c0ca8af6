/* JSON that others wrote, read with jansson when the build has it. */
#ifndef TGAUTH_CONVERT_JSON_H
#define TGAUTH_CONVERT_JSON_H

#include <mtp/error.h>

typedef struct tgauth_json tgauth_json;

/* Any JSON value. STORE with line and column, NOMEM. */
mtp_status tgauth_json_parse(const void *data, size_t size, tgauth_json **out, mtp_error *error);
/* Overwrites strings and numbers, then frees. */
void tgauth_json_free(tgauth_json *root);

/* These take NULL for a value that is not there. Members and items live as long as the root. */
const tgauth_json *tgauth_json_member(const tgauth_json *value, const char *name);
const tgauth_json *tgauth_json_item(const tgauth_json *value, size_t index);
size_t tgauth_json_count(const tgauth_json *value);           /* of an array; 0 for anything else */
bool tgauth_json_int(const tgauth_json *value, int64_t *out); /* false when it is no integer */
bool tgauth_json_true(const tgauth_json *value);
const char *tgauth_json_text(const tgauth_json *value); /* NULL when it is no string */

#endif
