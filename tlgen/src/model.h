/* model.h: what the emitters write down, decided once: which definitions there are, what they are
 * called, how they lie in memory, and the numbers that the tables refer to each other by.
 *
 *   tlp_schema -> model_new -> model_facts -> model_build -> emit_*
 *
 * The shape of the tables is that of runtime/tl/include/tl/schema.h. */
#ifndef TLGEN_MODEL_H
#define TLGEN_MODEL_H

#include "model_mem.h"
#include "names.h"
#include "tl-parser/tl-parser.h"

/* The version of tl/schema.h's structs that the emitters write, TL_TABLE_VERSION there. */
enum { MODEL_TABLE_VERSION = 2 };

enum {
  MODEL_NONE = 0xffff, /* TL_NONE; also the highest count of anything in the tables plus one */
  MODEL_WORDS = 7,     /* TL_WORDS */
  MODEL_FIELDS = 1000  /* of one definition, so that its struct stays below 64 KiB */
};

/* enum tl_op, in its order. */
typedef enum model_op {
  OP_INT,
  OP_LONG,
  OP_DOUBLE,
  OP_INT128,
  OP_INT256,
  OP_STRING,
  OP_BYTES,
  OP_BOOL,
  OP_TRUE,
  OP_NAT,
  OP_OBJECT,
  OP_PRIMITIVES,
  OP_SUM = OP_PRIMITIVES,
  OP_PTR,
  OP_BARE,
  OP_VECTOR,
  OP_BARE_VECTOR,
  OP_REPEAT,
  OP_ARRAY,
  OP_WORD
} model_op;

/* The name that the table has for vectors and bare types: "". */
extern const char model_no_name[1];

extern const char *const model_op_names[]; /* "TL_OP_INT", ... */

typedef struct model_type model_type;
typedef struct model_inst model_inst;
typedef struct model_field model_field;
typedef struct model_def model_def;

/* An entry of the type table. Two equal types are one pointer. */
struct model_type {
  model_op op;      /* OP_SUM until it is known how many constructors are left */
  model_inst *inst; /* SUM, PTR */
  model_def *def;   /* BARE */
  model_type *of;   /* VECTOR, BARE_VECTOR, REPEAT, ARRAY: the elements */
  unsigned number;  /* REPEAT: number of the # word; ARRAY: of elements */
  model_type *vector, *bare_vector, *repeats; /* those of this type, if made; arrays too */
  model_type *next_repeat;
  const char *name;    /* as the schema spells it: "Vector<User>" */
  const char *suffix;  /* as names are made from it: "vector_User" */
  const char *c_type;  /* a slot of it in C: "tg_User", "const tg_user *" */
  const char *declare; /* the same with a space where a name needs one before it: "tg_User " */
  uint8_t least;       /* tl_type.least */
  uint16_t index;      /* in the table */
  bool numbered;
};

/* A type of the schema with its arguments applied: `auth.SentCode`, `Pair<string,int>`. */
struct model_inst {
  const tlp_type *type;
  model_type *const *args; /* one for each parameter */
  unsigned depth;          /* how deeply instances nest in its arguments */
  const char *name;        /* "Pair<string,int>" */
  const char *base;        /* mangled, free of collisions: "Pair_string_int" */
  const char *c_name;      /* "tg_Pair_string_int" */
  list defs;               /* model_def: its constructors; after model_build only live ones */
  list returned_by;        /* model_def: the functions that return it, also in a vector */
  model_type *boxed;
  bool wanted;
};

struct model_field {
  const tlp_field *source; /* NULL: of a boxed builtin (`Int`), the value */
  const char *name;        /* as the schema spells it; "arg2" when it has none */
  const char *member;      /* of the struct; NULL when not stored */
  const char *has;         /* of the struct, the bool beside a conditional scalar; or NULL */
  model_type *type;
  int word, bit;   /* the condition; word is -1 when there is none */
  bool is_word;    /* a # that other fields depend on: OP_WORD, whatever its type */
  unsigned number; /* of a word: counted from 0 */
  bool shared;     /* the bit of the condition has other fields as well */
};

/* OP_WORD, or what its type is: a sum may turn into a pointer while constructors are left out. */
model_op model_field_op(const model_field *field);

/* A member of a struct: what a field holds, or the has_x beside it. */
typedef struct model_member {
  uint16_t field; /* index in model_def.fields */
  bool is_has;
} model_member;

/* A constructor, a function, or the group of a repetition. */
struct model_def {
  const tlp_combinator *source;
  const tlp_field *source_fields;
  size_t source_count;
  bool group; /* of a repetition: without id, not to be found by name */
  bool function;
  model_inst *inst;   /* its type; NULL for functions, groups, constructors of Bool, Object */
  model_type **env;   /* what its type variables stand for, by tlp_var.number; or NULL */
  model_type *result; /* its type or what it returns; NULL for groups */
  model_type *bare;   /* its OP_BARE type, if made */
  uint32_t id;
  const char *name;          /* "auth.signIn", "pair<string,int>", "foo.items[]" */
  const char *base, *c_name; /* as in model_inst */
  const char *member;        /* of the union of its type: "auth_sentCode" */
  const char *header;        /* "auth" */
  model_field *fields;       /* in the order of the wire */
  size_t n_fields;
  model_member *members; /* in the order of the struct */
  size_t n_members;
  unsigned n_words;
  uint16_t index, first_field;
  const char *refused;     /* why it cannot be generated, or NULL */
  const char *root_reason; /* the same, or that of a definition which nobody is warned of */
  tlp_pos refused_at;
  bool wanted; /* to be generated; after model_build only such are in any list */
  uint8_t least_state, least;
  uint64_t always; /* this and the next four are set while they are written: tl_def */
  uint16_t first_bit, first_option;
  uint8_t n_options;
  bool wide;
  list errors;   /* functions: model_error */
  uint8_t flags; /* functions: METHOD_* */
};

