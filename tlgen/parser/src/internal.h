/* internal.h: what the files of libtl-parser share.
 *
 * A schema goes through three passes. Adding a source lexes and parses it into raw declarations, in
 * which names are just names. Finishing first gives every combinator its type and every type its
 * parameters (types.c), then resolves all names (resolve.c, resolve_expr.c), then computes and
 * checks the ids (ids.c). Everything is allocated in one arena. Out of memory is sticky: the arena
 * remembers it, functions return NULL or false, and the public call returns TLP_ERR_NOMEM. */
#ifndef TLP_INTERNAL_H
#define TLP_INTERNAL_H

#include "tl-parser/tl-parser.h"

#define TLP_MAX_SOURCE ((size_t)64 << 20)
#define TLP_MAX_FILES  1000u
#define TLP_MAX_ERRORS 1000u
#define TLP_MAX_DEPTH  200u

/* ---- arena.c ---- */

typedef struct tlp_arena {
  tlp_allocator memory;
  struct tlp_chunk *chunk;
  size_t used;
  size_t size;
  bool out_of_memory;
} tlp_arena;

/* Zeroed memory, aligned for pointers; NULL when there is none. Lives as long as the arena. */
void *tlp_alloc(tlp_arena *arena, size_t size);
void *tlp_alloc_array(tlp_arena *arena, size_t count, size_t size);
/* Room for a text, not initialised, and the NUL after it. */
char *tlp_alloc_text(tlp_arena *arena, size_t length);
char *tlp_copy_text(tlp_arena *arena, const char *text, size_t length);
void tlp_arena_free(tlp_arena *arena);

/* An array that grows; elements are in the arena, so pointers to them do not survive growth. */
typedef struct tlp_list {
  void *items;
  size_t count;
  size_t capacity;
} tlp_list;

/* Appends `size` zeroed bytes and gives their place, or NULL. */
void *tlp_list_add(tlp_arena *arena, tlp_list *list, size_t size);

/* ---- names.c ---- */

typedef struct tlp_name {
  const char *text;
  uint32_t length;
  uint32_t hash;
  struct tlp_name *next;
  tlp_combinator *combinator; /* that is called so */
  tlp_type *type;             /* that is called so */
  struct tlp_variable *var;   /* in scope under this name, during resolution */
  uint32_t field_list;        /* the innermost open list of fields that has this name; 0: none */
  uint32_t dot;               /* bytes before the last dot; 0: none */
  bool upper;                 /* the last part starts with a capital */
  bool poisoned;              /* its declaration had errors: no complaints about uses of it */
} tlp_name;

typedef struct tlp_names {
  tlp_name **buckets;
  size_t size; /* a power of two */
  size_t count;
} tlp_names;

tlp_name *tlp_intern(tlp_arena *arena, tlp_names *names, const char *text, size_t length);
tlp_name *tlp_lookup(const tlp_names *names, const char *text, size_t length);

/* ---- the raw tree ---- */

typedef struct raw_field raw_field;
typedef struct raw_expr raw_expr;

typedef enum raw_kind {
  RAW_NAME,    /* name */
  RAW_NUMBER,  /* value */
  RAW_HASH,    /* # */
  RAW_APPLY,   /* child applied to args */
  RAW_PERCENT, /* % child */
  RAW_PLUS,    /* child + value */
  RAW_ARRAY    /* child*[ fields ]; child NULL: [ fields ] */
} raw_kind;

struct raw_expr {
  raw_kind kind;
  tlp_pos pos;
  uint32_t length;
  union {
    uint32_t value;       /* NUMBER, PLUS */
    uint32_t arg_count;   /* APPLY */
    uint32_t field_count; /* ARRAY */
  };
  union {
    tlp_name *name;  /* NAME */
    raw_expr *child; /* APPLY, PERCENT, PLUS, ARRAY */
  };
  union {
    raw_expr *args;    /* APPLY */
    raw_field *fields; /* ARRAY */
  };
  raw_expr *next; /* the next argument of the same list */
};

struct raw_field {
  tlp_name *name;
  tlp_pos pos;
  uint32_t length;
  bool underscore;
  bool bang;
  tlp_name *cond;
  tlp_pos cond_pos;
  int cond_bit;
  raw_expr *type;
  raw_field *next;
};

typedef struct raw_decl {
  tlp_decl_kind kind;
  tlp_section section;
  tlp_pos pos;
  uint32_t length;
  tlp_name *name; /* NULL for `_` */
  uint32_t id;
  bool has_id;
  bool builtin;
  const char *text;
  size_t text_length;
  const char *comment;
  size_t comment_length;
  const char **annotations;
  uint32_t annotation_count;
  raw_field *implicit;
  uint32_t implicit_count;
  raw_field *fields;
  uint32_t field_count;
  bool result_bang;
  raw_expr *result;
  raw_expr *args; /* PARTIAL_* */
  uint32_t arg_count;
  struct tlp_combinator *out;
  struct raw_decl *next;
} raw_decl;

