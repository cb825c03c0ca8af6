/* tl.c: schemas as JSON become schemas as TL. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/load.h"
#include "base/mem.h"
#include "convert/convert.h"

/* The calls among the service messages; the package does not tell them apart. */
static const char *const service_functions[] = {
    "req_pq",          "req_pq_multi",     "req_DH_params", "set_client_DH_params",
    "rpc_drop_answer", "get_future_salts", "ping",          "ping_delay_disconnect",
    "destroy_session", "destroy_auth_key",
};

/* Definitions of the package's own. */
static bool is_foreign(const char *name) {
  return strncmp(name, "mtcute.", 7) == 0;
}

const char *convert_string(const json_t *object, const char *key, const char *where) {
  const char *value = json_string_value(json_object_get(object, key));
  if (!value)
    tlgen_error("%s: there is no text `%s`", where, key);
  return value;
}

const json_t *convert_find(const json_t *entries, const char *wanted) {
  size_t i;
  const json_t *entry;
  json_array_foreach(entries, i, entry) {
    const char *name = json_string_value(json_object_get(entry, "name"));
    if (name && strcmp(name, wanted) == 0)
      return entry;
  }
  return NULL;
}

static const char *plain_name(const char *name) {
  return strncmp(name, "mt_", 3) == 0 ? name + 3 : name;
}

static const char *type_name(const char *name) {
  return strcmp(name, "int53") == 0 ? "long" : plain_name(name);
}

static bool has_upper_case(const char *name) {
  const char *dot = strrchr(name, '.');
  char first = dot ? dot[1] : name[0];
  return first >= 'A' && first <= 'Z';
}

/* The type of a field or a result, with what the modifiers make of it. */
static void add_type(text *out, const char *name, const json_t *modifiers) {
  bool boxed_vector = json_is_true(json_object_get(modifiers, "isVector"));
  bool bare_vector = json_is_true(json_object_get(modifiers, "isBareVector"));
  bool bare = json_is_true(json_object_get(modifiers, "isBareType"));
  const char *plain = type_name(name);
  if (boxed_vector || bare_vector)
    text_add(out, bare_vector ? "vector<" : "Vector<");
  text_printf(out, "%s%s", bare && has_upper_case(plain) ? "%" : "", plain);
  if (boxed_vector || bare_vector)
    text_add(out, ">");
}

static bool add_field(text *out, const json_t *field, const char *owner) {
  const char *name = convert_string(field, "name", owner);
  const char *type = convert_string(field, "type", owner);
  const json_t *modifiers = json_object_get(field, "typeModifiers");
  const char *predicate = json_string_value(json_object_get(modifiers, "predicate"));
  if (!name || !type)
    return false;
  text_printf(out, " %s:", name);
  if (predicate)
    text_printf(out, "%s?", predicate);
  add_type(out, type, modifiers);
  return true;
}

static bool add_generics(text *out, const json_t *entry, const char *owner) {
  size_t i;
  const json_t *generic;
  json_array_foreach(json_object_get(entry, "generics"), i, generic) {
    const char *name = convert_string(generic, "name", owner);
    if (!name)
      return false;
    text_printf(out, " {%s:Type}", name);
  }
  return true;
}

static bool add_entry(text *out, const json_t *entry, bool function) {
  const char *name = convert_string(entry, "name", "a definition");
  const char *type = name ? convert_string(entry, "type", name) : NULL;
  const json_t *id = json_object_get(entry, "id");
  size_t i;
  const json_t *field;
  if (!type)
    return false;
  if (!json_is_integer(id) || json_integer_value(id) < 0 ||
      json_integer_value(id) > (json_int_t)UINT32_MAX) {
    tlgen_error("%s: the id is not a number of 32 bits", name);
    return false;
  }
  text_printf(out, "%s#%08" PRIx32, plain_name(name), (uint32_t)json_integer_value(id));
  if (!add_generics(out, entry, name))
    return false;
  json_array_foreach(json_object_get(entry, "arguments"), i, field) {
    if (!add_field(out, field, name))
      return false;
  }
  text_add(out, " = ");
  add_type(out, type, function ? json_object_get(entry, "typeModifiers") : NULL);
  text_add(out, ";\n");
  return true;
}

