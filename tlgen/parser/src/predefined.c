/* predefined.c: what a schema may use without declaring it, and which types are built in. */
#include <string.h>

#include "parse.h"
#include "types.h"

/* Ids as https://core.telegram.org/schema and /mtproto/serialize have them; int32 and those after
 * it are what TDLib's schemas use beside them. A declaration stands after those that use it. */
static const struct {
  const char *constructor;
  const char *type;
  const char *text;
} predefined[] = {
    {"int128", "Int128", "int128 4*[ int ] = Int128;"},
    {"int256", "Int256", "int256 8*[ int ] = Int256;"},
    {"vector", "Vector", "vector#1cb5c415 {t:Type} # [ t ] = Vector t;"},
    {"bytes", "Bytes", "bytes data:string = Bytes;"},
    {"int", "Int", "int ? = Int;"},
    {"long", "Long", "long ? = Long;"},
    {"double", "Double", "double ? = Double;"},
    {"float", "Float", "float ? = Float;"},
    {"string", "String", "string ? = String;"},
    {"object", "Object", "object ? = Object;"},
    {"int32", "Int32", "int32 = Int32;"},
    {"int53", "Int53", "int53 = Int53;"},
    {"int64", "Int64", "int64 = Int64;"},
    {"secureString", "SecureString", "secureString = SecureString;"},
    {"secureBytes", "SecureBytes", "secureBytes = SecureBytes;"},
    {"true", "True", "true#3fedd339 = True;"},
    {"boolFalse", "Bool", "boolFalse#bc799737 = Bool;"},
    {"boolTrue", "Bool", "boolTrue#997275b5 = Bool;"},
};

#define PREDEFINED_COUNT (sizeof predefined / sizeof *predefined)

static bool made(const tlp_schema *schema, const char *text) {
  const tlp_name *name = tlp_lookup(&schema->names, text, strlen(text));
  return name && (name->combinator || name->type || name->poisoned);
}

static bool mentioned(const tlp_schema *schema, const char *text) {
  return tlp_lookup(&schema->names, text, strlen(text)) != NULL;
}

bool tlp_add_predefined(tlp_schema *schema, raw_decl **first) {
  bool wanted[PREDEFINED_COUNT];
  raw_decl **tail = first;
  for (size_t i = 0; i < PREDEFINED_COUNT; i++) {
    const char *constructor = predefined[i].constructor;
    const char *type = predefined[i].type;
    wanted[i] = !made(schema, constructor) && !made(schema, type) &&
                (mentioned(schema, constructor) || mentioned(schema, type));
    if (!wanted[i])
      continue;
    *tail = tlp_parse_predefined(schema, predefined[i].text);
    if (!*tail)
      return false;
    tail = &(*tail)->next;
  }
  for (raw_decl *decl = *first; decl; decl = decl->next) {
    if (!tlp_declare(schema, decl, true))
      return false;
  }
  return true;
}

/* ---- which types are built in ---- */

static bool named(const tlp_combinator *ctor, const char *name) {
  return ctor->name && strcmp(ctor->name, name) == 0;
}

/* An id that the source leaves out is what the declaration hashes to, which is the right one when
 * the shape is. */
static bool id_is(const tlp_combinator *ctor, uint32_t id) {
  return !ctor->has_explicit_id || ctor->id == id;
}

/* `int ? = Int` or, as TDLib writes it, `int53 = Int53`. */
static bool is_plain(const tlp_type *type, const char *name) {
  return type->param_count == 0 && type->constructor_count == 1 &&
         type->constructors[0]->field_count == 0 && named(type->constructors[0], name);
}

static bool is_bare_named(const raw_expr *raw, const char *name) {
  return raw->kind == RAW_NAME && strcmp(raw->name->text, name) == 0;
}

/* `int128 4*[ int ]`. */
static bool is_array_of_int(const raw_decl *decl, const char *name, uint32_t count) {
  const raw_field *field = decl->fields;
  return decl->field_count == 1 && named(decl->out, name) && !field->cond &&
         field->type->kind == RAW_ARRAY && field->type->child &&
         field->type->child->kind == RAW_NUMBER && field->type->child->value == count &&
         field->type->field_count == 1 && !field->type->fields->cond &&
         is_bare_named(field->type->fields->type, "int");
}

/* `bytes data:string`. */
static bool is_string_field(const raw_decl *decl) {
  return decl->field_count == 1 && named(decl->out, "bytes") && !decl->fields->cond &&
         is_bare_named(decl->fields->type, "string");
}

