/* The tables that tlgen writes for a schema, and the values they describe.
 *
 * A schema is data: constructors and functions ("definitions"), their fields, and type expressions,
 * all `const` and cross-referenced by 16-bit index, so that the tables need no relocation and no
 * set-up. One interpreter (tl/codec.h) encodes, decodes and skips any of them; tl/json.h and
 * tl/print.h show them.
 *
 * How a TL type is held in C (the "slot" of a type):
 *   int, long, double, int128, int256   int32_t, int64_t, double, tl_int128, tl_int256
 *   float                               float
 *   string, bytes                       tl_string, tl_bytes
 *   Bool, flags.N?true                  bool
 *   #                                   uint32_t; where fields depend on it, see tl_field.offset
 *   T with several constructors         struct { enum kind; union of const pointers }, as tl_sum
 *   T with one constructor, and %T      const struct *
 *   Vector<T>, n*[ T ], 16*[ T ]        struct { const slot *items; size_t count; }, as tl_vector
 *   Object, !X                          tl_object
 * A conditional number or Bool has a `bool has_x` beside it, which is needed for a zero only: what
 * is not zero is there. Everything else says absent by itself: NULL, kind 0, false. An empty string
 * or vector that is present has a data or items that is not NULL.
 */
#ifndef TL_SCHEMA_H
#define TL_SCHEMA_H

#include <tl/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Version of these structs. Generated code does not compile against another one. */
#define TL_TABLE_VERSION 5

/* The first TL_OP_PRIMITIVES entries of every schema's type table are these primitives, in this
 * order, so that a primitive's type index is its op. */
enum tl_op {
  TL_OP_INT,
  TL_OP_LONG,
  TL_OP_DOUBLE,
  TL_OP_INT128,
  TL_OP_INT256,
  TL_OP_STRING,
  TL_OP_BYTES,
  TL_OP_BOOL,
  TL_OP_TRUE,   /* no bytes: only the bit of its condition */
  TL_OP_NAT,    /* a # that no field depends on: an unsigned number like any other */
  TL_OP_OBJECT, /* any boxed constructor or function of the schema */
  TL_OP_PRIMITIVES,
  TL_OP_SUM = TL_OP_PRIMITIVES, /* boxed, two constructors or more: defs arg .. arg+count-1, kind 1
                                   is arg */
  TL_OP_PTR,                    /* boxed, one constructor: def arg */
  TL_OP_BARE,                   /* constructor arg without its id */
  TL_OP_VECTOR,                 /* boxed vector of type arg */
  TL_OP_BARE_VECTOR,            /* count and elements of type arg, no id */
  TL_OP_REPEAT, /* elements of type arg, as many as number `count` in tl_schema.numbers says */
  TL_OP_ARRAY,  /* `count` elements of type arg, always that many */
  TL_OP_FLOAT,  /* float: IEEE 754, 32 bits, as VK has it; not among the primitives of a schema that
                   does not use it */
  TL_OP_WITH, /* type arg, a declared one whose definitions are given numbers: those from `count` on
                 in tl_schema.numbers. The slot is that of arg */
  TL_OP_WORD  /* of fields only, with the type TL_OP_NAT: a # that other fields depend on. Computed
                 from what they hold, not stored */
};

#define TL_NONE       0xffffu /* no such offset or index */
#define TL_ALWAYS     0xffu   /* field.cond of a field without a condition */
#define TL_WORD_WHOLE 0x100u  /* in tl_field.aux of a TL_OP_WORD: see there */
#define TL_WORDS      7       /* # words of one definition that its fields may depend on */

typedef struct tl_type {
  uint32_t name;  /* in names: "auth.SentCode"; of vectors and bare types: "" */
  uint16_t arg;   /* by op: first definition, or element type */
  uint16_t count; /* by op: number of constructors, or of elements, or first in numbers */
  uint8_t op;
  uint8_t slot;  /* size of a slot of this type, bytes */
  uint8_t least; /* a value takes at least this many times 4 bytes on the wire (255: that or more).
                    A boxed value inside counts as 1, a conditional field as 0. */
} tl_type;

/* Fields stand in the order of the wire. In the struct those of one size class stand in that order
 * too, so that neighbours on the wire are often neighbours in memory: a run, which is moved at
 * once. */
