/* tl-parser.h: reads schemas in the TL language.
 *
 * The language is that of https://core.telegram.org/mtproto/TL-formal and
 * https://core.telegram.org/mtproto/TL-combinators. A program makes one schema object, adds any
 * number of source texts to it, closes it, and then reads the tree below:
 *
 *     tlp_schema *s = tlp_schema_new(NULL);
 *     tlp_status st = tlp_schema_add_file(s, "api.tl");
 *     if (st == TLP_OK || st == TLP_ERR_SCHEMA) st = tlp_schema_finish(s);
 *     for (size_t i = 0; i < tlp_schema_diag_count(s); i++) ... tlp_diag_format(...)
 *     if (st == TLP_OK) ... tlp_schema_combinators(s, &n) ...
 *     tlp_schema_free(s);
 *
 * Ownership: everything that a function below returns or that the tree points to belongs to the
 * schema and lives until tlp_schema_free(). Strings end in NUL. Names are interned: within one
 * schema two equal names are one pointer. The tree is read-only.
 *
 * Errors: the library never prints and never ends the program. What is wrong with a schema is
 * collected as diagnostics, all of them and in source order per pass; the status only says whether
 * there was any. Text that a stranger wrote may be any bytes at all.
 *
 * Threads: no globals; one schema may be used by one thread at a time, and by many once it has been
 * finished and is only read. */
#ifndef TL_PARSER_H
#define TL_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(TLP_STATIC)
#define TLP_API
#elif defined(_WIN32)
#ifdef TLP_BUILDING
#define TLP_API __declspec(dllexport)
#else
#define TLP_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define TLP_API __attribute__((visibility("default")))
#else
#define TLP_API
#endif

#if defined(__MINGW32__) && !defined(__clang__)
#define TLP_MUST_USE           __attribute__((warn_unused_result))
#define TLP_PRINTF(fmt, first) __attribute__((format(gnu_printf, fmt, first)))
#elif defined(__GNUC__)
#define TLP_MUST_USE           __attribute__((warn_unused_result))
#define TLP_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#else
#define TLP_MUST_USE
#define TLP_PRINTF(fmt, first)
#endif

typedef enum tlp_status {
  TLP_OK = 0,
  TLP_ERR_SCHEMA, /* the schema is wrong; the diagnostics say where and how */
  TLP_ERR_NOMEM,  /* out of memory; the schema can only be freed */
  TLP_ERR_IO,     /* a file cannot be read; errno is as the C library left it */
  TLP_ERR_LIMIT,  /* a source text is larger than 64 MiB, or there are more than 1,000 of them */
  TLP_ERR_STATE   /* called in the wrong order: add after finish, or finish twice */
} tlp_status;

typedef struct tlp_schema tlp_schema;
typedef struct tlp_combinator tlp_combinator;
typedef struct tlp_type tlp_type;
typedef struct tlp_field tlp_field;
typedef struct tlp_var tlp_var;
typedef struct tlp_expr tlp_expr;

/* Where something stands. Lines and columns count from 1; a column counts bytes. `file` is an index
 * for tlp_schema_file(); TLP_NO_FILE for what is predefined. */
typedef struct tlp_pos {
  uint32_t file;
  uint32_t line;
  uint32_t column;
} tlp_pos;

#define TLP_NO_FILE UINT32_MAX

/* Types whose meaning on the wire the language or MTProto fixes. They are recognised by name, shape
 * and id, whether the schema declares them or not: one that it uses and does not declare is
 * predefined (see tlp_combinator.predefined); a type of that name with another layout or id is a
 * type like any other. */
typedef enum tlp_builtin {
  TLP_NOT_BUILTIN = 0,
  TLP_INT,    /* int: 32 bits, signed, little-endian; also int32 */
  TLP_LONG,   /* long: 64 bits; also int64 and int53 */
  TLP_DOUBLE, /* double: IEEE 754, 64 bits */
  TLP_STRING, /* string; also secureString */
  TLP_BYTES,  /* bytes: as string on the wire; also secureBytes */
  TLP_INT128, /* int128: 16 raw bytes */
  TLP_INT256, /* int256: 32 raw bytes */
  TLP_BOOL,   /* Bool: boolFalse or boolTrue */
  TLP_TRUE,   /* true: no bytes at all when bare */
  TLP_VECTOR, /* Vector t: args[0] of the expression is the element */
  TLP_OBJECT, /* Object: any boxed value; also Function */
  TLP_FLOAT   /* float: IEEE 754, 32 bits, as VK has it */
} tlp_builtin;

