/* page.c: a page for each method, constructor and type. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/files.h"
#include "docs/docs.h"

void docs_escape(text *t, const char *string) {
  for (const char *p = string; *p; p++) {
    const char *entity = *p == '&'   ? "&amp;"
                         : *p == '<' ? "&lt;"
                         : *p == '>' ? "&gt;"
                         : *p == '"' ? "&quot;"
                                     : NULL;
    if (entity)
      text_add(t, entity);
    else
      text_add_n(t, p, 1);
  }
}

static const char *root_of(unsigned depth) {
  return depth ? "../" : "";
}

void docs_open(docs *d, const char *title, unsigned depth) {
  text *t = &d->page;
  const char *root = root_of(depth);
  text_clear(t);
  text_add(t, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
              "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>");
  docs_escape(t, title);
  text_printf(t,
              "</title><link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" "
              "href=\"%sstyle.css\"></head>\n<body data-root=\"%s\"><header>"
              "<a href=\"%sindex.html\"><strong>",
              root, root, root);
  docs_escape(t, d->title);
  text_printf(
      t,
      "</strong></a><a href=\"%stypes.html\">types</a><a href=\"%serrors.html\">errors</a>"
      "<a href=\"%schanges.html\">changes</a><div id=\"search\"></div></header><main>\n<h1>",
      root, root, root);
  docs_escape(t, title);
  text_add(t, "</h1>\n");
}

void docs_close(docs *d) {
  const char *root = strstr(d->page.data, "data-root=\"../\"") ? "../" : "";
  text_printf(&d->page,
              "</main><script src=\"%snames.js\"></script><script src=\"%ssearch.js\"></script>"
              "</body></html>\n",
              root, root);
}

bool docs_put(docs *d, const char *folder, const char *name) {
  char *path = mem_join(&d->m->pool, d->out, "/", folder, *folder ? "/" : "", name, NULL);
  return tlgen_write_file(path, d->page.data, d->page.size);
}

static const char *kind_of(const model_def *def) {
  return def->function ? "method" : "constructor";
}

void docs_link_def(docs *d, const model_def *def, unsigned depth) {
  text_printf(&d->page, "<a href=\"%s%s/%s.html\">%s</a>", root_of(depth), kind_of(def), def->name,
              def->name);
}

void docs_link_type(docs *d, const model_type *type, unsigned depth) {
  if (type->op == OP_VECTOR || type->op == OP_BARE_VECTOR) {
    text_add(&d->page, type->op == OP_VECTOR ? "Vector&lt;" : "vector&lt;");
    docs_link_type(d, type->of, depth);
    text_add(&d->page, "&gt;");
  } else if (type->op == OP_SUM || type->op == OP_PTR) {
    text_printf(&d->page, "<a href=\"%stype/%s.html\">", root_of(depth), type->inst->type->name);
    docs_escape(&d->page, type->name);
    text_add(&d->page, "</a>");
  } else {
    docs_escape(&d->page, type->name ? type->name : "?");
  }
}

static void add_text(docs *d, const char *said) {
  if (!*said)
    return;
  text_add(&d->page, "<p>");
  docs_escape(&d->page, said);
  text_add(&d->page, "</p>\n");
}

static void add_history(docs *d, const model_def *def) {
  const docs_history *history = docs_history_of(d, def->function, def->name);
  text_printf(&d->page, "<p class=\"dim\">%s <code>#%08x</code>", kind_of(def), (unsigned)def->id);
  if (history && history->since)
    text_printf(&d->page, " · since layer %d%s", history->since,
                history->oldest ? " or before" : "");
  if (history && history->changed)
    text_printf(&d->page, " · last changed in layer %d", history->changed);
  if (def->function && def->flags & METHOD_KNOWN)
    text_add(&d->page, def->flags & METHOD_USERS_ONLY  ? " · for users, not for bots"
                       : def->flags & METHOD_BOTS_ONLY ? " · for bots only"
                                                       : " · for users and bots");
  if (def->function && def->flags & METHOD_UNAUTHORIZED)
    text_add(&d->page, " · works before signing in");
  text_add(&d->page, "</p>\n");
}

static const char *word_of(const model_def *def, int word) {
  for (size_t i = 0; i < def->n_fields; i++)
    if (def->fields[i].is_word && (int)def->fields[i].number == word)
      return def->fields[i].name;
  return "flags";
}

static void add_fields(docs *d, const model_def *def) {
  size_t shown = 0;
  for (size_t i = 0; i < def->n_fields; i++) {
    const model_field *field = &def->fields[i];
    if (field->is_word)
      continue;
    if (!shown++)
      text_printf(&d->page,
                  "<h2>%s</h2>\n<table><tr><th>name</th><th>type</th><th>meaning</th></tr>\n",
                  def->function ? "Parameters" : "Fields");
    text_add(&d->page, "<tr><td><code>");
    docs_escape(&d->page, field->name);
    text_add(&d->page, "</code></td><td>");
    docs_link_type(d, field->type, 1);
    if (field->word >= 0)
      text_printf(&d->page, " <span class=\"dim\">optional, %s.%d</span>",
                  word_of(def, field->word), field->bit);
    text_add(&d->page, "</td><td>");
    docs_escape(&d->page, docs_text(d, "field", def->name, field->name));
    text_add(&d->page, "</td></tr>\n");
  }
  text_add(&d->page, shown ? "</table>\n" : "");
}

static void add_errors(docs *d, const model_def *def) {
  if (!def->errors.count)
    return;
  text_add(&d->page,
           "<h2>Errors</h2>\n<table><tr><th>code</th><th>name</th><th>meaning</th></tr>\n");
  for (size_t i = 0; i < def->errors.count; i++) {
    const model_error *error = def->errors.items[i];
    const model_codes *codes = model_codes_of(def, error);
    text_add(&d->page, "<tr><td>");
    for (size_t k = 0; k < codes->count; k++)
      text_printf(&d->page, "%s%d", k ? ", " : "", codes->rows[k].code);
    text_printf(&d->page, "</td><td><a href=\"../errors.html#%s\">%s</a></td><td>", error->c_name,
                error->name);
    docs_escape(&d->page, docs_text(d, "error", error->name, NULL));
    text_add(&d->page, "</td></tr>\n");
  }
  text_add(&d->page, "</table>\n");
}

static void add_examples(docs *d, const model_def *def) {
  text example = {0};
  docs_example_c(def, &example);
  text_add(&d->page, "<h2>In C</h2>\n<pre>");
  docs_escape(&d->page, example.data);
  text_clear(&example);
  docs_example_json(def, &example);
  text_add(&d->page, "</pre>\n<h2>On the command line</h2>\n<pre>");
  docs_escape(&d->page, example.data);
  text_add(&d->page, "</pre>\n");
  text_free(&example);
}

static void add_neighbours(docs *d, size_t at) {
  const model_def *def = d->m->defs.items[at];
  const model_def *before = at ? d->m->defs.items[at - 1] : NULL;
  const model_def *after = at + 1 < d->m->defs.count ? d->m->defs.items[at + 1] : NULL;
  text_add(&d->page, "<nav><span>");
  if (before && before->function == def->function && !before->group && before->source) {
    text_add(&d->page, "← ");
    docs_link_def(d, before, 1);
  }
  text_add(&d->page, "</span><span>");
  if (after && after->function == def->function && !after->group && after->source) {
    docs_link_def(d, after, 1);
    text_add(&d->page, " →");
  }
  text_add(&d->page, "</span></nav>\n");
}

static void add_declaration(docs *d, const model_def *def) {
  size_t size = tlp_combinator_print(def->source, NULL, 0) + 1;
  char *line = mem_resize(NULL, size);
  (void)tlp_combinator_print(def->source, line, size);
  text_add(&d->page, "<pre>");
  docs_escape(&d->page, line);
  text_add(&d->page, "</pre>\n");
  free(line);
}

static bool write_definition(docs *d, size_t at) {
  const model_def *def = d->m->defs.items[at];
  docs_open(d, def->name, 1);
  add_history(d, def);
  add_text(d, docs_text(d, kind_of(def), def->name, NULL));
  add_declaration(d, def);
  add_fields(d, def);
  text_printf(&d->page, "<h2>%s</h2>\n<p>", def->function ? "Result" : "Type");
  docs_link_type(d, def->result, 1);
  text_add(&d->page, "</p>\n");
  if (def->function) {
    add_errors(d, def);
    add_examples(d, def);
  }
  add_neighbours(d, at);
  docs_close(d);
  return docs_put(d, kind_of(def), mem_join(&d->m->pool, def->name, ".html", NULL));
}

bool docs_has_page(const model_def *def) {
  return !def->group && def->source && def->source->name && def->result &&
         !strchr(def->name, '/') && !strchr(def->name, '<');
}

bool docs_write_definitions(docs *d) {
  bool ok = true;
  for (size_t i = 0; ok && i < d->m->defs.count; i++)
    if (docs_has_page(d->m->defs.items[i]))
      ok = write_definition(d, i);
  return ok;
}

/* ---- types ---- */

