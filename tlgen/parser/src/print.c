/* print.c: writes combinators back, as people read them and as their ids are computed from. */
#include <string.h>

#include "print.h"

void tlp_write(tlp_writer *writer, const char *text, size_t length) {
  if (writer->length < writer->size) {
    size_t room = writer->size - writer->length;
    memcpy(writer->buffer + writer->length, text, length < room ? length : room);
  }
  writer->length += length;
}

void tlp_write_text(tlp_writer *writer, const char *text) {
  tlp_write(writer, text, strlen(text));
}

void tlp_write_end(tlp_writer *writer) {
  if (writer->size)
    writer->buffer[writer->length < writer->size ? writer->length : writer->size - 1] = '\0';
}

static void write_char(tlp_writer *writer, char c) {
  tlp_write(writer, &c, 1);
}

static void write_number(tlp_writer *writer, uint32_t value) {
  char digits[10];
  size_t at = sizeof digits;
  do
    digits[--at] = (char)('0' + value % 10);
  while (value /= 10);
  tlp_write(writer, digits + at, sizeof digits - at);
}

static void write_id(tlp_writer *writer, uint32_t id) {
  char text[9] = "#";
  for (int i = 8; i > 0; i--, id >>= 4)
    text[i] = "0123456789abcdef"[id & 15];
  tlp_write(writer, text, sizeof text);
}

/* ---- expressions ---- */

static void write_expr(tlp_writer *writer, const tlp_expr *expr, tlp_style style);
static void write_fields(tlp_writer *writer, const tlp_field *fields, size_t count,
                         tlp_style style);

static void write_nat(tlp_writer *writer, const tlp_expr *expr) {
  if (expr->var)
    tlp_write_text(writer, expr->var->name ? expr->var->name : "_");
  if (expr->var && expr->value)
    write_char(writer, '+');
  if (!expr->var || expr->value)
    write_number(writer, expr->value);
}

static bool is_sum(const tlp_expr *expr) {
  return expr->kind == TLP_EXPR_NAT && expr->var && expr->value;
}

static void write_head(tlp_writer *writer, const tlp_expr *expr) {
  if (expr->percent)
    write_char(writer, '%');
  if (expr->bare && !expr->percent)
    tlp_write_text(writer, expr->ctor->name);
  else
    tlp_write_text(writer, expr->type->name);
}

static void write_type(tlp_writer *writer, const tlp_expr *expr, tlp_style style) {
  bool angle = style == STYLE_PRETTY;
  write_head(writer, expr);
  for (size_t i = 0; i < expr->arg_count; i++) {
    write_char(writer, !angle ? ' ' : i ? ',' : '<');
    write_expr(writer, expr->args[i], style);
  }
  if (angle && expr->arg_count)
    write_char(writer, '>');
}

static void write_array(tlp_writer *writer, const tlp_expr *expr, tlp_style style) {
  if (!expr->count_omitted) {
    bool parenthesised = style == STYLE_PRETTY && is_sum(expr->count);
    if (parenthesised)
      write_char(writer, '(');
    write_nat(writer, expr->count);
    if (parenthesised)
      write_char(writer, ')');
    write_char(writer, '*');
  }
  write_char(writer, '[');
  write_fields(writer, expr->fields, expr->field_count, style);
  tlp_write_text(writer, " ]");
}

static void write_expr(tlp_writer *writer, const tlp_expr *expr, tlp_style style) {
  switch (expr->kind) {
  case TLP_EXPR_TYPE:
    write_type(writer, expr, style);
    break;
  case TLP_EXPR_TYPE_VAR:
    if (expr->percent)
      write_char(writer, '%');
    tlp_write_text(writer, expr->var->name);
    break;
  case TLP_EXPR_NAT_TYPE:
    write_char(writer, '#');
    break;
  case TLP_EXPR_TYPE_KIND:
    tlp_write_text(writer, "Type");
    break;
  case TLP_EXPR_NAT:
    write_nat(writer, expr);
    break;
  case TLP_EXPR_ARRAY:
    write_array(writer, expr, style);
    break;
  }
}

/* ---- fields ---- */

static bool is_bare(const tlp_expr *expr, const char *name) {
  return expr->kind == TLP_EXPR_TYPE && expr->bare && !expr->percent &&
         strcmp(expr->ctor->name, name) == 0;
}

static bool is_flag(const tlp_field *field) {
  return field->cond_var && field->cond_bit >= 0 && is_bare(field->type, "true");
}

bool tlp_telegram_differs(const tlp_combinator *combinator) {
  for (size_t i = 0; i < combinator->field_count; i++) {
    const tlp_field *field = &combinator->fields[i];
    if (field->bang || is_flag(field) || is_bare(field->type, "bytes"))
      return true;
  }
  return false;
}

static void write_field(tlp_writer *writer, const tlp_field *field, tlp_style style) {
  if (field->name || field->underscore) {
    tlp_write_text(writer, field->name ? field->name : "_");
    write_char(writer, ':');
  }
  if (field->cond_var) {
    tlp_write_text(writer, field->cond_var->name);
    if (field->cond_bit >= 0) {
      write_char(writer, '.');
      write_number(writer, (uint32_t)field->cond_bit);
    }
    write_char(writer, '?');
  }
  if (field->bang && style != STYLE_TL)
    write_char(writer, '!');
  if (style == STYLE_TELEGRAM && is_bare(field->type, "bytes"))
    tlp_write_text(writer, "string");
  else
    write_expr(writer, field->type, style);
}

