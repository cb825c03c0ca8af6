/* docs.h: a static site that says what a schema has: a page for each method, constructor and type.
 */
#ifndef TLGEN_DOCS_H
#define TLGEN_DOCS_H

#include <stdbool.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/model.h"

typedef struct docs_history {
  int since, changed; /* layers; 0: not known */
  bool oldest;        /* the table begins with `since` */
} docs_history;

typedef struct docs_layer {
  int number;
  list rows; /* const char *: "method added", then its names, one after the other */
} docs_layer;

typedef struct docs {
  model *m;
  const char *title;
  const char *out;
  dict history; /* "method auth.signIn": docs_history */
  dict texts;   /* "method auth.signIn", "field auth.signIn.phone_code": the description */
  list layers;  /* docs_layer, oldest first */
  dict used_by; /* "auth.SentCode": list of model_def that take it */
  text page;    /* that is being written */
} docs;

/* Reads the tables into the pool: what each layer changed, and descriptions. They are cut up. */
void docs_read_changes(docs *d, char *table);
void docs_read_texts(docs *d, char *table);
const char *docs_text(docs *d, const char *kind, const char *name, const char *field);
const docs_history *docs_history_of(docs *d, bool function, const char *name);

/* Writes all files. False, and a message printed, when one cannot be written. */
bool docs_write(docs *d);
/* One C file with the example of every method, for a compiler to look at. */
void docs_examples(docs *d, text *out);

/* ---- between the files of this folder ---- */

void docs_escape(text *t, const char *string);
/* The head of a page; `depth` is the number of folders that it is below the site's own. */
void docs_open(docs *d, const char *title, unsigned depth);
void docs_close(docs *d);
bool docs_put(docs *d, const char *folder, const char *name);
/* A link to the page of a definition or a type. */
void docs_link_def(docs *d, const model_def *def, unsigned depth);
void docs_link_type(docs *d, const model_type *type, unsigned depth);
/* Whether there is a page of it: not of what repetitions and generic types are made of. */
bool docs_has_page(const model_def *def);
bool docs_write_definitions(docs *d);
bool docs_write_types(docs *d);
bool docs_write_lists(docs *d);
void docs_example_c(const model_def *def, text *out);
void docs_example_json(const model_def *def, text *out);

extern const char docs_style[];
extern const char docs_script[];

#endif