/* A variable of a combinator: an implicit argument ({X:Type}, {n:#}), or a field of type # or Type
 * that what follows may refer to. */
typedef enum tlp_kind { TLP_KIND_TYPE, TLP_KIND_NAT } tlp_kind;

struct tlp_var {
  const char *name; /* NULL for an anonymous # */
  tlp_kind kind;
  bool implicit;          /* declared in braces: not on the wire */
  uint32_t number;        /* counts from 0 through the combinator, in order of declaration */
  const tlp_field *field; /* the field that carries it; NULL when implicit */
  tlp_pos pos;
};

typedef enum tlp_expr_kind {
  TLP_EXPR_TYPE,      /* a type, with `args` applied: type, bare, ctor, args */
  TLP_EXPR_TYPE_VAR,  /* a type variable: var, bare (for %X) */
  TLP_EXPR_NAT_TYPE,  /* the type # itself: an unsigned 32-bit number */
  TLP_EXPR_TYPE_KIND, /* the word Type: a field that is a type, which has no wire form */
  TLP_EXPR_NAT,       /* a number: var (or NULL) plus value */
  TLP_EXPR_ARRAY      /* count*[ fields ] */
} tlp_expr_kind;

/* A type expression, or a number among the arguments of one. */
struct tlp_expr {
  tlp_expr_kind kind;
  tlp_pos pos;
  bool bare;                   /* TYPE, TYPE_VAR: without constructor id on the wire */
  bool percent;                /* TYPE, TYPE_VAR: bare because spelled with % */
  bool count_omitted;          /* ARRAY: spelled [ ... ], so `count` is the last # before it,
                                * implicit or not */
  uint32_t value;              /* NAT */
  const tlp_var *var;          /* TYPE_VAR; NAT or NULL */
  const tlp_type *type;        /* TYPE: the type; also when it was named by a constructor */
  const tlp_combinator *ctor;  /* TYPE: the constructor that is meant when bare: the one that was
                                * named (`int`, `vector<T>`, `future_salt`), or the only one of %T.
                                * NULL when boxed, and when %T has several that the arguments tell
                                * apart, as in %(Tuple t 0). */
  const tlp_expr *const *args; /* TYPE: one for each parameter of the type, in its order */
  const tlp_expr *count;       /* ARRAY: how often, a NAT expression; never NULL */
  const tlp_field *fields;     /* ARRAY: what is repeated */
  uint32_t arg_count;
  uint32_t field_count;
};

/* A field: `name:flags.3?!X`. A group (a b:T) stands here as two fields. */
struct tlp_field {
  const char *name; /* NULL when anonymous or `_` */
  tlp_pos pos;      /* of the name, or of the type when anonymous */
  uint32_t index;   /* in its list */
  int cond_bit;     /* see cond_var; 0 to 31, or -1 */
  bool underscore;  /* it was `_` */
  bool bang;        /* !X: a function call that returns X is serialised here */
  const tlp_expr *type;
  const tlp_var *cond_var; /* present only if this # has the bit cond_bit; if it is not 0, when
                            * cond_bit is -1. NULL: always present */
  const tlp_field
      *cond_field;    /* the field that cond_var is; NULL when it is an implicit argument */
  const tlp_var *var; /* the variable that this field declares, or NULL */
};

typedef enum tlp_section { TLP_SECTION_TYPES, TLP_SECTION_FUNCTIONS } tlp_section;

