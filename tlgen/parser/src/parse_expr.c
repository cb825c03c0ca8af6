/* parse_expr.c: fields, type expressions and numbers. */
#include "diag.h"
#include "parse.h"

static bool enter(tlp_parser *parser) {
  if (++parser->depth <= TLP_MAX_DEPTH)
    return true;
  tlp_report(parser->schema, TLP_ERROR, TLP_D_DEPTH, parser->token.pos, parser->token.length,
             "nested too deeply");
  return false;
}

raw_expr *tlp_new_expr(tlp_parser *parser, raw_kind kind) {
  raw_expr *expr = tlp_alloc(&parser->schema->arena, sizeof *expr);
  if (expr) {
    expr->kind = kind;
    expr->pos = parser->token.pos;
    expr->length = parser->token.length;
  }
  return expr;
}

bool tlp_starts_term(const tlp_parser *parser) {
  return parser->token.kind == TOKEN_NAME || parser->token.kind == TOKEN_NUMBER ||
         tlp_is(parser, '(') || tlp_is(parser, '%') || tlp_is(parser, '#');
}

/* ---- terms ---- */

static raw_expr *name_term(tlp_parser *parser) {
  raw_expr *head = tlp_new_expr(parser, RAW_NAME);
  if (!head || !(head->name = tlp_token_name(parser)))
    return NULL;
  tlp_next(parser);
  if (!tlp_is(parser, '<'))
    return head;
  raw_expr *apply = tlp_alloc(&parser->schema->arena, sizeof *apply);
  if (!apply)
    return NULL;
  *apply = (raw_expr){.kind = RAW_APPLY, .pos = head->pos, .length = head->length, .child = head};
  return tlp_parse_angle_args(parser, &apply->args, &apply->arg_count) ? apply : NULL;
}

static raw_expr *number_term(tlp_parser *parser) {
  raw_expr *expr = tlp_new_expr(parser, RAW_NUMBER);
  if (expr)
    expr->value = parser->token.value;
  tlp_next(parser);
  return expr;
}

static raw_expr *term(tlp_parser *parser);

static raw_expr *percent_term(tlp_parser *parser) {
  raw_expr *expr = tlp_new_expr(parser, RAW_PERCENT);
  if (!expr)
    return NULL;
  tlp_next(parser);
  expr->child = term(parser);
  return expr->child ? expr : NULL;
}

static raw_expr *parenthesised(tlp_parser *parser) {
  tlp_next(parser);
  raw_expr *expr = tlp_parse_expr(parser);
  return expr && tlp_expect(parser, ')', "to close the parenthesis") ? expr : NULL;
}

static raw_expr *term(tlp_parser *parser) {
  raw_expr *expr = NULL;
  if (!enter(parser))
    return NULL;
  if (parser->token.kind == TOKEN_NAME) {
    expr = name_term(parser);
  } else if (parser->token.kind == TOKEN_NUMBER) {
    expr = number_term(parser);
  } else if (tlp_is(parser, '#')) {
    expr = tlp_new_expr(parser, RAW_HASH);
    tlp_next(parser);
  } else if (tlp_is(parser, '%')) {
    expr = percent_term(parser);
  } else if (tlp_is(parser, '(')) {
    expr = parenthesised(parser);
  } else {
    tlp_unexpected(parser, "a type");
  }
  parser->depth--;
  return expr;
}

/* ---- sums ---- */

static bool add_number(tlp_parser *parser, raw_expr *sum, uint32_t value) {
  if (value <= UINT32_MAX - sum->value) {
    sum->value += value;
    return true;
  }
  tlp_report(parser->schema, TLP_ERROR, TLP_D_NUMBER, sum->pos, sum->length,
             "this sum does not fit in 32 bits");
  return false;
}

