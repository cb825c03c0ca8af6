/* facts.h: what the schema itself does not say: errors of methods, and who may call them. */
#ifndef TLGEN_FACTS_H
#define TLGEN_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

enum { ERROR_CODES = 8 }; /* most of one error */

/* Codes that an error comes with, the usual one first. */
typedef struct model_code {
  int code;
  const char *file;  /* the table that has it */
  bool with_methods; /* and says for which methods */
} model_code;

typedef struct model_codes {
  model_code rows[ERROR_CODES];
  size_t count;
  const char *file; /* the table that named the last */
} model_codes;

/* One of the server's errors. */
typedef struct model_error {
  const char *name;   /* "FLOOD_WAIT_%d" */
  const char *c_name; /* "FLOOD_WAIT_X" */
  model_codes codes;  /* those of every method together */
  list facts;         /* of model_fact: the methods that it is listed for */
  bool global;        /* any method may return it */
  bool listed;        /* the list says for some method that it returns it */
  bool used;          /* such a method is generated */
  uint16_t value;     /* of the enum, from 1 */
} model_error;

/* That a method returns an error; what a method is like. As read, before they are put to use. */
typedef struct model_fact {
  const char *method;
  model_error *error;
  model_codes codes; /* of that method */
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

#endif