/* A constructor or a function. */
struct tlp_combinator {
  const char *name;       /* "auth.sendCode"; NULL for `_` */
  const char *name_space; /* "auth", all before the last dot; NULL when there is none */
  const char *short_name; /* "sendCode"; NULL for `_` */
  uint32_t id;            /* as declared; else computed, see tlp_schema_id_rule() */
  uint32_t crc;           /* what the declaration hashes to by TLP_IDS_TL */
  uint32_t telegram_crc;  /* ... and by TLP_IDS_TELEGRAM */
  bool has_explicit_id;
  bool builtin;        /* `int ? = Int;` */
  bool predefined;     /* not in any source: the library's own declaration of it */
  tlp_section section; /* FUNCTIONS also for `= !T` among the types */
  uint32_t index;      /* among tlp_schema_combinators(); UINT32_MAX when predefined */
  uint32_t type_index; /* constructors: place among type->constructors */
  tlp_pos pos;         /* of the name */
  const char *text;    /* the declaration as written, up to and with `;`; no NUL after */
  size_t text_length;
  const char *comment; /* the `//` lines right above it, as written; NULL for none */
  size_t comment_length;
  const char *const *annotations; /* names after @ before the combinator (`@read`), without it */
  size_t annotation_count;
  const tlp_var *const *implicit; /* {X:Type} {n:#}, in order */
  size_t implicit_count;
  const tlp_field *fields;
  size_t field_count;
  const tlp_var *const *vars; /* all variables, by number: also those inside repetitions */
  size_t var_count;
  const tlp_expr *result; /* TYPE or, for functions, also TYPE_VAR */
  const tlp_type *type;   /* the result's type; NULL when the result is a variable */
};

/* A type: a constructor or more (or none: used but never made, which is an error unless `Empty`).
 */
struct tlp_type {
  const char *name;       /* "auth.SentCode" */
  const char *name_space; /* "auth"; NULL when there is none */
  const char *short_name; /* "SentCode" */
  tlp_builtin builtin;
  bool predefined;        /* no source declares it */
  bool is_final;          /* `Final T;` */
  bool overlapping;       /* two of the constructors may be of one and the same instance */
  bool is_empty;          /* `Empty T;` */
  uint32_t index;         /* among tlp_schema_types() */
  const tlp_kind *params; /* one per parameter: Vector t has one TYPE */
  size_t param_count;
  const tlp_combinator *const *constructors; /* in source order */
  size_t constructor_count;
  tlp_pos pos; /* where it was first made, or first used */
};

/* How the id of a combinator follows from its declaration: CRC-32 of its canonical text without id,
 * semicolon, braces, parentheses and angle brackets, with single spaces
 * (https://core.telegram.org/mtproto/TL-combinators). Telegram's own schema hashes an older text:
 * without the fields `name:flags.N?true`, and with `string` where a type is `bytes`. */
typedef enum tlp_id_rule { TLP_IDS_TL, TLP_IDS_TELEGRAM } tlp_id_rule;

/* What stands at the top level of a schema, in source order, for those who write it back. */
typedef enum tlp_decl_kind {
  TLP_DECL_COMBINATOR,
  TLP_DECL_PARTIAL_TYPE,       /* `Vector int;` */
  TLP_DECL_PARTIAL_COMBINATOR, /* `vector int;` */
  TLP_DECL_FINAL,              /* `Final T;` */
  TLP_DECL_NEW,                /* `New T;` */
  TLP_DECL_EMPTY               /* `Empty T;` */
} tlp_decl_kind;

typedef struct tlp_decl {
  tlp_decl_kind kind;
  tlp_section section; /* that it stands in */
  tlp_pos pos;
  const tlp_combinator *combinator; /* COMBINATOR, PARTIAL_COMBINATOR */
  const tlp_type *type;             /* the others */
  const tlp_expr *const *args;      /* PARTIAL_*: what it is applied to */
  size_t arg_count;
} tlp_decl;

typedef struct tlp_file {
  const char *name; /* as given to tlp_schema_add() or tlp_schema_add_file() */
  const char *text; /* a copy of the source, with a NUL after it */
  size_t length;
  int32_t layer; /* from its `// LAYER n`; -1 when it has none */
} tlp_file;

/* ---- diagnostics ---- */

typedef enum tlp_severity { TLP_NOTE, TLP_WARNING, TLP_ERROR } tlp_severity;