/* What follows the operand `first`: numbers and at most one other term, with + between. */
static raw_expr *rest_of_sum(tlp_parser *parser, raw_expr *first) {
  raw_expr *sum = first;
  if (tlp_is(parser, '+') && (sum = tlp_alloc(&parser->schema->arena, sizeof *sum)))
    *sum = (raw_expr){.kind = RAW_NUMBER, .pos = first->pos, .length = first->length};
  raw_expr *operand = first;
  while (sum && sum != first) {
    if (operand->kind == RAW_NUMBER) {
      if (!add_number(parser, sum, operand->value))
        return NULL;
    } else if (sum->kind == RAW_PLUS) {
      tlp_report(parser->schema, TLP_ERROR, TLP_D_SYNTAX, operand->pos, operand->length,
                 "a sum has at most one operand that is not a number");
      return NULL;
    } else {
      sum->kind = RAW_PLUS;
      sum->child = operand;
    }
    if (!tlp_accept(parser, '+'))
      break;
    if (!(operand = term(parser)))
      return NULL;
  }
  return sum;
}

raw_expr *tlp_parse_subexpr(tlp_parser *parser) {
  raw_expr *first = term(parser);
  return first ? rest_of_sum(parser, first) : NULL;
}

/* ---- applications ---- */

bool tlp_parse_args(tlp_parser *parser, raw_expr **args, uint32_t *count) {
  while (*args)
    args = &(*args)->next;
  while (tlp_starts_term(parser)) {
    raw_expr *arg = tlp_parse_subexpr(parser);
    if (!arg)
      return false;
    *args = arg;
    args = &arg->next;
    ++*count;
  }
  return true;
}

bool tlp_parse_angle_args(tlp_parser *parser, raw_expr **args, uint32_t *count) {
  do {
    tlp_next(parser); /* < or , */
    raw_expr *arg = tlp_parse_expr(parser);
    if (!arg)
      return false;
    *args = arg;
    args = &arg->next;
    ++*count;
  } while (tlp_is(parser, ','));
  return tlp_expect(parser, '>', "to close the list of arguments");
}

raw_expr *tlp_parse_expr(tlp_parser *parser) {
  if (!enter(parser))
    return NULL;
  raw_expr *expr = tlp_parse_subexpr(parser);
  if (expr && expr->kind == RAW_APPLY) { /* (T a) b is T a b */
    if (!tlp_parse_args(parser, &expr->args, &expr->arg_count))
      return NULL;
  } else if (expr && tlp_starts_term(parser)) {
    raw_expr *apply = tlp_alloc(&parser->schema->arena, sizeof *apply);
    if (!apply)
      return NULL;
    *apply = (raw_expr){.kind = RAW_APPLY, .pos = expr->pos, .length = expr->length, .child = expr};
    expr = tlp_parse_args(parser, &apply->args, &apply->arg_count) ? apply : NULL;
  }
  parser->depth--;
  return expr;
}

/* ---- fields ---- */

/* [ fields ], with its count already read, or none. */
static raw_expr *array(tlp_parser *parser, raw_expr *count) {
  raw_expr *expr = tlp_new_expr(parser, RAW_ARRAY);
  if (!expr || !enter(parser))
    return NULL;
  if (count) {
    expr->pos = count->pos;
    expr->length = count->length;
  }
  expr->child = count;
  tlp_next(parser);
  if (!tlp_parse_fields(parser, &expr->fields, &expr->field_count) ||
      !tlp_expect(parser, ']', "to close the repetition"))
    return NULL;
  parser->depth--;
  return expr;
}

/* [...], n*[...], or a type. */
static raw_expr *field_type(tlp_parser *parser) {
  if (tlp_is(parser, '['))
    return array(parser, NULL);
  raw_expr *expr = term(parser);
  if (!expr || !tlp_accept(parser, '*'))
    return expr;
  if (tlp_is(parser, '['))
    return array(parser, expr);
  tlp_unexpected(parser, "`[` after `*`");
  return NULL;
}

