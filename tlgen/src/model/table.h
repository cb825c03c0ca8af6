/* table.h: what the tables hold, as the model has it: types, fields, definitions. Their shape is
 * that of runtime/tl/include/tl/schema.h. */
#ifndef TLGEN_TABLE_H
#define TLGEN_TABLE_H

#include "base/mem.h"
#include "ops.h"
#include "tl-parser/tl-parser.h"

typedef struct model_type model_type;
typedef struct model_inst model_inst;
typedef struct model_field model_field;
typedef struct model_def model_def;

/* An entry of the type table. Two equal types are one pointer. */
struct model_type {
  model_op op;      /* OP_SUM until it is known how many constructors are left */
  model_inst *inst; /* SUM, PTR */
  model_def *def;   /* BARE */
  model_type *of;   /* VECTOR, BARE_VECTOR, REPEAT, ARRAY: the elements; WITH: the type */
  unsigned number;  /* REPEAT, WITH: first in model.numbers; ARRAY: how many elements */
  model_type *vector, *bare_vector, *repeats; /* those of this type, if made; arrays too */
  model_type *next_repeat;
  const char *name;    /* as the schema spells it: "Vector<User>" */
  const char *suffix;  /* as names are made from it: "vector_User" */
  const char *c_type;  /* a slot of it in C: "tg_User", "const tg_user *" */
  const char *declare; /* the same with a space where a name needs one before it: "tg_User " */
  uint8_t least;       /* tl_type.least */
  uint16_t index;      /* in the table */
  bool numbered;
  uint8_t hot_used; /* HOT_*: set while tg_hot.c is written: functions of its own do it */
};

/* A type of the schema with its arguments applied: `auth.SentCode`, `Pair<string,int>`. */
struct model_inst {
  const tlp_type *type;
  model_type *const *args; /* one for each parameter; NULL for numbers */
  unsigned n_params;       /* numbers that its definitions are given */
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
  bool is_flags;   /* of a word: it has bits that fields depend on */
  bool is_stored;  /* of a word: what depends on it does not always tell what it was */
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
  const tlp_var **params; /* the numbers that it is given, which are its first words */
  unsigned n_params, n_words;
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
  uint8_t hot_ways;       /* HOT_*, as --hot has it: set with these two while they are written */
  uint8_t hot;            /* tl_def.hot */
  const model_def *shape; /* the one whose functions it has */
  list errors;            /* functions: model_error */
  uint8_t flags;          /* functions: METHOD_* */
  int32_t layer;          /* of another layer: the last that had it; 0: of this one */
  model_def *today;       /* what a form of another layer is in this one; NULL: not a form */
  list forms;             /* model_def: those that are this one today */
};

#endif
