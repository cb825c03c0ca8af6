/* convert.h: the parts of `tlgen convert`. The data is what the npm packages @mtcute/core and
 * @mtcute/tl carry; README.md in schema/ says where the files come from. */
#ifndef TLGEN_CONVERT_H
#define TLGEN_CONVERT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/text.h"

/* One JSON file of the package, and what the heads of the files made from it say. */
typedef struct convert_source {
  json_t *json;
  char sha256[65]; /* of the file, in hexadecimal */
  const char *package;
  const char *version;
  const char *file; /* its name in the package */
  json_int_t layer; /* that the package is of */
} convert_source;

/* Writes what the body of a file is preceded by: the lines of the head, each after `mark`, with the
 * checksums of the source and of the body; then the body. */
void convert_finish(text *out, const char *mark, const char *title, const convert_source *source,
                    const text *body);

/* Each appends a whole file; false (and a message printed) when the data is not as it should be.
 * `extra` is the path of a schema with what the package lacks; its declarations are taken over
 * where the package does not have one of the name. */
bool convert_api(const convert_source *source, text *out);
bool convert_mtproto(const convert_source *source, const char *extra, text *out);
bool convert_errors(const convert_source *api, const convert_source *errors, text *out);
bool convert_methods(const convert_source *api, text *out);

/* True for the definitions among `entries` that are the package's own, not Telegram's. */
bool convert_is_left_out(const json_t *entries, const json_t *entry);

/* A string member that must be there; NULL, and a message printed, when it is not. */
const char *convert_string(const json_t *object, const char *key, const char *where);

/* Parses a schema that was made, prints a summary, and holds the ids against what they hash to:
 * false when one does not, and is not among the known ones. */
bool convert_verify(const char *path, const text *made);

#endif