/* name.3? or name? */
static bool condition(tlp_parser *parser, raw_field *field) {
  field->cond_bit = -1;
  if (parser->token.kind != TOKEN_NAME)
    return true;
  char next = tlp_peek_char(&parser->lexer);
  if (next != '.' && next != '?')
    return true;
  field->cond_pos = parser->token.pos;
  field->cond = tlp_token_name(parser);
  tlp_next(parser);
  if (tlp_accept(parser, '.')) {
    if (parser->token.kind != TOKEN_NUMBER)
      return tlp_unexpected(parser, "the number of a bit");
    if (parser->token.value > 31) {
      tlp_report(parser->schema, TLP_ERROR, TLP_D_CONDITION, parser->token.pos,
                 parser->token.length, "there is no bit %u: bits go from 0 to 31",
                 parser->token.value);
      field->cond_bit = 31;
    } else {
      field->cond_bit = (int)parser->token.value;
    }
    tlp_next(parser);
  }
  return field->cond && tlp_expect(parser, '?', "after a condition");
}

static bool field_name(tlp_parser *parser, raw_field *field) {
  field->pos = parser->token.pos;
  field->length = parser->token.length;
  field->underscore = parser->token.kind == TOKEN_UNDERSCORE;
  if (!field->underscore && !(field->name = tlp_token_name(parser)))
    return false;
  if (field->name && field->name->dot) {
    tlp_report(parser->schema, TLP_ERROR, TLP_D_SYNTAX, field->pos, field->length,
               "the name of a field has no dot");
    return false;
  }
  tlp_next(parser);
  return true;
}

static bool one_field(tlp_parser *parser, raw_field *field) {
  bool named = parser->token.kind == TOKEN_UNDERSCORE ||
               (parser->token.kind == TOKEN_NAME && tlp_peek_char(&parser->lexer) == ':');
  field->cond_bit = -1;
  field->pos = parser->token.pos;
  field->length = parser->token.length;
  if (named && (!field_name(parser, field) ||
                !tlp_expect(parser, ':', "after the name of a field") || !condition(parser, field)))
    return false;
  field->bang = tlp_accept(parser, '!');
  field->type = field->bang ? term(parser) : field_type(parser);
  if (field->type && !named) /* in a partial application: `tuple int n+1;` */
    field->type = rest_of_sum(parser, field->type);
  return field->type != NULL;
}

/* ( a b : T ): true when names and a colon follow the parenthesis. */
static bool is_group(const tlp_parser *parser) {
  tlp_lexer ahead = parser->lexer;
  ahead.schema = NULL;
  tlp_token token = tlp_lex(&ahead);
  bool names = false;
  for (; token.kind == TOKEN_NAME || token.kind == TOKEN_UNDERSCORE; token = tlp_lex(&ahead))
    names = true;
  return names && token.kind == TOKEN_CHAR && token.symbol == ':';
}

static raw_field *append(tlp_parser *parser, raw_field ***tail, uint32_t *count) {
  raw_field *field = tlp_alloc(&parser->schema->arena, sizeof *field);
  if (!field)
    return NULL;
  **tail = field;
  *tail = &field->next;
  ++*count;
  return field;
}

static bool group(tlp_parser *parser, raw_field ***tail, uint32_t *count) {
  raw_field **first = *tail;
  tlp_next(parser);
  while (!tlp_is(parser, ':')) {
    raw_field *field = append(parser, tail, count);
    if (!field || !field_name(parser, field))
      return false;
    field->cond_bit = -1;
  }
  tlp_next(parser);
  bool bang = tlp_accept(parser, '!');
  raw_expr *type = bang ? term(parser) : field_type(parser);
  if (!type || !tlp_expect(parser, ')', "after a group of fields"))
    return false;
  for (raw_field *field = *first; field; field = field->next) {
    field->type = type;
    field->bang = bang;
  }
  return true;
}

bool tlp_parse_fields(tlp_parser *parser, raw_field **fields, uint32_t *count) {
  raw_field **tail = fields;
  while (tlp_starts_term(parser) || parser->token.kind == TOKEN_UNDERSCORE || tlp_is(parser, '[') ||
         tlp_is(parser, '!')) {
    bool ok;
    if (tlp_is(parser, '(') && is_group(parser)) {
      ok = group(parser, &tail, count);
    } else {
      raw_field *field = append(parser, &tail, count);
      ok = field && one_field(parser, field);
    }
    if (!ok)
      return false;
  }
  return true;
}
