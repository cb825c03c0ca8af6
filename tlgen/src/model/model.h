/* model.h: what the emitters write down, decided once: which definitions there are, what they are
 * called, how they lie in memory, and the numbers that the tables refer to each other by.
 *
 *   tlp_schema -> model_new -> model_facts -> model_build -> emit_* */
#ifndef TLGEN_MODEL_H
#define TLGEN_MODEL_H

#include "base/mem.h"
#include "base/pool.h"
#include "model/facts.h"
#include "model/table.h"
#include "tl-parser/tl-parser.h"

typedef struct model_options {
  const char *prefix;      /* "tg" */
  const char *doc_url;     /* "https://core.telegram.org", or NULL */
  const char *provenance;  /* where it all comes from, for the head of each file */
  const char *const *only; /* patterns of --only */
  size_t only_count;       /* 0: everything */
  int32_t layer;           /* instead of what the schema says; 0: what it says */
  bool keep_words;         /* store every # word */
  const char *const *hot;  /* patterns of --hot: names, or the start of names and a * */
  size_t hot_count;
  uint32_t legacy;          /* number of the file with forms of other layers, from 1 on; 0: none */
  const char *legacy_names; /* table of what they are called today, or NULL */
} model_options;

typedef struct model {
  mem pool;
  tlp_schema *schema;
  model_options options;
  const char *prefix, *upper; /* "tg", "TG" */
  int32_t layer;              /* 0 when the schema does not say */
  model_type *primitives[OP_PRIMITIVES];
  model_type *float_type; /* or NULL */
  list all_types;         /* model_type, the primitives first */
  list insts;             /* model_inst, in order of first constructor */
  list *insts_of;         /* by tlp_type.index */
  list all_defs;          /* model_def, as made */
  dict functions;         /* model_def, by name */
  dict errors_by_name;
  list errors;         /* model_error; after model_build those to generate, by name */
  list numbers;        /* model_num */
  list facts, methods; /* model_fact, model_method */
  bool has_errors;     /* a list of them was given */
  /* made by model_build() */
  list defs;       /* model_def: as in the table */
  list types;      /* model_type: as in the table */
  list headers;    /* const char *: "core", "auth", ... */
  list hot;        /* model_def: with functions of their own, by number */
  list forms;      /* model_def: of other layers, by id */
  dict today;      /* "foo" or "foo.field" of other layers: const char *, its name today */
  name_pool names; /* of fields, definitions and types */
  size_t n_constructors, n_fields;
  size_t left_out; /* definitions that cannot be generated; each has a warning */
} model;

/* Starts a model. The schema, which must have been finished, gets the warnings, and has to outlive
 * the model, as has what options points to. */
void model_new(model *m, tlp_schema *schema, const model_options *options);
void model_free(model *m);

/* Reads the facts about errors and methods; see model/facts.c for the format. `text` is
 * NUL-terminated and has to outlive the model. False when the text is not such a table: a message
 * has been printed. */
bool model_add_errors(model *m, const char *file, char *text);
bool model_add_methods(model *m, const char *file, char *text);

/* Decides everything. False when nothing can be generated at all: a message has been printed. */
bool model_build(model *m);

/* The codes with which the function returns the error: its own, or all when the tables do not list
 * the error for it. */
const model_codes *model_codes_of(const model_def *def, const model_error *error);

#endif
