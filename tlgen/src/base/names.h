/* names.h: how everything in the generated code is called. No other file makes up a name.
 *
 * The schema's own spelling is kept: `.` becomes `_` and nothing else changes. With prefix `tg`:
 *   auth.sendCode (constructor or function)   struct tg_auth_sendCode, kind TG_auth_sendCode
 *   auth.SentCode (type)                      tg_auth_SentCode, enum tg_auth_SentCode_kind
 *   PHONE_CODE_INVALID, FLOOD_WAIT_%d         TG_ERR_PHONE_CODE_INVALID, TG_ERR_FLOOD_WAIT_X
 * A member whose name is a keyword of C or C++, or a macro that common headers define, gets a
 * trailing `_`; so does whatever would collide with an earlier name. */
#ifndef TLGEN_NAMES_H
#define TLGEN_NAMES_H

#include "base/mem.h"

/* "auth.sendCode" -> "tg_auth_sendCode"; also "pair<string,int>" -> "tg_pair_string_int". */
char *names_mangle(mem *pool, const char *prefix, const char *name);

/* A name that a struct or union can have as a member: keywords and macros get a `_`. */
const char *names_member(mem *pool, const char *name);

/* "FLOOD_WAIT_%d" -> "FLOOD_WAIT_X". */
char *names_error(mem *pool, const char *name);

/* The header that definitions of this name go to: "auth" for auth.sendCode, "core" without a dot.
 */
const char *names_header(mem *pool, const char *prefix, const char *name);

/* "tg/auth.h" -> "TG_AUTH_H". */
char *names_guard(mem *pool, const char *path);

char *names_upper(mem *pool, const char *name);

/* Whether it can be a prefix: a C identifier in lower-case letters and digits, no keyword. */
bool names_prefix_ok(const char *prefix);

/* What a name is for, which decides what is derived from it. */
typedef enum names_kind {
  NAMES_TYPE,        /* of several constructors: tg_X, enum tg_X_kind, TG_X_none */
  NAMES_CONSTRUCTOR, /* tg_x, TG_x, tg_x_box(), tg_x_object() */
  NAMES_FUNCTION     /* tg_x, tg_x_call(), tg_x_result(), tg_x_object(), tg_x_error(), ... */
} names_kind;

/* What was named already, so that no identifier of the generated code is made twice: mangled names,
 * each with what has it. */
typedef struct names_scope {
  dict taken;
} names_scope;

/* Takes a mangled name for what the schema calls `owner`. Returns NULL when it was free and is now
 * taken; otherwise who has it. */
const char *names_take(mem *pool, names_scope *scope, const char *name, names_kind kind,
                       const char *owner);

/* Who has another name that an identifier equal to this name is derived from ("foo" and "foo_box");
 * NULL for nobody. Ask when all names have been taken. */
const char *names_derived_clash(mem *pool, const names_scope *scope, const char *name);

#endif
