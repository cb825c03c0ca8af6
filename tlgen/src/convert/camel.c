/* camel.c: teleproto's table of definitions, whose names are in camel case, becomes TL. What a name
 * was is told by rule, and by the id, which is the checksum of the declaration. A field of type
 * `true` is not in that checksum: its name stands by the rule alone. */
#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "convert/convert.h"

/* The ways in which a name may have been written before. */
typedef enum spelling {
  SNAKE,    /* msgId: msg_id */
  AS_IS,    /* msgId */
  NUMBERED, /* iso2: iso_2 */
  SPELLINGS
} spelling;

enum { MOST_FIELDS = 128, MOST_TRIES = 1 << 14 };

static void add_spelt(text *out, const char *name, spelling how) {
  for (const char *p = name; *p; p++) {
    bool after = p > name && p[-1] != '_';
    bool capital = isupper((unsigned char)*p) && how != AS_IS;
    bool number =
        how == NUMBERED && isdigit((unsigned char)*p) && after && !isdigit((unsigned char)p[-1]);
    char c = *p;
    if (p > name && capital && !after) /* srp_B */
      capital = false;
    else if (capital)
      c = (char)tolower((unsigned char)c);
    if (p > name && (capital || number))
      text_add(out, "_");
    text_add_n(out, &c, 1);
  }
}

static bool is_same_spelt(const char *name, spelling a, spelling b) {
  text left = {0}, right = {0};
  add_spelt(&left, name, a);
  add_spelt(&right, name, b);
  bool same = strcmp(left.data ? left.data : "", right.data ? right.data : "") == 0;
  text_free(&left);
  text_free(&right);
  return same;
}

/* How many spellings of the name are worth trying; they come first in the enumeration. */
static unsigned spellings_of(const char *name) {
  unsigned count = 1;
  while (count < SPELLINGS && !is_same_spelt(name, SNAKE, (spelling)count))
    count++;
  return count;
}

static bool is_true(const json_t *object, const char *key) {
  return json_is_true(json_object_get(object, key));
}

static void add_type(text *out, const json_t *field, bool hashed) {
  const char *type = json_string_value(json_object_get(field, "type"));
  bool vector = is_true(field, "isVector");
  if (is_true(field, "flagIndicator") || !type) {
    text_add(out, "#");
    return;
  }
  if (vector)
    text_add(out, is_true(field, "useVectorId") ? "Vector" : "vector");
  if (vector)
    text_add(out, hashed ? " " : "<");
  text_add(out, strcmp(type, "X") == 0                            ? "!X"
                : hashed && !vector && strcmp(type, "bytes") == 0 ? "string"
                                                                  : type);
  if (vector && !hashed)
    text_add(out, ">");
}

/* A declaration as it is written, or (hashed) as the checksum is computed over it: without #id,
 * brackets and what is of type `true`, bytes as string. */
static void add_fields(text *out, const json_t *entry, const uint8_t *how, bool hashed) {
  const char *name;
  json_t *field;
  size_t i = 0;
  json_object_foreach(json_object_get(entry, "argsConfig"), name, field) {
    const char *type = json_string_value(json_object_get(field, "type"));
    const char *flags = json_string_value(json_object_get(field, "flagName"));
    spelling chosen = (spelling)how[i++];
    bool conditional = is_true(field, "isFlag") && flags;
    if (hashed && conditional && type && strcmp(type, "true") == 0)
      continue;
    text_add(out, " ");
    add_spelt(out, name, chosen);
    text_add(out, ":");
    if (conditional)
      text_printf(out, "%s.%" JSON_INTEGER_FORMAT "?", flags,
                  json_integer_value(json_object_get(field, "flagIndex")));
    add_type(out, field, hashed);
  }
}

static bool is_generic(const json_t *entry) {
  const char *name;
  json_t *field;
  json_object_foreach(json_object_get(entry, "argsConfig"), name, field) {
    const char *type = json_string_value(json_object_get(field, "type"));
    if (type && strcmp(type, "X") == 0)
      return true;
  }
  return false;
}

/* "Message" in namespace "messages": "messages.message". */
static void add_name(text *out, const json_t *entry, const char *name) {
  const char *space = json_string_value(json_object_get(entry, "namespace"));
  if (space)
    text_printf(out, "%s.", space);
  text_printf(out, "%c%s", tolower((unsigned char)name[0]), name + 1);
}