static bool is_service_function(const char *name) {
  for (size_t i = 0; i < sizeof service_functions / sizeof *service_functions; i++) {
    if (strcmp(name, service_functions[i]) == 0)
      return true;
  }
  return false;
}

static bool is_function(const json_t *entry) {
  const char *kind = json_string_value(json_object_get(entry, "kind"));
  const char *name = json_string_value(json_object_get(entry, "name"));
  if (name && strncmp(name, "mt_", 3) == 0)
    return is_service_function(name + 3);
  return kind && strcmp(kind, "method") == 0;
}

/* TDLib's helpers, fooPrefix beside foo and with its id, which some versions of the package have.
 */
static bool is_prefix_helper(const json_t *entries, const char *name) {
  size_t length = strlen(name), i;
  const json_t *entry;
  if (length <= 6 || strcmp(name + length - 6, "Prefix") != 0)
    return false;
  json_array_foreach(entries, i, entry) {
    const char *other = json_string_value(json_object_get(entry, "name"));
    if (other && strlen(other) == length - 6 && strncmp(other, name, length - 6) == 0)
      return true;
  }
  return false;
}

bool convert_is_left_out(const json_t *entries, const json_t *entry) {
  const char *name = json_string_value(json_object_get(entry, "name"));
  return name && (is_foreign(name) || is_prefix_helper(entries, name));
}

/* Either the constructors or the functions, in the order of the package. */
static bool add_section(text *out, const json_t *entries, bool functions) {
  size_t i;
  const json_t *entry;
  json_array_foreach(entries, i, entry) {
    if (is_function(entry) != functions || convert_is_left_out(entries, entry))
      continue;
    if (!add_entry(out, entry, functions))
      return false;
  }
  return true;
}

bool convert_api_json(const json_t *schema, const char *file, text *out) {
  const json_t *entries = json_object_get(schema, "e");
  if (!json_is_array(entries)) {
    tlgen_error("%s: not a schema: there is no list of definitions", file);
    return false;
  }
  bool ok = add_section(out, entries, false);
  text_add(out, "---functions---\n");
  return ok && add_section(out, entries, true);
}

/* ---- service messages ---- */

static bool names_entry(const json_t *entries, const char *wanted) {
  size_t i;
  const json_t *entry;
  json_array_foreach(entries, i, entry) {
    const char *name = json_string_value(json_object_get(entry, "name"));
    if (name && strcmp(plain_name(name), wanted) == 0)
      return true;
  }
  return false;
}

static void add_combinator(text *out, const tlp_combinator *combinator) {
  size_t size = tlp_combinator_print(combinator, NULL, 0) + 1;
  char *line = mem_resize(NULL, size);
  (void)tlp_combinator_print(combinator, line, size);
  text_printf(out, "%s\n", line);
  free(line);
}

static void add_extra(text *out, const tlp_schema *extra, const json_t *entries,
                      tlp_section section) {
  size_t count;
  if (!extra)
    return;
  text_add(out, "\n// from mtproto-extra.tl\n");
  const tlp_combinator *const *all = tlp_schema_combinators(extra, &count);
  for (size_t i = 0; i < count; i++) {
    if (all[i]->section == section && all[i]->name && !names_entry(entries, all[i]->name))
      add_combinator(out, all[i]);
  }
}

bool convert_mtproto(const convert_package *package, const char *extra_path, text *out) {
  static const char file[] = "mtp-schema.json";
  convert_origin origin = {package->name, package->version, file, package->mtproto_sha256};
  text body = {0};
  tlp_schema *extra = NULL;
  bool ok = json_is_array(package->mtproto);
  if (!ok)
    tlgen_error("%s: not a list of definitions", file);
  if (extra_path && !(extra = tlgen_load_schema(&extra_path, 1, true)))
    ok = false;
  if (ok) {
    text_printf(&body, "%s\n", convert_common_types);
    ok = add_section(&body, package->mtproto, false);
    add_extra(&body, extra, package->mtproto, TLP_SECTION_TYPES);
    text_add(&body, "\n---functions---\n\n");
    ok = ok && add_section(&body, package->mtproto, true);
    add_extra(&body, extra, package->mtproto, TLP_SECTION_FUNCTIONS);
    convert_finish(out, "// ", "The service messages of MTProto.", package->layer, &origin, 1,
                   &body);
  }
  tlp_schema_free(extra);
  text_free(&body);
  return ok;
}
