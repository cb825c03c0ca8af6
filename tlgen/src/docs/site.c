/* site.c: what the pages hang on: the lists of methods, types and errors, the changes of each
 * layer, the names for the search. */
#include <string.h>

#include "base/error.h"
#include "base/files.h"
#include "docs/docs.h"

static bool write_methods(docs *d) {
  const char *space = NULL;
  docs_open(d, d->title, 0);
  for (size_t i = d->m->n_constructors; i < d->m->defs.count; i++) {
    const model_def *def = d->m->defs.items[i];
    const char *own = def->source && def->source->name_space ? def->source->name_space : "";
    if (!def->function || !docs_has_page(def))
      continue;
    if (!space || strcmp(space, own) != 0) {
      text_printf(&d->page, "%s<h2>%s</h2>\n<ul class=\"names\">\n", space ? "</ul>\n" : "",
                  *own ? own : "methods");
      space = own;
    }
    text_add(&d->page, "<li>");
    docs_link_def(d, def, 0);
    text_add(&d->page, "</li>\n");
  }
  text_add(&d->page, space ? "</ul>\n" : "<p>no methods</p>\n");
  docs_close(d);
  return docs_put(d, "", "index.html");
}

static bool write_types(docs *d) {
  docs_open(d, "Types", 0);
  text_add(&d->page, "<ul class=\"names\">\n");
  for (size_t i = 0; i < d->m->insts.count; i++) {
    const model_inst *inst = d->m->insts.items[i];
    if (!inst->defs.count)
      continue;
    text_add(&d->page, "<li>");
    docs_link_type(d, inst->boxed, 0);
    text_add(&d->page, "</li>\n");
  }
  text_add(&d->page, "</ul>\n");
  docs_close(d);
  return docs_put(d, "", "types.html");
}

static void add_methods_of(docs *d, const model_error *error) {
  size_t shown = 0;
  for (size_t i = 0; i < error->facts.count; i++) {
    const model_fact *fact = error->facts.items[i];
    const model_def *def = dict_get(&d->m->functions, fact->method);
    if (!def || !def->wanted)
      continue;
    text_add(&d->page, shown++ ? ", " : "");
    docs_link_def(d, def, 0);
  }
  if (!shown)
    text_add(&d->page, error->global ? "any method" : "");
}

static bool write_errors(docs *d) {
  docs_open(d, "Errors", 0);
  text_add(&d->page, "<table><tr><th>code</th><th>name</th><th>meaning, methods</th></tr>\n");
  for (size_t i = 0; i < d->m->errors.count; i++) {
    const model_error *error = d->m->errors.items[i];
    text_printf(&d->page, "<tr id=\"%s\"><td>", error->c_name);
    for (size_t k = 0; k < error->codes.count; k++)
      text_printf(&d->page, "%s%d", k ? ", " : "", error->codes.rows[k].code);
    text_printf(&d->page, "</td><td>%s</td><td>", error->name);
    docs_escape(&d->page, docs_text(d, "error", error->name, NULL));
    text_add(&d->page, " <span class=\"dim\">");
    add_methods_of(d, error);
    text_add(&d->page, "</span></td></tr>\n");
  }
  text_add(&d->page, "</table>\n");
  docs_close(d);
  return docs_put(d, "", "errors.html");
}

/* The names of a row; those that the schema still has are links. */
static void add_names(docs *d, const char *names, bool function) {
  for (const char *at = names; *at;) {
    size_t length = strcspn(at, ",");
    const char *name = mem_copy(&d->m->pool, at, length);
    const tlp_combinator *c = tlp_schema_find(d->m->schema, name);
    text_add(&d->page, at == names ? "" : ", ");
    if (c && (c->section == TLP_SECTION_FUNCTIONS) == function)
      text_printf(&d->page, "<a href=\"%s/%s.html\">%s</a>", function ? "method" : "constructor",
                  name, name);
    else
      text_add(&d->page, name);
    at += length + (at[length] == ',');
  }
}

static bool write_changes(docs *d) {
  docs_open(d, "Changes", 0);
  for (size_t i = d->layers.count; i-- > 1;) {
    const docs_layer *layer = d->layers.items[i];
    text_printf(&d->page, "<h2 id=\"layer%d\">Layer %d</h2>\n", layer->number, layer->number);
    for (size_t k = 0; k + 1 < layer->rows.count; k += 2) {
      const char *what = layer->rows.items[k];
      text_printf(&d->page, "<p><strong>%s</strong>: ", what);
      add_names(d, layer->rows.items[k + 1], strncmp(what, "method", 6) == 0);
      text_add(&d->page, "</p>\n");
    }
  }
  if (d->layers.count < 2)
    text_add(&d->page, "<p>Nothing is known of other layers.</p>\n");
  docs_close(d);
  return docs_put(d, "", "changes.html");
}

static bool write_names(docs *d) {
  text_clear(&d->page);
  text_add(&d->page, "window.tlNames={method:\"");
  for (size_t pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < d->m->defs.count; i++) {
      const model_def *def = d->m->defs.items[i];
      if (docs_has_page(def) && def->function == (pass == 0))
        text_printf(&d->page, "%s ", def->name);
    }
    text_add(&d->page, pass ? "\",type:\"" : "\",constructor:\"");
  }
  for (size_t i = 0; i < d->m->insts.count; i++) {
    const model_inst *inst = d->m->insts.items[i];
    if (inst->defs.count)
      text_printf(&d->page, "%s ", inst->type->name);
  }
  text_add(&d->page, "\",error:\"");
  for (size_t i = 0; i < d->m->errors.count; i++)
    text_printf(&d->page, "%s ", ((const model_error *)d->m->errors.items[i])->c_name);
  text_add(&d->page, "\"};\n");
  return docs_put(d, "", "names.js");
}

static bool write_asset(docs *d, const char *name, const char *body) {
  text_clear(&d->page);
  text_add(&d->page, body);
  return docs_put(d, "", name);
}

static bool make_folders(docs *d) {
  static const char *const names[] = {"", "/method", "/constructor", "/type"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!tlgen_make_folder(mem_join(&d->m->pool, d->out, names[i], NULL)))
      return false;
  }
  return true;
}

bool docs_write_lists(docs *d) {
  return write_methods(d) && write_types(d) && write_errors(d) && write_changes(d) &&
         write_names(d) && write_asset(d, "style.css", docs_style) &&
         write_asset(d, "search.js", docs_script);
}

bool docs_write(docs *d) {
  bool ok =
      make_folders(d) && docs_write_definitions(d) && docs_write_types(d) && docs_write_lists(d);
  text_free(&d->page);
  return ok;
}
