/* build.h: between the files of the model. */
#ifndef TLGEN_BUILD_H
#define TLGEN_BUILD_H

#include "model/model.h"

/* model/types.c: the types that there are, made when first asked for. */
void model_types_init(model *m);
model_type *model_bare(model *m, model_def *def);
model_type *model_vector(model *m, model_type *of, bool bare);
model_type *model_repeat(model *m, model_type *of, model_num times);
model_type *model_array(model *m, model_type *of, unsigned count);
/* The type with numbers for its parameters; itself when there are none. */
model_type *model_with(model *m, model_type *of, const model_num *numbers, size_t count);

/* numbers.c: where these numbers stand one after the other in model.numbers. */
unsigned model_number_list(model *m, const model_num *numbers, size_t count);
/* Makes a # of the definition a word wherever something depends on it. */
void model_mark_words(model_def *def);
/* The number of the word that a variable of the definition is; -1 for none. */
int model_word_of(const model_def *def, const tlp_var *var);
/* What a number in the definition comes from; false when it is nothing that the definition has. */
bool model_number_of(const model_def *def, const tlp_expr *expr, model_num *out);
/* The variables of outer definitions that the fields of a group depend on, as its parameters. */
void model_find_params(model *m, model_def *group, const model_def *outer);

/* The type of a primitive, or of OP_FLOAT. */
model_type *model_primitive(model *m, model_op op);

/* The primitive that a builtin type is when bare; OP_PRIMITIVES for none. */
model_op model_builtin_op(tlp_builtin builtin);

/* The type with these arguments applied, with its constructors among the definitions, which are
 * given so many numbers; NULL when that would go on without end. */
model_inst *model_instance(model *m, const tlp_type *type, model_type *const *args,
                           unsigned n_params);

/* What a type expression in that definition stands for; NULL (and the definition refused) when it
 * cannot be generated. */
model_type *model_resolve(model *m, model_def *def, const tlp_expr *expr);

/* model/fields.c: resolves the fields and the result of a definition, which may make more of them.
 */
void model_resolve_def(model *m, model_def *def);

/* defs.c: definitions while they are being made. */
model_def *model_add_def(model *m, const tlp_combinator *source, const char *name);
/* Marks it as one that cannot be generated; the first reason counts. `reason` lives in the pool. */
void model_refuse(model_def *def, tlp_pos pos, const char *reason);

/* model/select.c: leaves out what cannot be generated or is not wanted. */
bool model_select(model *m);

/* model/forms.c: tells the forms of other layers from the definitions of this one. False (and a
 * message) when the table of names is none. */
bool model_take_forms(model *m);
/* Leaves out the forms of what is not generated, and puts the others in order. */
void model_keep_forms(model *m);
/* The field of today that a field of a form is; -1 for none. */
int model_field_today(const model *m, const model_def *form, size_t field);

/* model/layout.c: names, and the members of the structs. */
void model_name_all(model *m);

/* model/facts.c: gives each function its errors and flags, and each error its number. */
void model_apply_facts(model *m);

/* model/number.c: the numbers that the tables use. False (and a message) when they run out. */
bool model_number_all(model *m);

#endif
