/* names.c: every naming rule of the generated code. */
#include "names.h"

#include <ctype.h>
#include <string.h>

static const char *const reserved[] = {
    /* C11 */
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum",
    "extern", "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict",
    "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef", "union",
    "unsigned", "void", "volatile", "while", "bool", "true", "false",
    /* C23 */
    "alignas", "alignof", "constexpr", "nullptr", "static_assert", "thread_local", "typeof",
    "typeof_unqual",
    /* C++ up to 23 */
    "and", "and_eq", "asm", "bitand", "bitor", "catch", "char8_t", "char16_t", "char32_t", "class",
    "compl", "concept", "const_cast", "consteval", "constinit", "co_await", "co_return", "co_yield",
    "decltype", "delete", "dynamic_cast", "explicit", "export", "friend", "mutable", "namespace",
    "new", "noexcept", "not", "not_eq", "operator", "or", "or_eq", "private", "protected", "public",
    "reinterpret_cast", "requires", "static_cast", "template", "this", "throw", "try", "typeid",
    "typename", "using", "virtual", "wchar_t", "xor", "xor_eq",
    /* macros without arguments of the C library, of compilers and of systems */
    "NULL", "EOF", "BUFSIZ", "RAND_MAX", "EXIT_SUCCESS", "EXIT_FAILURE", "INFINITY", "NAN", "errno",
    "stdin", "stdout", "stderr", "environ", "unix", "linux", "i386", "sun", "mips", "complex",
    "imaginary", "noreturn", "I", "near", "far", "interface", "IN", "OUT", "ERROR", "TRUE", "FALSE",
    "DELETE", "DOMAIN", "OVERFLOW", "UNDERFLOW"};

static bool is_reserved(const char *name) {
  for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
    if (reserved[i][0] == name[0] && strcmp(reserved[i], name) == 0)
      return true;
  return false;
}

/* Letters, digits and `_` stay; runs of anything else become one `_`, none at the end. */
char *names_mangle(mem *pool, const char *name) {
  char *mangled = mem_alloc(pool, strlen(name) + 1), *at = mangled;
  for (const char *p = name; *p; p++) {
    if (isalnum((unsigned char)*p) || *p == '_')
      *at++ = *p;
    else if (p[1] && (at == mangled || isalnum((unsigned char)p[-1]) || p[-1] == '_'))
      *at++ = '_';
  }
  while (at > mangled && at[-1] == '_' && !isalnum((unsigned char)name[strlen(name) - 1]) &&
         name[strlen(name) - 1] != '_')
    *--at = 0;
  return mangled;
}

const char *names_member(mem *pool, const char *name) {
  return is_reserved(name) ? mem_join(pool, name, "_", NULL) : name;
}

char *names_error(mem *pool, const char *name) {
  char *mangled = mem_copy(pool, name, strlen(name)), *at = mangled;
  for (const char *p = name; *p; p++) {
    if (*p == '%' && (p[1] == 'd' || p[1] == 's')) {
      *at++ = 'X';
      p++;
    } else {
      *at++ = isalnum((unsigned char)*p) ? *p : '_';
    }
  }
  *at = 0;
  return mangled;
}

/* Headers that are not of a namespace. */
static bool is_own_header(const char *name) {
  static const char *const own[] = {"core", "types", "schema", "errors"};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (strcmp(own[i], name) == 0)
      return true;
  return false;
}

const char *names_header(mem *pool, const char *prefix, const char *name) {
  size_t length = strcspn(name, ".<[");
  if (name[length] != '.')
    return "core";
  char *header = mem_copy(pool, name, length);
  bool own = is_own_header(header) || strcmp(header, prefix) == 0;
  return own ? mem_join(pool, header, "_", NULL) : header;
}

char *names_upper(mem *pool, const char *name) {
  char *upper = mem_copy(pool, name, strlen(name));
  for (char *p = upper; *p; p++)
    *p = (char)toupper((unsigned char)*p);
  return upper;
}

char *names_guard(mem *pool, const char *path) {
  char *guard = names_upper(pool, path);
  for (char *p = guard; *p; p++)
    if (!isalnum((unsigned char)*p))
      *p = '_';
  return guard;
}

bool names_prefix_ok(const char *prefix) {
  if (!islower((unsigned char)*prefix) || strlen(prefix) > 32 || is_reserved(prefix))
    return false;
  for (const char *p = prefix; *p; p++)
    if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p))
      return false;
  return true;
}

/* Mangled names that would make what every schema has: tg_schema, tg_layer and so on. */
static bool is_fixed(const char *name) {
  static const char *const fixed[] = {"schema", "layer", "errors", "err"};
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
    if (strcmp(fixed[i], name) == 0)
      return true;
  return strncmp(name, "vector_", 7) == 0;
}

typedef struct holder {
  const char *owner;
  names_kind kind;
} holder;

const char *names_take(mem *pool, names_scope *scope, const char *name, names_kind kind,
                       const char *owner) {
  if (is_fixed(name))
    return "a name that every schema has";
  void **slot = dict_put(pool, &scope->taken, name);
  if (*slot)
    return ((const holder *)*slot)->owner;
  holder *new = mem_alloc(pool, sizeof *new);
  *new = (holder){owner, kind};
  *slot = new;
  return NULL;
}

/* What the emitters append to a name. */
static const struct {
  names_kind kind;
  const char *text;
} suffixes[] = {{NAMES_TYPE, "_kind"},       {NAMES_TYPE, "_none"},
                {NAMES_CONSTRUCTOR, "_box"}, {NAMES_CONSTRUCTOR, "_object"},
                {NAMES_FUNCTION, "_call"},   {NAMES_FUNCTION, "_result"},
                {NAMES_FUNCTION, "_object"}, {NAMES_FUNCTION, "_err"},
                {NAMES_FUNCTION, "_error"},  {NAMES_FUNCTION, "_ERR_OTHER"}};

const char *names_derived_clash(mem *pool, const names_scope *scope, const char *name) {
  size_t length = strlen(name);
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    size_t n = strlen(suffixes[i].text);
    if (length <= n || strcmp(name + length - n, suffixes[i].text) != 0)
      continue;
    const holder *stem = dict_get(&scope->taken, mem_copy(pool, name, length - n));
    if (stem && stem->kind == suffixes[i].kind)
      return stem->owner;
  }
  return NULL;
}
