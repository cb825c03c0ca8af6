/* storage.h: the schema object: what was read, and what was made of it. */
#ifndef TLP_STORAGE_H
#define TLP_STORAGE_H

#include "raw.h"

#define TLP_MAX_SOURCE ((size_t)64 << 20)
#define TLP_MAX_FILES  1000u
#define TLP_MAX_ERRORS 1000u
#define TLP_MAX_DEPTH  200u

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

#endif