typedef struct tl_field {
  uint16_t type;   /* in types */
  uint16_t offset; /* of the slot in the struct; TL_NONE: not stored. A TL_OP_WORD that is stored
                      holds the bits that no field stands for, which survive being read and written;
                      with TL_WORD_WHOLE, and if it is conditional, all as it came, which counts
                      when encoding where nothing else tells */
  uint16_t aux;    /* conditional number, Bool or stored TL_OP_WORD: offset of its has_x. Other
                      TL_OP_WORD: its number, the words that the definition is given counted first,
                      and perhaps TL_WORD_WHOLE. Unconditional TL_OP_INT, LONG, DOUBLE: how many of the
                      next fields have the same op, no condition either and the next slots.
                      Otherwise 0. */
  uint8_t cond;    /* TL_ALWAYS, or number of the # word << 5 | bit */
  uint8_t op;      /* that of its type (of TL_OP_WITH: of the type in it), or TL_OP_WORD */
} tl_field;

/* A number that a definition is given, or that says how often something repeats: the # word of the
 * definition that it stands in, and something to add to it. */
typedef struct tl_number {
  uint32_t add;
  uint8_t
      word; /* the words that a definition is given come first; TL_NO_WORD: the number is `add` */
} tl_number;

#define TL_NO_WORD 0xffu

/* Some of a definition's fields: bit i stands for the i-th. */
typedef uint64_t tl_set;

/* What says in a struct that a conditional field is there. In front of those of one definition
 * stands one whose members mean something else: where the bytes are, how many, and how many kinds.
 */
typedef struct tl_option {
  uint16_t offset; /* a byte (has_x, or a flag), the kind of a sum, or a pointer: not 0 if it is */
  uint8_t field; /* which one of the definition; in front: number of bytes, which are neighbours */
  uint8_t cond;  /* tl_field.cond; in front: number of kinds, which come after the bytes */
} tl_option;

/* `always`, `bits` and `options` let the codec go from one field that is there to the next, without
 * a look at those that are not. They are only filled in where `wide` is 0. */
typedef struct tl_def {
  tl_set always; /* fields without a condition, but for those that move in the run of another */
  uint32_t id;
  uint32_t name;  /* in names: "auth.sendCode" */
  uint16_t field; /* first of its fields */
  uint16_t n_fields;
  uint16_t type;   /* constructor: its type; function: its result type (TL_OP_OBJECT: that of its
                      !X field) */
  uint16_t size;   /* of the struct, bytes */
  uint16_t bits;   /* first in tl_schema.bits: the conditions that there are, as a set of bits (of #
                      word 0, then of 1); then, for each bit up to the last one, its fields */
  uint16_t option; /* first in tl_schema.options, if n_options is not 0 */
  uint8_t n_options; /* conditional fields; of a wide one: # words that it is given */
  uint8_t hot;       /* number in tl_schema.hot, from 1 on; 0: it has no functions of its own */
  bool shared : 1;   /* some fields have one bit in common, so all are there or none */
  bool function : 1; /* a function, not a constructor */
  bool wide : 1;     /* false if the fast path can do it: at most 64 fields, at most two TL_OP_WORD,
                        which are not conditional themselves nor whole, no TL_OP_REPEAT nor TL_OP_WITH,
                        and no word that is given */
} tl_def;

/* The straight-line functions of a definition: see tl/hot.h. */
typedef struct tl_hot tl_hot;

/* A form that a constructor had in another layer, under another id: its fields in the order of the
 * wire, each with the field of today that it is. An object with that id is decoded into the struct
 * of today; what the form does not have is absent there, 0 or empty. */
typedef struct tl_form {
  uint32_t id;
  uint16_t def;   /* what it is today */
  uint16_t step;  /* first of its fields, in tl_forms.steps */
  uint16_t layer; /* the last that had it */
  uint8_t n_steps;
} tl_form;

typedef struct tl_step {
  uint16_t type; /* in types; TL_NONE: a # that others depend on, counted from 0 */
  uint8_t cond;  /* as in tl_field */
  uint8_t to;    /* which field of the definition, TL_NOWHERE: none; of another type there, it is
                    made into that one where its meaning allows */
} tl_step;

#define TL_NOWHERE 0xffu

typedef struct tl_forms {
  const tl_form *forms; /* by id */
  const tl_step *steps;
  uint16_t n_forms;
} tl_forms;

/* Everything about a schema. Definitions: constructors first, those of one type together and in the
 * order of the schema; then functions. The group of a repetition `n*[ a:int b:int ]` is a
 * constructor without id (0, not in by_id) and type (TL_NONE), used as TL_OP_BARE only. */
