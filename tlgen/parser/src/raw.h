/* raw.h: declarations as they are written, in which names are just names. */
#ifndef TLP_RAW_H
#define TLP_RAW_H

#include "names.h"

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

#endif