typedef enum tlp_diag_code {
  TLP_D_SYNTAX = 1,      /* not in the grammar */
  TLP_D_CHARACTER,       /* a byte that no token starts with */
  TLP_D_COMMENT,         /* a comment without end */
  TLP_D_NUMBER,          /* a number or an id out of range */
  TLP_D_DEPTH,           /* nested too deeply */
  TLP_D_TOO_MANY,        /* too many errors */
  TLP_D_DUPLICATE_NAME,  /* two combinators of one name, two fields of one name */
  TLP_D_DUPLICATE_ID,    /* two combinators of one id */
  TLP_D_UNDEFINED_TYPE,  /* no such type, constructor or variable */
  TLP_D_ARITY,           /* wrong number of type arguments, or constructors that disagree on it */
  TLP_D_ARG_KIND,        /* a number where a type is wanted, or the reverse */
  TLP_D_CONDITION,       /* flags.N? without such a # before it, or N over 31 */
  TLP_D_BARE,            /* %T of a type with no or overlapping constructors; endless bare values */
  TLP_D_RESULT,          /* a result that cannot be one */
  TLP_D_REPETITION,      /* [ ... ] without a # before it */
  TLP_D_BANG,            /* !X where X is no type variable, or in a constructor */
  TLP_D_FINAL,           /* `Final`, `New`, `Empty` broken */
  TLP_D_ID_MISMATCH,     /* warning: the declared id is what neither rule computes */
  TLP_D_UNUSED_IMPLICIT, /* warning: {X:Type} that nothing determines */
  TLP_D_LAYER,           /* warning: two files with different layers */
  TLP_D_CUSTOM           /* from tlp_schema_report(): this, and what is above */
} tlp_diag_code;

typedef struct tlp_diag {
  tlp_severity severity;
  tlp_diag_code code;
  tlp_pos pos;
  uint32_t length;     /* bytes to underline, at least 1 */
  const char *message; /* one line, without file, severity or full stop */
} tlp_diag;

/* ---- making a schema ---- */

/* Where the memory comes from; both functions as malloc and free, with ctx handed through. */
typedef struct tlp_allocator {
  void *(*alloc)(void *ctx, size_t size);
  void (*release)(void *ctx, void *ptr);
  void *ctx;
} tlp_allocator;

/* Makes an empty schema. `allocator` is copied; NULL stands for malloc and free. Returns NULL when
 * there is no memory. */
TLP_API TLP_MUST_USE tlp_schema *tlp_schema_new(const tlp_allocator *allocator);

/* Frees the schema and all that was read from it. NULL is allowed. */
TLP_API void tlp_schema_free(tlp_schema *schema);

/* Parses `length` bytes of source. `name` stands in diagnostics; both are copied. Sources
 * accumulate: each starts in the section of types, and may refer to what other sources declare.
 * TLP_OK; TLP_ERR_SCHEMA when this source has syntax errors (all have been recorded; more sources
 * may be added, and finish still checks the rest); TLP_ERR_NOMEM; TLP_ERR_LIMIT; TLP_ERR_STATE. */
TLP_API TLP_MUST_USE tlp_status tlp_schema_add(tlp_schema *schema, const char *name,
                                               const char *text, size_t length);

/* The same for a file. `path` is its name in diagnostics; "-" is a file of that name, not standard
 * input. Also TLP_ERR_IO. */
TLP_API TLP_MUST_USE tlp_status tlp_schema_add_file(tlp_schema *schema, const char *path);

/* Resolves names, checks types, arities, conditions and ids, and builds the tables below. Once per
 * schema. TLP_OK: no error was recorded here or earlier (warnings and notes may have been);
 * TLP_ERR_SCHEMA; TLP_ERR_NOMEM; TLP_ERR_STATE. Only after TLP_OK is the tree complete and may all
 * of it be relied on. */
TLP_API TLP_MUST_USE tlp_status tlp_schema_finish(tlp_schema *schema);

/* A short English description of a status, without full stop. Never NULL. */
TLP_API const char *tlp_status_text(tlp_status status);

/* ---- reading it: valid after tlp_schema_finish() gave TLP_OK ---- */

/* All combinators in source order, constructors and functions, without the predefined ones.
 * `count` must not be NULL. */
TLP_API const tlp_combinator *const *tlp_schema_combinators(const tlp_schema *schema,
                                                            size_t *count);

/* All types: those that a source makes, in the order of their first constructors, then the others
 * (predefined, `Empty`) that a source uses, in the order of first use; never NULL. */
TLP_API const tlp_type *const *tlp_schema_types(const tlp_schema *schema, size_t *count);

