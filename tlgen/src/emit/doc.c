/* doc.c: the comments of the generated code. Every definition has its line of TL, its page if
 * the schema is one that has pages, what its fields have to do with each other, and for functions
 * who may call it and what it fails with. */
#include "emit/emit.h"

#include <stdio.h>
#include <string.h>

/* ---- lists of words ---- */

/* Appends ", name" or the first one without the comma. */
static void add_to_list(text *t, const char *lead, const char *name) {
  text_add(t, t->size ? ", " : lead);
  text_add(t, name);
}

static void paragraph_and_free(text *comment, text *paragraph, const char *end) {
  if (paragraph->size) {
    text_add(paragraph, end);
    comment_paragraph(comment, paragraph->data);
  }
  text_free(paragraph);
}

/* ---- a definition ---- */

static void add_tl_line(model *m, text *t, const model_def *def) {
  char line[2048];
  size_t length = tlp_combinator_print(def->source, line, sizeof line);
  if (length < sizeof line) {
    comment_paragraph(t, line);
    return;
  }
  char *longer = mem_alloc(&m->pool, length + 1);
  tlp_combinator_print(def->source, longer, length + 1);
  comment_paragraph(t, longer);
}

static void add_link(const model *m, text *t, const char *kind, const char *name) {
  if (m->options.doc_url)
    TEXT_BLOCK(t, "\n * {url}/{kind}/{name}", "url", m->options.doc_url, "kind", kind, "name",
               name);
}

static const char *word_name(const model_def *def, int word) {
  for (size_t i = 0; i < def->n_fields; i++)
    if (def->fields[i].is_word && (int)def->fields[i].number == word)
      return def->fields[i].name;
  return "#";
}

/* "a, b: together or not at all (flags.1)", for the group that the field is the first of. */
static void add_shared(text *t, const model_def *def, size_t first) {
  const model_field *field = &def->fields[first];
  text group = {0};
  for (size_t i = 0; i < def->n_fields; i++) {
    const model_field *other = &def->fields[i];
    if (other->word != field->word || other->bit != field->bit)
      continue;
    if (i < first) {
      text_free(&group);
      return;
    }
    add_to_list(&group, "", other->name);
  }
  text_add(&group, ": all there or none (");
  text_add(&group, word_name(def, field->word));
  text_add(&group, ".");
  text_add_number(&group, (uint64_t)field->bit);
  paragraph_and_free(t, &group, ").");
}

static void add_groups(text *t, const model_def *def) {
  for (size_t i = 0; i < def->n_fields; i++)
    if (def->fields[i].shared)
      add_shared(t, def, i);
}

static void add_callers(text *t, const model_def *def) {
  if (def->flags & METHOD_USERS_ONLY)
    comment_paragraph(t, "For users, not for bots.");
  else if (def->flags & METHOD_BOTS_ONLY)
    comment_paragraph(t, "For bots, not for users.");
  else if (def->flags & METHOD_KNOWN)
    comment_paragraph(t, "For users and bots.");
  if (def->flags & METHOD_UNAUTHORIZED)
    comment_paragraph(t, "Works before signing in.");
}

static void add_errors(model *m, text *t, const model_def *def) {
  text names = {0};
  for (size_t i = 0; i < def->errors.count; i++) {
    const model_error *error = def->errors.items[i];
    add_to_list(&names, "Errors: ", emit_codes(m, model_codes_of(def, error)));
    text_add(&names, COMMENT_JOIN);
    text_add(&names, error->name);
  }
  paragraph_and_free(t, &names, ".");
}

void emit_def_comment(model *m, text *t, const model_def *def) {
  comment_open(t);
  if (def->group)
    comment_paragraph(t, mem_join(&m->pool, "What is repeated in `", def->name, "`.", NULL));
  else
    add_tl_line(m, t, def);
  if (def->layer)
    comment_paragraph(t, mem_join(&m->pool, "Of layers up to ", NUMBER(def->layer),
                                  "; no more in this one.", NULL));
  else if (!def->group)
    add_link(m, t, def->function ? "method" : "constructor", def->source->name);
  add_groups(t, def);
  if (def->function) {
    add_callers(t, def);
    add_errors(m, t, def);
  }
  comment_close(t);
}

/* ---- a type ---- */

/* As short as it can be: whoever includes the header has these of all types. */
void emit_type_comment(model *m, text *t, const model_inst *inst) {
  text words = {0};
  comment_open(t);
  text_add(&words, inst->name);
  for (size_t i = 0; i < inst->returned_by.count; i++) {
    text_add(&words, i ? ", " : ", returned by ");
    text_add(&words, ((const model_def *)inst->returned_by.items[i])->name);
  }
  if (inst->boxed->op != OP_SUM) { /* the page of its constructor says more */
    const model_def *only = inst->defs.items[0];
    text_add(&words, mem_join(&m->pool, ": held as const ", only->c_name, " *", NULL));
  } else if (m->options.doc_url) {
    text_add(&words,
             mem_join(&m->pool, ": ", m->options.doc_url, "/type/", inst->type->name, NULL));
  }
  paragraph_and_free(t, &words, "");
  comment_close(t);
}