static void write_fields(tlp_writer *writer, const tlp_field *fields, size_t count,
                         tlp_style style) {
  for (size_t i = 0; i < count; i++) {
    if (style == STYLE_TELEGRAM && is_flag(&fields[i]))
      continue;
    write_char(writer, ' ');
    write_field(writer, &fields[i], style);
  }
}

static void write_implicit(tlp_writer *writer, const tlp_combinator *combinator, tlp_style style) {
  for (size_t i = 0; i < combinator->implicit_count; i++) {
    const tlp_var *var = combinator->implicit[i];
    tlp_write_text(writer, style == STYLE_PRETTY ? " {" : " ");
    tlp_write_text(writer, var->name);
    tlp_write_text(writer, var->kind == TLP_KIND_NAT ? ":#" : ":Type");
    if (style == STYLE_PRETTY)
      write_char(writer, '}');
  }
}

/* ---- combinators ---- */

/* The result of a constructor: a pattern, `Tuple t (n+1)`. */
static void write_pattern(tlp_writer *writer, const tlp_expr *expr) {
  write_head(writer, expr);
  for (size_t i = 0; i < expr->arg_count; i++) {
    tlp_write_text(writer, is_sum(expr->args[i]) ? " (" : " ");
    write_expr(writer, expr->args[i], STYLE_PRETTY);
    if (is_sum(expr->args[i]))
      write_char(writer, ')');
  }
}

void tlp_write_combinator(tlp_writer *writer, const tlp_combinator *combinator, tlp_style style) {
  bool pretty = style == STYLE_PRETTY;
  for (size_t i = 0; pretty && i < combinator->annotation_count; i++) {
    write_char(writer, '@');
    tlp_write_text(writer, combinator->annotations[i]);
    write_char(writer, ' ');
  }
  tlp_write_text(writer, combinator->name ? combinator->name : "_");
  if (pretty && combinator->has_explicit_id)
    write_id(writer, combinator->id);
  if (combinator->builtin)
    tlp_write_text(writer, " ?");
  write_implicit(writer, combinator, style);
  write_fields(writer, combinator->fields, combinator->field_count, style);
  tlp_write_text(writer, " = ");
  if (pretty && combinator->section == TLP_SECTION_TYPES)
    write_pattern(writer, combinator->result);
  else
    write_expr(writer, combinator->result, style);
  if (pretty)
    write_char(writer, ';');
}

size_t tlp_combinator_print(const tlp_combinator *combinator, char *buffer, size_t size) {
  tlp_writer writer = {.buffer = buffer, .size = size};
  tlp_write_combinator(&writer, combinator, STYLE_PRETTY);
  tlp_write_end(&writer);
  return writer.length;
}

size_t tlp_expr_print(const tlp_expr *expr, char *buffer, size_t size) {
  tlp_writer writer = {.buffer = buffer, .size = size};
  write_expr(&writer, expr, STYLE_PRETTY);
  tlp_write_end(&writer);
  return writer.length;
}

/* ---- schemas ---- */

static void write_partial(tlp_writer *writer, const tlp_decl *decl) {
  tlp_write_text(writer, decl->combinator ? decl->combinator->name : decl->type->name);
  for (size_t i = 0; i < decl->arg_count; i++) {
    bool sum = is_sum(decl->args[i]);
    tlp_write_text(writer, sum ? " (" : " ");
    write_expr(writer, decl->args[i], STYLE_PRETTY);
    if (sum)
      write_char(writer, ')');
  }
  write_char(writer, ';');
}

static void write_decl(tlp_writer *writer, const tlp_decl *decl) {
  static const char *const words[] = {"", "", "", "Final ", "New ", "Empty "};
  switch (decl->kind) {
  case TLP_DECL_COMBINATOR:
    tlp_write_combinator(writer, decl->combinator, STYLE_PRETTY);
    break;
  case TLP_DECL_PARTIAL_TYPE:
  case TLP_DECL_PARTIAL_COMBINATOR:
    write_partial(writer, decl);
    break;
  case TLP_DECL_FINAL:
  case TLP_DECL_NEW:
  case TLP_DECL_EMPTY:
    tlp_write_text(writer, words[decl->kind]);
    tlp_write_text(writer, decl->type->name);
    write_char(writer, ';');
    break;
  }
  write_char(writer, '\n');
}

size_t tlp_schema_print(const tlp_schema *schema, char *buffer, size_t size) {
  tlp_writer writer = {.buffer = buffer, .size = size};
  tlp_section section = TLP_SECTION_TYPES;
  size_t count;
  const tlp_decl *decls = tlp_schema_decls(schema, &count);
  if (tlp_schema_layer(schema) >= 0) {
    tlp_write_text(&writer, "// LAYER ");
    write_number(&writer, (uint32_t)tlp_schema_layer(schema));
    write_char(&writer, '\n');
  }
  for (size_t i = 0; i < count; i++) {
    if (decls[i].section != section) {
      section = decls[i].section;
      tlp_write_text(&writer, section == TLP_SECTION_TYPES ? "---types---\n" : "---functions---\n");
    }
    write_decl(&writer, &decls[i]);
  }
  tlp_write_end(&writer);
  return writer.length;
}
