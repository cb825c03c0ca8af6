/* emit.h: the emitters. Each writes one artefact of the generated code into a text; all decisions
 * have been made in the model. */
#ifndef TLGEN_EMIT_H
#define TLGEN_EMIT_H

#include "base/text.h"
#include "model/model.h"

/* Takes a file of the generated code: its path below the folder for it, and all of it. False stops.
 */
typedef bool emit_put(void *ctx, const char *path, const text *body);

/* Gives all files to `put`, one after the other. False as soon as `put` gives false. */
bool emit_all(model *m, emit_put *put, void *ctx);

/* Where the headers are: "include/tg". */
const char *emit_include_folder(model *m);

/* ---- one emitter per artefact ---- */

void emit_schema_header(model *m, text *t);                        /* tg/schema.h */
void emit_types_header(model *m, text *t);                         /* tg/types.h */
void emit_namespace_header(model *m, text *t, const char *header); /* tg/auth.h */
void emit_errors_header(model *m, text *t);                        /* tg/errors.h */
void emit_umbrella_header(model *m, text *t);                      /* tg/tg.h */
void emit_has_header(model *m, text *t);                           /* tg/has.h */
void emit_shared_header(model *m, text *t);                        /* tg/shared.h */
void emit_schema_source(model *m, text *t);                        /* tg_schema.c */
void emit_errors_source(model *m, text *t);                        /* tg_errors.c */
void emit_hot_source(model *m, text *t);                           /* tg_hot.c */

/* ---- shared by them ---- */

/* emit/sets.c: the tables `bits` and `options` of tg_schema.c, and in each definition where in them
 * it starts. */
void emit_sets(model *m, text *t);
/* emit/forms.c: the forms of other layers, nothing when there are none. */
void emit_forms(const model *m, text *t);
/* How many of the next fields are moved together with this one: tl_field.aux of a number. */
unsigned emit_run_length(const model_def *def, size_t at);

/* emit/hot_shape.c: which definitions have straight-line functions. After emit_sets(). */
void emit_hot_number(model *m);

/* The first comment of a file: what it is and where it comes from. */
void emit_head(model *m, text *t, const char *path, const char *what);
/* The same with the include guard opened, and what closes it. */
void emit_header_open(model *m, text *t, const char *path, const char *what);
void emit_header_close(text *t);
void emit_extern_c_open(text *t);
void emit_extern_c_close(text *t);

/* method_errors.c: what stands beside a method when errors are known. */
void emit_method_errors(const model *m, text *t, const model_def *def);

/* The codes of an error as a comment shows them: "400/406". */
char *emit_codes(model *m, const model_codes *codes);

/* The comment above a definition, or above a type of several constructors. */
void emit_def_comment(model *m, text *t, const model_def *def);
void emit_type_comment(model *m, text *t, const model_inst *inst);

#endif