typedef struct tl_schema {
  uint32_t version; /* TL_TABLE_VERSION */
  int32_t layer;    /* from the `// LAYER n` comment; 0 if there is none */
  const char *prefix;
  const tl_type *types;
  const tl_field *fields;
  const tl_set *bits;
  const tl_option *options;
  const tl_number *numbers;
  const uint16_t *field_names; /* by field, in names; the schema's own spelling */
  const tl_def *defs;
  const char *names;       /* NUL-terminated, by offset */
  const uint16_t *by_id;   /* open hash: slot (id * 0x9e3779b1) >> by_id_shift, then the next ones,
                              TL_NONE ends. Instances of a polymorphic constructor have one id. */
  const uint16_t *by_name; /* definition indexes, sorted by name (strcmp) */
  const tl_hot *hot;       /* by tl_def.hot - 1; NULL if no definition has any */
  const tl_forms *forms;   /* of other layers; NULL if none were asked for */
  uint16_t n_types, n_fields, n_defs, n_constructors;
  uint8_t by_id_shift; /* the table has 1 << (32 - by_id_shift) entries */
} tl_schema;

/* A constructor or function with its struct. `args` is borrowed; schema NULL means absent. */
typedef struct tl_object {
  const tl_schema *schema;
  const void *args; /* the struct of definition `def` */
  uint16_t def;
} tl_object;

/* A call that can be encoded and sent: a tl_object whose definition is a function. Made by the
 * generated tg_x_call(&request). */
typedef tl_object tl_call;

/* A value of any type: a pointer to its slot. Taken apart by the generated tg_x_result(). */
typedef struct tl_value {
  const tl_schema *schema;
  const void *slot;
  uint16_t type;
} tl_value;

/* The common shape of generated sums and vectors (read by memcpy: a generated struct is not one of
 * these). */
typedef struct tl_sum {
  unsigned kind; /* 0: absent; else constructor number kind-1 of the type */
  const void *ptr;
} tl_sum;

typedef struct tl_vector {
  const void *items;
  size_t count;
} tl_vector;

/* Vectors of primitives. */
typedef struct tl_vector_int {
  const int32_t *items;
  size_t count;
} tl_vector_int;
typedef struct tl_vector_long {
  const int64_t *items;
  size_t count;
} tl_vector_long;
typedef struct tl_vector_double {
  const double *items;
  size_t count;
} tl_vector_double;
typedef struct tl_vector_int128 {
  const tl_int128 *items;
  size_t count;
} tl_vector_int128;
typedef struct tl_vector_int256 {
  const tl_int256 *items;
  size_t count;
} tl_vector_int256;
typedef struct tl_vector_string {
  const tl_string *items;
  size_t count;
} tl_vector_string;
typedef struct tl_vector_bytes {
  const tl_bytes *items;
  size_t count;
} tl_vector_bytes;
typedef struct tl_vector_Bool {
  const bool *items;
  size_t count;
} tl_vector_Bool;
typedef struct tl_vector_nat {
  const uint32_t *items;
  size_t count;
} tl_vector_nat;
typedef struct tl_vector_Object {
  const tl_object *items;
  size_t count;
} tl_vector_Object;

/* Items of a vector that is there but empty; and a struct for constructors without fields. */
TL_API extern const char tl_empty[1];

/* Looking things up, by an id or `size` bytes. All return TL_NONE when there is no such thing. */
TL_API uint16_t tl_find_id(const tl_schema *schema, uint32_t id);
TL_API uint16_t tl_find_name(const tl_schema *schema, const char *name,
                             size_t size); /* "auth.sendCode" */
/* A type as a schema spells it, `size` bytes: "User", "Vector<User>", "vector<%Message>", "Bool",
 * "int". For a vector the schema must use that vector somewhere. */
TL_API uint16_t tl_find_type(const tl_schema *schema, const char *name, size_t size);

/* The form of another layer that has the id, a constant of the schema; NULL when there is none. */
TL_API const tl_form *tl_find_form(const tl_schema *schema, uint32_t id);

/* A definition's name, a field's name: as the schema spells it. `def` must be an index of
 * schema->defs, `field` one of schema->fields. */
static inline const char *tl_def_name(const tl_schema *schema, uint16_t def) {
  return schema->names + schema->defs[def].name;
}
static inline const char *tl_field_name(const tl_schema *schema, const tl_field *field) {
  return schema->names + schema->field_names[field - schema->fields];
}

/* The type that a call's answer has: follows !X into the inner query (TL-9). *schema is that
 * of the type, and borrowed. TL_NONE if it is not a call. */
TL_API uint16_t tl_call_result_type(const tl_call *call, const tl_schema **schema);

#ifdef __cplusplus
}
#endif
#endif
