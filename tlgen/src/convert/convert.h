/* convert.h: the parts of `tlgen convert`. The data is what npm packages carry; README.md in
 * schema/ says where the files come from. */
#ifndef TLGEN_CONVERT_H
#define TLGEN_CONVERT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/text.h"
#include "convert/package.h"

/* What the head of a file that is made says of a file that it is from. */
typedef struct convert_origin {
  const char *package;
  const char *version;
  const char *file;
  const char *sha256;
} convert_origin;

/* Writes what the body of a file is preceded by: the lines of the head, each after `mark`, with the
 * checksums of the sources and of the body; then the body. */
void convert_finish(text *out, const char *mark, const char *title, int32_t layer,
                    const convert_origin *origins, size_t count, const text *body);

/* Each appends a whole file; false (and a message printed) when the data is not as it should be.
 * `packages` are of one layer; what differs between them is said on standard output. `api` is the
 * file that convert_api() made. `extra` is the path of a schema with what the package lacks; its
 * declarations are taken over where the package does not have one of the name. */
bool convert_api(const convert_package *const *packages, size_t count, text *out);
bool convert_mtproto(const convert_package *package, const char *extra, text *out);
bool convert_errors(const convert_package *package, text *out);
bool convert_methods(const convert_package *package, const text *api, text *out);

/* Descriptions of methods, constructors, fields, types and errors, one a line: a table. */
void convert_texts(const convert_package *package, text *out);

/* Each appends declarations as TL, constructors first: of mtcute's JSON, of teleproto's table
 * (without what is among the service messages). */
bool convert_api_json(const json_t *schema, const char *file, text *out);
bool convert_api_camel(const json_t *entries, const tlp_schema *service, text *out);

/* False, and a message printed, when the package's facts contradict themselves. */
bool convert_is_plausible(const convert_package *package);

/* Declared in https://core.telegram.org/schema and /mtproto/serialize, and taken as known by the
 * packages. */
extern const char convert_common_types[];

/* True for the definitions among `entries` that are the package's own, not Telegram's. */
bool convert_is_left_out(const json_t *entries, const json_t *entry);

/* The entry of the name; NULL when there is none. */
const json_t *convert_find(const json_t *entries, const char *wanted);

/* A string member that must be there; NULL, and a message printed, when it is not. */
const char *convert_string(const json_t *object, const char *key, const char *where);

/* Parses a schema that was made, prints a summary, and holds the ids against what they hash to:
 * false when one does not, and is not among the known ones. */
bool convert_verify(const char *path, const text *made);

#endif