static const char *type_in(const model_type *type) {
  while (type->op == OP_VECTOR || type->op == OP_BARE_VECTOR)
    type = type->of;
  return type->op == OP_SUM || type->op == OP_PTR ? type->inst->type->name : NULL;
}

static void find_users(docs *d) {
  for (size_t i = 0; i < d->m->defs.count; i++) {
    const model_def *def = d->m->defs.items[i];
    for (size_t k = 0; docs_has_page(def) && k < def->n_fields; k++) {
      const char *name = type_in(def->fields[k].type);
      if (!name)
        continue;
      void **slot = dict_put(&d->m->pool, &d->used_by, name);
      list *users = *slot ? *slot : mem_alloc(&d->m->pool, sizeof *users);
      *slot = users;
      if (!users->count || users->items[users->count - 1] != def)
        list_push(&d->m->pool, users, (void *)(uintptr_t)def);
    }
  }
}

static void add_list(docs *d, const char *title, const list *defs) {
  if (!defs || !defs->count)
    return;
  text_printf(&d->page, "<h2>%s</h2>\n<ul class=\"names\">\n", title);
  for (size_t i = 0; i < defs->count; i++) {
    const model_def *def = defs->items[i];
    if (!docs_has_page(def))
      continue;
    text_add(&d->page, "<li>");
    docs_link_def(d, def, 1);
    text_add(&d->page, "</li>\n");
  }
  text_add(&d->page, "</ul>\n");
}

bool docs_write_types(docs *d) {
  bool ok = true;
  find_users(d);
  for (size_t i = 0; ok && i < d->m->insts.count; i++) {
    const model_inst *inst = d->m->insts.items[i];
    const char *name = inst->type->name;
    if (!inst->defs.count || strchr(name, '/'))
      continue;
    docs_open(d, inst->name, 1);
    add_text(d, docs_text(d, "type", name, NULL));
    add_list(d, "Constructors", &inst->defs);
    add_list(d, "Returned by", &inst->returned_by);
    add_list(d, "In the fields of", dict_get(&d->used_by, name));
    docs_close(d);
    ok = docs_put(d, "type", mem_join(&d->m->pool, name, ".html", NULL));
  }
  return ok;
}
