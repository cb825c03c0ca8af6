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

/* Which names mean what; `plain`: only when the type is a single constructor without fields, so
 * that a schema may have a type of its own by that name. */
static const struct {
  const char *type;
  tlp_builtin builtin;
  bool plain;
} builtins[] = {
    {"Int", TLP_INT, true},           {"Int32", TLP_INT, true},
    {"Long", TLP_LONG, true},         {"Int53", TLP_LONG, true},
    {"Int64", TLP_LONG, true},        {"Double", TLP_DOUBLE, true},
    {"String", TLP_STRING, true},     {"SecureString", TLP_STRING, true},
    {"SecureBytes", TLP_BYTES, true}, {"True", TLP_TRUE, true},
    {"Bytes", TLP_BYTES, false},      {"Int128", TLP_INT128, false},
    {"Int256", TLP_INT256, false},    {"Bool", TLP_BOOL, false},
    {"Vector", TLP_VECTOR, false},    {"Object", TLP_OBJECT, false},
    {"Function", TLP_OBJECT, true},
};

static bool is_bool(const tlp_type *type) {
  return type->constructor_count == 2 && type->constructors[0]->name &&
         type->constructors[1]->name && strcmp(type->constructors[0]->name, "boolFalse") == 0 &&
         strcmp(type->constructors[1]->name, "boolTrue") == 0;
}

static bool shape_fits(const tlp_type *type, tlp_builtin builtin) {
  if (builtin == TLP_VECTOR)
    return type->param_count == 1 && type->params[0] == TLP_KIND_TYPE;
  if (builtin == TLP_OBJECT)
    return type->param_count == 0;
  if (builtin == TLP_BOOL)
    return is_bool(type);
  return type->param_count == 0 && type->constructor_count == 1;
}

tlp_builtin tlp_find_builtin(const tlp_type *type) {
  for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++) {
    if (strcmp(type->name, builtins[i].type) != 0)
      continue;
    if (builtins[i].plain &&
        (type->constructor_count != 1 || type->constructors[0]->field_count != 0))
      return TLP_NOT_BUILTIN;
    return shape_fits(type, builtins[i].builtin) ? builtins[i].builtin : TLP_NOT_BUILTIN;
  }
  return TLP_NOT_BUILTIN;
}