/* A variable with what only the resolver wants to know of it. */
typedef struct tlp_variable {
  tlp_var pub;
  bool determined; /* occurs in the result, or as !X */
} tlp_variable;

/* ---- schema.c ---- */

/* %T of a type with several constructors, to be looked at when all of them are resolved. */
typedef struct tlp_percent_use {
  const tlp_type *type;
  tlp_pos pos;
  uint32_t length;
} tlp_percent_use;

struct tlp_schema {
  tlp_arena arena;
  tlp_names names;
  tlp_list files;        /* tlp_file */
  tlp_list diags;        /* tlp_diag */
  tlp_list combinators;  /* const tlp_combinator * */
  tlp_list types;        /* const tlp_type * */
  tlp_list decls;        /* tlp_decl */
  tlp_list percent_uses; /* tlp_percent_use */
  raw_decl *raw_first;
  raw_decl *raw_last;
  const tlp_combinator **ids; /* open addressing, 0 or a power of two of them */
  size_t id_size;
  size_t severities[3];
  tlp_id_rule id_rule;
  bool finished;
};

void tlp_add_raw(tlp_schema *schema, raw_decl *decl);

/* ---- diag.c ---- */

void tlp_report(tlp_schema *schema, tlp_severity severity, tlp_diag_code code, tlp_pos pos,
                uint32_t length, const char *format, ...) TLP_PRINTF(6, 7);

/* True when so many errors are known that parsing should end. */
bool tlp_too_many(const tlp_schema *schema);

/* ---- lex.c ---- */

typedef enum tlp_token_kind {
  TOKEN_END,
  TOKEN_ERROR, /* reported already */
  TOKEN_NAME,  /* name; may have dots */
  TOKEN_NUMBER,
  TOKEN_UNDERSCORE,
  TOKEN_DASHES, /* --- */
  TOKEN_CHAR    /* one of : ; ( ) [ ] { } = # ? % + < > , . * ! @; in `symbol` */
} tlp_token_kind;

typedef struct tlp_token {
  tlp_token_kind kind;
  char symbol;
  tlp_pos pos;
  size_t offset;
  uint32_t length;
  uint32_t value;
} tlp_token;

/* Reads tokens one by one. A copy of it is a bookmark. */
typedef struct tlp_lexer {
  tlp_schema *schema; /* NULL: looking ahead, report nothing */
  const char *text;
  size_t length;
  size_t at;
  size_t line_start;
  uint32_t line;
  uint32_t file;
  int32_t layer; /* from // LAYER n, or -1 */
  size_t comment_start;
  size_t comment_end;
  uint32_t comment_line; /* that the last block of // lines ended on; 0: none */
} tlp_lexer;

void tlp_lexer_init(tlp_lexer *lexer, tlp_schema *schema, uint32_t file, const char *text,
                    size_t length);
tlp_token tlp_lex(tlp_lexer *lexer);

/* The first character of the next token, NUL at the end; the token itself stays. */
char tlp_peek_char(const tlp_lexer *lexer);

/* Reads the digits of an id that follow a `#` at the current place, without space. Reports, and
 * returns false, when there are none, more than eight, or something sticks to them. */
bool tlp_lex_id(tlp_lexer *lexer, uint32_t *id);

/* ---- parse.c, parse_expr.c ---- */

typedef struct tlp_parser {
  tlp_schema *schema;
  tlp_lexer lexer;
  tlp_token token; /* not yet consumed */
  size_t end;      /* offset after the last token consumed */
  tlp_section section;
  unsigned depth;
} tlp_parser;

/* Parses a source into raw declarations at the end of the schema's list. */
void tlp_parse(tlp_schema *schema, uint32_t file);

/* Parses one declaration of the library's own. */
raw_decl *tlp_parse_predefined(tlp_schema *schema, const char *text);

void tlp_next(tlp_parser *parser);
bool tlp_is(const tlp_parser *parser, char symbol);
bool tlp_accept(tlp_parser *parser, char symbol);

/* Consumes `symbol` or reports that it was expected `where`. */
bool tlp_expect(tlp_parser *parser, char symbol, const char *where);

/* Reports what stands there and what should; false. */
bool tlp_unexpected(tlp_parser *parser, const char *expected);

/* The token after the present one. */
tlp_token tlp_peek(const tlp_parser *parser);
tlp_name *tlp_token_name(tlp_parser *parser);

