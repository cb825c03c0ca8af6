/* source.c: the lines of C sources that use what is gone or changed. Names are read, not C: a name
 * of a definition is certain; a field is one where what stands before it is declared as the struct
 * that had it, or, when that cannot be told, where the file names that struct. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/files.h"
#include "diff/diff.h"

enum { MOST_DEPTH = 32 };

/* A field, as "answers", of the struct "poll". */
typedef struct changed_field {
  const char *name;
  const char *owner; /* as C has it, with the prefix: tg_poll */
  const char *reason;
} changed_field;

typedef struct scan {
  diff *d;
  dict names;  /* C names without prefix: the reason */
  list fields; /* of changed_field */
  json_t *found;
  /* of one file */
  const char *path;
  dict variables; /* name: the struct that it is declared as */
  dict mentioned; /* structs */
} scan;

static char *c_name(scan *s, const char *prefix, const char *name) {
  char *out = mem_join(&s->d->pool, prefix, name, NULL);
  for (char *p = out; *p; p++)
    *p = *p == '.' ? '_' : *p;
  return out;
}

/* ---- what to look for ---- */

static void add_removed(scan *s, const char *section) {
  size_t i;
  const json_t *entry;
  json_array_foreach(json_object_get(json_object_get(s->d->document, section), "removed"), i,
                     entry) {
    const char *name = json_string_value(json_object_get(entry, "name"));
    *dict_put(&s->d->pool, &s->names, c_name(s, "", name)) =
        mem_join(&s->d->pool, name, " is gone", NULL);
  }
}

static void add_field(scan *s, const char *owner, const char *name, const char *reason) {
  changed_field *field = mem_alloc(&s->d->pool, sizeof *field);
  *field = (changed_field){name, c_name(s, mem_join(&s->d->pool, s->d->prefix, "_", NULL), owner),
                           mem_join(&s->d->pool, owner, ".", name, ": ", reason, NULL)};
  list_push(&s->d->pool, &s->fields, field);
}

static void add_fields(scan *s, const char *section) {
  size_t i, k;
  const json_t *entry, *field;
  json_array_foreach(json_object_get(json_object_get(s->d->document, section), "changed"), i,
                     entry) {
    json_array_foreach(json_object_get(entry, "fields"), k, field) {
      const char *change = json_string_value(json_object_get(field, "change"));
      const char *reason = json_string_value(json_object_get(field, "source"));
      if (reason && strcmp(change, "added") != 0)
        add_field(s, json_string_value(json_object_get(entry, "name")),
                  json_string_value(json_object_get(field, "name")), reason);
    }
  }
}

/* Types that are another kind of value: what holds them, and their own name. */
static void add_types(scan *s) {
  size_t i, k;
  const json_t *entry, *holder;
  json_array_foreach(json_object_get(json_object_get(s->d->document, "types"), "changed"), i,
                     entry) {
    const char *name = json_string_value(json_object_get(entry, "name"));
    const char *became = json_string_value(json_object_get(entry, "became"));
    if (!became)
      continue;
    const char *reason = mem_join(&s->d->pool, name, " became a ", became, NULL);
    *dict_put(&s->d->pool, &s->names, c_name(s, "", name)) = (void *)(uintptr_t)reason;
    json_array_foreach(json_object_get(entry, "held_by"), k, holder) {
      const char *full = json_string_value(holder), *dot = strrchr(full, '.');
      if (strncmp(full, "result of ", 10) != 0 && dot)
        add_field(s, mem_copy(&s->d->pool, full, (size_t)(dot - full)),
                  mem_copy(&s->d->pool, dot + 1, strlen(dot + 1)), reason);
    }
  }
}

/* ---- one file ---- */

typedef struct token {
  const char *at;
  size_t length;
  size_t line, column;
} token;

static bool is_word(char c) {
  return isalnum((unsigned char)c) || c == '_';
}

/* Goes on to the next word or sign; false at the end. Comments and strings are passed over. */
static bool next_token(const char **at, const char **line_start, size_t *line, token *out) {
  const char *p = *at;
  while (*p) {
    if (*p == '\n') {
      (*line)++;
      *line_start = p + 1;
    }
    if (isspace((unsigned char)*p)) {
      p++;
    } else if (p[0] == '/' && p[1] == '/') {
      p += strcspn(p, "\n");
    } else if (p[0] == '/' && p[1] == '*') {
      for (p += 2; *p && !(p[0] == '*' && p[1] == '/'); p++)
        if (*p == '\n') {
          (*line)++;
          *line_start = p + 1;
        }
      p += *p ? 2 : 0;
    } else if (*p == '"' || *p == '\'') {
      char quote = *p++;
      for (; *p && *p != quote && *p != '\n'; p++)
        p += p[0] == '\\' && p[1];
      p += *p == quote;
    } else {
      break;
    }
  }
  if (!*p)
    return false;
  *out = (token){p, 1, *line, (size_t)(p - *line_start) + 1};
  if (is_word(*p))
    while (is_word(p[out->length]))
      out->length++;
  else if (p[0] == '-' && p[1] == '>')
    out->length = 2;
  *at = p + out->length;
  return true;
}

static void report(scan *s, const token *t, const char *reason, bool certain) {
  (void)json_array_append_new(s->found, json_pack("{s:s, s:I, s:I, s:s%, s:s, s:b}", "file",
                                                  s->path, "line", (json_int_t)t->line, "column",
                                                  (json_int_t)t->column, "name", t->at, t->length,
                                                  "reason", reason, "certain", (int)certain));
}

