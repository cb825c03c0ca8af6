/* names.c: every naming rule of the generated code. */
#include "base/names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Keywords of C up to C23 and of C++ up to C++23, and macros without arguments that the C library,
 * compilers and systems define. In the order of strcmp. */
/* clang-format off */
static const char *const reserved[] = {
    "BUFSIZ", "DELETE", "DOMAIN", "EOF", "ERROR", "EXIT_FAILURE", "EXIT_SUCCESS", "FALSE", "I",
    "IN", "INFINITY", "NAN", "NULL", "OUT", "OVERFLOW", "RAND_MAX", "TRUE", "UNDERFLOW", "alignas",
    "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch",
    "char", "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield",
    "compl", "complex", "concept", "const", "const_cast", "consteval", "constexpr", "constinit",
    "continue", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
    "environ", "errno", "explicit", "export", "extern", "false", "far", "float", "for", "friend",
    "goto", "i386", "if", "imaginary", "inline", "int", "interface", "linux", "long", "mips",
    "mutable", "namespace", "near", "new", "noexcept", "noreturn", "not", "not_eq", "nullptr",
    "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast",
    "requires", "restrict", "return", "short", "signed", "sizeof", "static", "static_assert",
    "static_cast", "stderr", "stdin", "stdout", "struct", "sun", "switch", "template", "this",
    "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "typeof",
    "typeof_unqual", "union", "unix", "unsigned", "using", "virtual", "void", "volatile", "wchar_t",
    "while", "xor", "xor_eq"};
/* clang-format on */

static int compare_word(const void *key, const void *word) {
  const char *a = key, *b = *(const char *const *)word;
  return *a != *b ? *a - *b : strcmp(a, b);
}

static bool is_reserved(const char *name) {
  size_t count = sizeof reserved / sizeof *reserved;
  return bsearch(name, reserved, count, sizeof *reserved, compare_word) != NULL;
}

static bool is_word_char(char c) {
  return isalnum((unsigned char)c) || c == '_';
}

/* Letters, digits and `_` stay; runs of anything else between them become one `_`. */
char *names_mangle(mem *pool, const char *prefix, const char *name) {
  size_t length = strlen(prefix);
  char *mangled = mem_alloc(pool, length + strlen(name) + 2), *at = mangled + length;
  memcpy(mangled, prefix, length);
  *at++ = '_';
  bool gap = false;
  for (const char *p = name; *p; p++) {
    if (!is_word_char(*p)) {
      gap = true;
      continue;
    }
    if (gap && at > mangled + length + 1)
      *at++ = '_';
    gap = false;
    *at++ = *p;
  }
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

/* Mangled names that would make what every schema has: tg_schema, tg_layer and so on, and names
 * like those of vectors. */
static bool is_fixed(const char *name) {
  static const char *const fixed[] = {"schema", "layer", "errors", "err"};
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
    if (strcmp(fixed[i], name) == 0)
      return true;
  return strncmp(name, "vector_", 7) == 0 && name[strlen(name) - 1] != '_';
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
#define SUFFIX(kind, text)                                                                         \
  { kind, sizeof text - 1, text }
static const struct {
  names_kind kind;
  size_t length;
  const char *text;
} suffixes[] = {SUFFIX(NAMES_TYPE, "_kind"),       SUFFIX(NAMES_TYPE, "_none"),
                SUFFIX(NAMES_CONSTRUCTOR, "_box"), SUFFIX(NAMES_CONSTRUCTOR, "_object"),
                SUFFIX(NAMES_FUNCTION, "_call"),   SUFFIX(NAMES_FUNCTION, "_result"),
                SUFFIX(NAMES_FUNCTION, "_object"), SUFFIX(NAMES_FUNCTION, "_err"),
                SUFFIX(NAMES_FUNCTION, "_error"),  SUFFIX(NAMES_FUNCTION, "_ERR_OTHER")};

const char *names_derived_clash(mem *pool, const names_scope *scope, const char *name) {
  size_t length = strlen(name);
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    size_t n = suffixes[i].length;
    if (length <= n || name[length - n] != '_' || strcmp(name + length - n, suffixes[i].text) != 0)
      continue;
    const holder *stem = dict_get(&scope->taken, mem_copy(pool, name, length - n));
    if (stem && stem->kind == suffixes[i].kind)
      return stem->owner;
  }
  return NULL;
}