/* `vector {t:Type} # [ t ]`. With names for the fields the id has to say that it is this one. */
static bool is_vector(const raw_decl *decl) {
  enum { VECTOR = 0x1cb5c415 };
  const raw_field *count = decl->fields, *items = count ? count->next : NULL;
  if (decl->field_count != 2 || decl->implicit_count != 1 || count->cond || items->cond ||
      count->type->kind != RAW_HASH || items->type->kind != RAW_ARRAY ||
      items->type->field_count != 1 || !id_is(decl->out, VECTOR) || !named(decl->out, "vector"))
    return false;
  const raw_expr *of = items->type->fields->type, *times = items->type->child;
  bool plain = !count->name && !items->name && !times && !items->type->fields->name;
  return (plain || decl->has_id) && !items->type->fields->cond && of->kind == RAW_NAME &&
         of->name == decl->implicit->name &&
         (!times || (times->kind == RAW_NAME && times->name == count->name));
}

static bool is_bool(const tlp_type *type) {
  if (type->param_count || type->constructor_count != 2)
    return false;
  const tlp_combinator *no = type->constructors[0], *yes = type->constructors[1];
  if (named(no, "boolTrue")) {
    no = type->constructors[1];
    yes = type->constructors[0];
  }
  return named(no, "boolFalse") && named(yes, "boolTrue") && !no->field_count &&
         !yes->field_count && id_is(no, 0xbc799737u) && id_is(yes, 0x997275b5u);
}

/* `object ? = Object`, and what MTProto declares to be one. */
static bool is_object(const tlp_type *type) {
  enum { GZIP_PACKED = 0x3072cfa1 };
  bool all = type->param_count == 0;
  for (size_t i = 0; i < type->constructor_count; i++) {
    const tlp_combinator *ctor = type->constructors[i];
    bool packed = named(ctor, "gzip_packed") && ctor->has_explicit_id && ctor->id == GZIP_PACKED;
    all = all && (packed || (ctor->builtin && named(ctor, "object")));
  }
  return all;
}

/* Types that are a constructor of that name without fields. */
static const struct {
  const char *type;
  const char *constructor;
  tlp_builtin builtin;
} plain[] = {
    {"Int", "int", TLP_INT},          {"Int32", "int32", TLP_INT},
    {"Long", "long", TLP_LONG},       {"Int53", "int53", TLP_LONG},
    {"Int64", "int64", TLP_LONG},     {"Double", "double", TLP_DOUBLE},
    {"Float", "float", TLP_FLOAT},    {"String", "string", TLP_STRING},
    {"Bytes", "bytes", TLP_BYTES},    {"SecureString", "secureString", TLP_STRING},
    {"Int128", "int128", TLP_INT128}, {"SecureBytes", "secureBytes", TLP_BYTES},
    {"Int256", "int256", TLP_INT256}, {"True", "true", TLP_TRUE},
};

tlp_builtin tlp_find_builtin(const tlp_type *type, const raw_decl *decl) {
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
    if (strcmp(type->name, plain[i].type) == 0 && is_plain(type, plain[i].constructor))
      return plain[i].builtin;
  if (is_bool(type) && strcmp(type->name, "Bool") == 0)
    return TLP_BOOL;
  if (strcmp(type->name, "Object") == 0)
    return is_object(type) ? TLP_OBJECT : TLP_NOT_BUILTIN;
  if (type->constructor_count != 1)
    return TLP_NOT_BUILTIN;
  if (strcmp(type->name, "Vector") == 0)
    return is_vector(decl) ? TLP_VECTOR : TLP_NOT_BUILTIN;
  if (strcmp(type->name, "Bytes") == 0)
    return is_string_field(decl) ? TLP_BYTES : TLP_NOT_BUILTIN;
  if (strcmp(type->name, "Int128") == 0)
    return is_array_of_int(decl, "int128", 4) ? TLP_INT128 : TLP_NOT_BUILTIN;
  if (strcmp(type->name, "Int256") == 0)
    return is_array_of_int(decl, "int256", 8) ? TLP_INT256 : TLP_NOT_BUILTIN;
  bool any = strcmp(type->name, "Function") == 0 && is_plain(type, "function") &&
             type->constructors[0]->builtin;
  return any ? TLP_OBJECT : TLP_NOT_BUILTIN;
}