/* All top-level declarations in source order; never NULL. */
TLP_API const tlp_decl *tlp_schema_decls(const tlp_schema *schema, size_t *count);

/* By full name ("auth.SentCode", "auth.sendCode"); NULL when there is none. */
TLP_API const tlp_type *tlp_schema_find_type(const tlp_schema *schema, const char *name);
TLP_API const tlp_combinator *tlp_schema_find(const tlp_schema *schema, const char *name);

/* By id; NULL when there is none. */
TLP_API const tlp_combinator *tlp_schema_find_id(const tlp_schema *schema, uint32_t id);

/* The rule by which the ids that the sources leave out were computed: TELEGRAM when more declared
 * ids are as that rule alone has them than as the language's rule alone has them; else TL. */
TLP_API tlp_id_rule tlp_schema_id_rule(const tlp_schema *schema);

/* The layer of the first source that names one; -1 when none does. Valid after adding, too. */
TLP_API int32_t tlp_schema_layer(const tlp_schema *schema);

/* The sources, in the order added. tlp_schema_file() gives NULL for an index out of range. Valid
 * after adding, too. */
TLP_API size_t tlp_schema_file_count(const tlp_schema *schema);
TLP_API const tlp_file *tlp_schema_file(const tlp_schema *schema, uint32_t index);

/* ---- diagnostics: valid at any time, also after an error ---- */

/* How many there are, and each; NULL for an index out of range. After 1,000 errors the parser gives
 * up (TLP_D_TOO_MANY). */
TLP_API size_t tlp_schema_diag_count(const tlp_schema *schema);
TLP_API const tlp_diag *tlp_schema_diag(const tlp_schema *schema, size_t index);

/* How many of one severity. */
TLP_API size_t tlp_schema_severity_count(const tlp_schema *schema, tlp_severity severity);

/* Adds a diagnostic of the caller's own, so that a linter's findings and the parser's are shown
 * alike. `code` is TLP_D_CUSTOM, or that and a number of the caller's. An error added here does not
 * change what tlp_schema_finish() returned. TLP_OK or TLP_ERR_NOMEM. */
TLP_API tlp_status tlp_schema_report(tlp_schema *schema, tlp_severity severity, int code,
                                     tlp_pos pos, uint32_t length, const char *format, ...)
    TLP_PRINTF(6, 7);

/* Writes a diagnostic as people read it, over three lines, with a line feed after each:
 *     api.tl:12:30: error: no type is called `InputPear`
 *       auth.sendCode#a677244f peer:InputPear = Bool;
 *                                   ^~~~~~~~~
 * A long line is cut around the place. The second and third line are left out where there is no
 * source. Bytes that are not printable ASCII or UTF-8 are shown as `?`.
 * Works as snprintf: at most `size` bytes with the NUL; returns the length of the whole text. */
TLP_API size_t tlp_diag_format(const tlp_schema *schema, const tlp_diag *diag, char *buffer,
                               size_t size);

/* ---- writing it back, and ids ---- */

/* One combinator on one line in canonical spelling, up to and with `;`, without line feed:
 *     auth.sendCode#a677244f phone_number:string api_id:int = auth.SentCode;
 * Ids always have eight digits; they are left out where the source had none. Parsing it gives the
 * same tree. Works as snprintf. */
TLP_API size_t tlp_combinator_print(const tlp_combinator *combinator, char *buffer, size_t size);

/* A type expression in the same spelling: `Vector<InputUser>`, `%Message`, `n*[ a:int ]`, `n+3`. */
TLP_API size_t tlp_expr_print(const tlp_expr *expr, char *buffer, size_t size);

/* The whole schema, one declaration a line, with the section lines and `// LAYER n`. Returns its
 * bytes as snprintf does. */
TLP_API size_t tlp_schema_print(const tlp_schema *schema, char *buffer, size_t size);

/* CRC-32 (IEEE, as in zlib) of `length` bytes. */
TLP_API uint32_t tlp_crc32(const void *data, size_t length);

/* True when two finished schemas have the same declarations in the same order, whatever their
 * spelling, comments and places. */
TLP_API bool tlp_schema_equal(const tlp_schema *a, const tlp_schema *b);

#ifdef __cplusplus
}
#endif

#endif