static void add_result(text *out, const char *result, bool hashed) {
  for (const char *p = result; *p; p++) {
    if (hashed && *p == '<')
      text_add(out, " ");
    else if (!hashed || *p != '>')
      text_add_n(out, p, 1);
  }
}

typedef struct definition {
  const json_t *entry;
  const char *name;
  const char *result;
  uint32_t id;
  uint8_t how[MOST_FIELDS];
  uint8_t choices[MOST_FIELDS];
  size_t count;
} definition;

static uint32_t hash(const definition *d, text *scratch) {
  text_clear(scratch);
  add_name(scratch, d->entry, d->name);
  if (is_generic(d->entry))
    text_add(scratch, " X:Type");
  add_fields(scratch, d->entry, d->how, true);
  text_add(scratch, " = ");
  add_result(scratch, d->result, true);
  return tlp_crc32(scratch->data, scratch->size);
}

/* The next combination of spellings; false when all were tried. */
static bool next_choice(definition *d) {
  for (size_t i = 0; i < d->count; i++) {
    if (++d->how[i] < d->choices[i])
      return true;
    d->how[i] = 0;
  }
  return false;
}

/* Finds the spelling of the fields that the id proves. */
static bool prove(definition *d, text *scratch) {
  const char *name;
  json_t *field;
  d->count = 0;
  json_object_foreach(json_object_get(d->entry, "argsConfig"), name, field) {
    if (d->count == MOST_FIELDS)
      return false;
    const char *type = json_string_value(json_object_get(field, "type"));
    d->how[d->count] = SNAKE;
    d->choices[d->count++] = type && strcmp(type, "true") == 0 ? 1 : (uint8_t)spellings_of(name);
  }
  for (unsigned tries = 0; tries < MOST_TRIES; tries++) {
    if (hash(d, scratch) == d->id)
      return true;
    if (!next_choice(d))
      return false;
  }
  return false;
}

static bool read_definition(const json_t *entry, definition *d) {
  const json_t *id = json_object_get(entry, "constructorId");
  *d = (definition){.entry = entry,
                    .name = convert_string(entry, "name", "a definition"),
                    .result = convert_string(entry, "result", "a definition")};
  if (!d->name || !*d->name || !d->result || !json_is_integer(id) || json_integer_value(id) < 0 ||
      json_integer_value(id) > (json_int_t)UINT32_MAX) {
    tlgen_error("%s: not a definition", d->name ? d->name : "?");
    return false;
  }
  d->id = (uint32_t)json_integer_value(id);
  return true;
}

static void add_definition(text *out, const definition *d) {
  add_name(out, d->entry, d->name);
  text_printf(out, "#%08" PRIx32, d->id);
  if (is_generic(d->entry))
    text_add(out, " {X:Type}");
  add_fields(out, d->entry, d->how, false);
  text_add(out, " = ");
  add_result(out, d->result, false);
  text_add(out, ";\n");
}

/* Service messages, and the parts of a TLS hello that a client keeps beside them. */
static bool is_service(const definition *d, const tlp_schema *service) {
  return (service && tlp_schema_find_id(service, d->id)) || strncmp(d->name, "Tls", 3) == 0;
}

static bool add_section(text *out, const json_t *entries, const tlp_schema *service,
                        bool functions) {
  text scratch = {0};
  size_t i;
  const json_t *entry;
  bool ok = true;
  json_array_foreach(entries, i, entry) {
    definition d;
    if (is_true(entry, "isFunction") != functions)
      continue;
    if (!read_definition(entry, &d)) {
      ok = false;
    } else if (!is_service(&d, service)) {
      if (prove(&d, &scratch)) {
        add_definition(out, &d);
      } else {
        tlgen_error("%s: no spelling of its fields has the id %08" PRIx32, d.name, d.id);
        ok = false;
      }
    }
  }
  text_free(&scratch);
  return ok;
}

bool convert_api_camel(const json_t *entries, const tlp_schema *service, text *out) {
  if (!json_is_array(entries)) {
    tlgen_error("not a list of definitions");
    return false;
  }
  bool ok = add_section(out, entries, service, false);
  text_add(out, "---functions---\n");
  return add_section(out, entries, service, true) && ok;
}
