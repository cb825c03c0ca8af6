/* names.h: every name of a schema once. */
#ifndef TLP_NAMES_H
#define TLP_NAMES_H

#include "arena.h"

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

#endif