enum { ERROR_CODES = 8 }; /* most of one error */

/* One of the server's errors. */
typedef struct model_error {
  const char *name;       /* "FLOOD_WAIT_%d" */
  const char *c_name;     /* "FLOOD_WAIT_X" */
  int codes[ERROR_CODES]; /* the usual one first */
  size_t n_codes;
  const char *file; /* the table that named it last */
  bool global;      /* any method may return it */
  bool listed;      /* the list says for some method that it returns it */
  bool used;        /* such a method is generated */
  uint16_t value;   /* of the enum, from 1 */
} model_error;

/* That a method returns an error; what a method is like. As read, before they are put to use. */
typedef struct model_fact {
  const char *method;
  model_error *error;
} model_fact;

typedef struct model_method {
  const char *name;
  uint8_t flags;
} model_method;

/* TL_METHOD_* of tl/errors.h; KNOWN is only for the comments. */
enum {
  METHOD_USERS_ONLY = 1,
  METHOD_BOTS_ONLY = 2,
  METHOD_UNAUTHORIZED = 4,
  METHOD_KNOWN = 128 /* that neither or one of the first two is set is known to be so */
};

typedef struct model_options {
  const char *prefix;      /* "tg" */
  const char *doc_url;     /* "https://core.telegram.org", or NULL */
  const char *provenance;  /* where it all comes from, for the head of each file */
  const char *const *only; /* patterns of --only */
  size_t only_count;       /* 0: everything */
  bool keep_words;         /* store every # word */
} model_options;

typedef struct model {
  mem pool;
  tlp_schema *schema;
  model_options options;
  const char *prefix, *upper; /* "tg", "TG" */
  int32_t layer;              /* 0 when the schema does not say */
  model_type *primitives[OP_PRIMITIVES];
  list all_types; /* model_type, the primitives first */
  list insts;     /* model_inst, in order of first constructor */
  list *insts_of; /* by tlp_type.index */
  list all_defs;  /* model_def, as made */
  dict functions; /* model_def, by name */
  dict errors_by_name;
  list errors;         /* model_error; after model_build those to generate, by name */
  list facts, methods; /* model_fact, model_method */
  bool has_errors;     /* a list of them was given */
  /* made by model_build() */
  list defs;       /* model_def: as in the table */
  list types;      /* model_type: as in the table */
  list headers;    /* const char *: "core", "auth", ... */
  name_pool names; /* of fields, definitions and types */
  size_t n_constructors, n_fields;
  size_t left_out; /* definitions that cannot be generated; each has a warning */
} model;

/* Starts a model. The schema, which must have been finished, gets the warnings, and has to outlive
 * the model, as has what options points to. */
void model_new(model *m, tlp_schema *schema, const model_options *options);
void model_free(model *m);

/* Reads the facts about errors and methods; see model_facts.c for the format. `text` is
 * NUL-terminated and has to outlive the model. False when the text is not such a table: a message
 * has been printed. */
bool model_add_errors(model *m, const char *file, char *text);
bool model_add_methods(model *m, const char *file, char *text);

/* Decides everything. False when nothing can be generated at all: a message has been printed. */
bool model_build(model *m);

/* ---- between the files of the model ---- */

/* model_types.c: the types that there are, made when first asked for. */
void model_types_init(model *m);
model_type *model_bare(model *m, model_def *def);
model_type *model_vector(model *m, model_type *of, bool bare);
model_type *model_repeat(model *m, model_type *of, unsigned word);
model_type *model_array(model *m, model_type *of, unsigned count);

/* The primitive that a builtin type is when bare; OP_PRIMITIVES for none. */
model_op model_builtin_op(tlp_builtin builtin);

/* The type with these arguments applied, with its constructors among the definitions; NULL when
 * that would go on without end. */
model_inst *model_instance(model *m, const tlp_type *type, model_type *const *args);

/* What a type expression in that definition stands for; NULL (and the definition refused) when it
 * cannot be generated. */
model_type *model_resolve(model *m, model_def *def, const tlp_expr *expr);

/* model_fields.c: resolves the fields and the result of a definition, which may make more of them.
 */
void model_resolve_def(model *m, model_def *def);

/* model.c */
model_def *model_add_def(model *m, const tlp_combinator *source, const char *name);
/* Marks it as one that cannot be generated; the first reason counts. `reason` lives in the pool. */
void model_refuse(model_def *def, tlp_pos pos, const char *reason);

/* model_select.c: leaves out what cannot be generated or is not wanted. */
bool model_select(model *m);

/* model_layout.c: names, and the members of the structs. */
void model_name_all(model *m);

/* model_facts.c: gives each function its errors and flags, and each error its number. */
void model_apply_facts(model *m);

/* model_number.c: the numbers that the tables use. False (and a message) when they run out. */
bool model_number_all(model *m);

#endif