/* Each gives NULL (reported) on an error. A subexpr is a term or a sum; an expr applies the first
 * subexpr to the others. */
raw_expr *tlp_parse_expr(tlp_parser *parser);
raw_expr *tlp_parse_subexpr(tlp_parser *parser);
raw_expr *tlp_new_expr(tlp_parser *parser, raw_kind kind);
bool tlp_starts_term(const tlp_parser *parser);

/* Arguments up to a token that cannot start one: T1 T2 ...; and <T1, T2, ...>. */
bool tlp_parse_args(tlp_parser *parser, raw_expr **args, uint32_t *count);
bool tlp_parse_angle_args(tlp_parser *parser, raw_expr **args, uint32_t *count);

/* Fields, up to a token that cannot start one. */
bool tlp_parse_fields(tlp_parser *parser, raw_field **fields, uint32_t *count);

/* ---- predefined.c ---- */

/* Adds those predefined declarations to `first`.. that the sources mention and do not make. */
bool tlp_add_predefined(tlp_schema *schema, raw_decl **first);
tlp_builtin tlp_find_builtin(const tlp_type *type);

/* ---- types.c ---- */

/* Makes a combinator of each raw one, and its type; false only when out of memory. */
bool tlp_declare(tlp_schema *schema, raw_decl *decl, bool predefined);
tlp_type *tlp_type_of_name(tlp_schema *schema, tlp_name *name, tlp_pos pos);

/* Adds the type to the public list if it is not there. */
bool tlp_list_type(tlp_schema *schema, tlp_type *type);

/* Types while they are being built: constructors as a list. */
typedef struct tlp_type_builder {
  tlp_type pub; /* first, so that a tlp_type * is one of these */
  tlp_list constructors;
  bool params_known;
  bool has_default; /* a constructor `_` */
  bool closed;      /* `Final` or `Empty` was seen */
} tlp_type_builder;

/* ---- resolve.c, resolve_expr.c ---- */

typedef struct tlp_binding {
  tlp_name *name;
  tlp_variable *var;
  uint32_t field_list;
} tlp_binding;

typedef struct tlp_resolver {
  tlp_schema *schema;
  raw_decl *decl;
  tlp_list bindings; /* tlp_binding: what to restore */
  tlp_list vars;     /* const tlp_var * of this combinator */
  tlp_variable *last_nat;
  uint32_t lists;     /* lists of fields opened so far */
  uint32_t open_list; /* the innermost one */
  bool in_result;
} tlp_resolver;

bool tlp_resolve(tlp_resolver *resolver, raw_decl *decl);
bool tlp_resolve_fields(tlp_resolver *resolver, const raw_field *raw, uint32_t count,
                        const tlp_field **fields);
tlp_variable *tlp_new_variable(tlp_resolver *resolver, const raw_field *raw, tlp_kind kind);

/* Binds a name until tlp_unbind() is called with the count of bindings before it. */
bool tlp_bind(tlp_resolver *resolver, tlp_name *name, tlp_variable *var);
void tlp_unbind(tlp_resolver *resolver, size_t count);

/* NULL on an error, which has been reported. */
const tlp_expr *tlp_resolve_type(tlp_resolver *resolver, const raw_expr *raw);
const tlp_expr *tlp_resolve_nat(tlp_resolver *resolver, const raw_expr *raw);
bool tlp_resolve_args(tlp_resolver *resolver, const tlp_type *type, const raw_expr *raw,
                      uint32_t count, const tlp_expr *const **args);

/* True for `Type` and `#`, which make a field a variable. */
bool tlp_variable_kind(const raw_expr *raw, tlp_kind *kind);

/* ---- check.c ---- */

bool tlp_check(tlp_schema *schema);

/* ---- ids.c ---- */

bool tlp_assign_ids(tlp_schema *schema);

/* ---- print.c ---- */

typedef enum tlp_style {
  STYLE_PRETTY,
  STYLE_TL,      /* what the language hashes */
  STYLE_TELEGRAM /* what Telegram hashes */
} tlp_style;

typedef struct tlp_writer {
  char *buffer;
  size_t size;
  size_t length; /* of the whole text, also what did not fit */
} tlp_writer;

void tlp_write(tlp_writer *writer, const char *text, size_t length);
void tlp_write_text(tlp_writer *writer, const char *text);
void tlp_write_end(tlp_writer *writer);
void tlp_write_combinator(tlp_writer *writer, const tlp_combinator *combinator, tlp_style style);

/* True when the two styles that are hashed differ for this combinator. */
bool tlp_telegram_differs(const tlp_combinator *combinator);

#endif