/* tg_auth_signIn_call: the definition's name, without the prefix and what is made of it; NULL when
 * it has no prefix. */
static const char *base_name(scan *s, const char *word) {
  static const char *const ends[] = {"_call", "_result", "_object", "_box", "_error", "_err", ""};
  size_t prefix = strlen(s->d->prefix);
  if (strncasecmp(word, s->d->prefix, prefix) != 0 || word[prefix] != '_')
    return NULL;
  const char *rest = word + prefix + 1;
  for (size_t i = 0; i < 2; i++) {
    static const char *const marks[] = {"DEF_", "ID_"};
    if (strncmp(rest, marks[i], strlen(marks[i])) == 0)
      rest += strlen(marks[i]);
  }
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    size_t length = strlen(rest), end = strlen(ends[i]);
    if (length <= end || strcmp(rest + length - end, ends[i]) != 0)
      continue;
    const char *name = mem_copy(&s->d->pool, rest, length - end);
    if (dict_get(&s->names, name))
      return name;
  }
  return NULL;
}

static void look_at_name(scan *s, const token *t, const char *word) {
  const char *name = base_name(s, word);
  if (name)
    report(s, t, dict_get(&s->names, name), true);
}

/* base: the word before the dot or arrow; NULL when there is none. */
static void look_at_field(scan *s, const token *t, const char *word, const char *base) {
  const char *type = base ? dict_get(&s->variables, base) : NULL;
  for (size_t i = 0; i < s->fields.count; i++) {
    const changed_field *field = s->fields.items[i];
    if (strcmp(field->name, word) != 0)
      continue;
    bool same = type && strcmp(type, field->owner) == 0;
    if (same || (!type && dict_get(&s->mentioned, field->owner))) {
      report(s, t, field->reason, same);
      return;
    }
  }
}

/* First the declarations of the whole file, then what is used. */
static void pass(scan *s, const char *body, bool declare) {
  const char *at = body, *line_start = body;
  size_t line = 1, prefix = strlen(s->d->prefix);
  const char *declared = NULL, *last = NULL, *base = NULL;
  bool member = false;
  token t;
  while (next_token(&at, &line_start, &line, &t)) {
    char *word = mem_copy(&s->d->pool, t.at, t.length);
    bool is_struct = strncmp(word, s->d->prefix, prefix) == 0 && word[prefix] == '_';
    if (strcmp(word, ".") == 0 || strcmp(word, "->") == 0) {
      member = true;
      base = last;
    } else {
      if (declare && is_struct)
        *dict_put(&s->d->pool, &s->mentioned, word) = s;
      if (declare && declared && is_word(*word) && strcmp(word, "const") != 0)
        *dict_put(&s->d->pool, &s->variables, word) = (void *)(uintptr_t)declared;
      if (!declare && member && is_word(*word))
        look_at_field(s, &t, word, base);
      else if (!declare && is_word(*word))
        look_at_name(s, &t, word);
      if (is_struct)
        declared = word;
      else if (strcmp(word, "*") != 0 && strcmp(word, "const") != 0)
        declared = NULL;
      member = false;
    }
    last = is_word(*word) ? word : NULL;
  }
}

static bool scan_file(scan *s, const char *path) {
  text body = {0};
  bool ok = tlgen_read_file(&body, path);
  s->path = path;
  s->variables = (dict){0};
  s->mentioned = (dict){0};
  if (ok && body.data) {
    pass(s, body.data, true);
    pass(s, body.data, false);
  }
  text_free(&body);
  return ok;
}

static bool is_source(const char *name) {
  static const char *const ends[] = {".c", ".h", ".cc", ".cpp", ".cxx", ".hpp"};
  const char *dot = strrchr(name, '.');
  for (size_t i = 0; dot && i < sizeof ends / sizeof *ends; i++)
    if (strcmp(dot, ends[i]) == 0)
      return true;
  return false;
}

static bool scan_folder(scan *s, const char *path, unsigned depth) {
  DIR *dir = depth < MOST_DEPTH ? opendir(path) : NULL;
  bool ok = dir != NULL;
  if (!dir)
    tlgen_error("%s: %s", path, depth < MOST_DEPTH ? strerror(errno) : "too deep");
  for (struct dirent *entry; ok && (entry = readdir(dir));) {
    struct stat st;
    if (entry->d_name[0] == '.')
      continue;
    char *inner = mem_join(&s->d->pool, path, "/", entry->d_name, NULL);
    if (lstat(inner, &st) != 0)
      continue;
    if (S_ISDIR(st.st_mode))
      ok = scan_folder(s, inner, depth + 1);
    else if (S_ISREG(st.st_mode) && is_source(inner))
      ok = scan_file(s, inner);
  }
  if (dir)
    (void)closedir(dir);
  return ok;
}

bool diff_source(diff *d, const char *dir) {
  scan s = {.d = d, .found = json_array()};
  add_removed(&s, "constructors");
  add_removed(&s, "functions");
  add_types(&s);
  add_fields(&s, "constructors");
  add_fields(&s, "functions");
  bool ok = scan_folder(&s, dir, 0);
  (void)json_object_set_new(d->document, "lines", s.found);
  return ok;
}
