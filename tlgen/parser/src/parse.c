/* parse.c: declarations and sections. The grammar is that of core.telegram.org/mtproto/TL-formal
 * and TL-combinators, with `@name` before a combinator, as VK's schemas have it. */
#include "parse.h"

#include <string.h>

#include "diag.h"
#include "resolve.h"

static bool same(const tlp_parser *parser, const tlp_token *token, const char *word) {
  return token->kind == TOKEN_NAME && strlen(word) == token->length &&
         memcmp(parser->lexer.text + token->offset, word, token->length) == 0;
}

/* ---- implicit arguments ---- */

static bool implicit_names(tlp_parser *parser, raw_field ***tail, uint32_t *count) {
  do {
    raw_field *field = tlp_alloc(&parser->schema->arena, sizeof *field);
    if (parser->token.kind != TOKEN_NAME)
      return tlp_unexpected(parser, "the name of an implicit argument");
    if (!field || !(field->name = tlp_token_name(parser)))
      return false;
    field->pos = parser->token.pos;
    field->length = parser->token.length;
    **tail = field;
    *tail = &field->next;
    ++*count;
    tlp_next(parser);
  } while (parser->token.kind == TOKEN_NAME);
  return true;
}

/* { name... : Type } or { name... : # } */
static bool implicit_group(tlp_parser *parser, raw_field ***tail, uint32_t *count) {
  raw_field **first = *tail;
  tlp_next(parser);
  if (!implicit_names(parser, tail, count) || !tlp_expect(parser, ':', "after the name"))
    return false;
  tlp_token at = parser->token;
  raw_expr *type = tlp_parse_expr(parser);
  if (!type || !tlp_expect(parser, '}', "after an implicit argument"))
    return false;
  tlp_kind kind;
  if (!tlp_variable_kind(type, &kind)) {
    tlp_report(parser->schema, TLP_ERROR, TLP_D_SYNTAX, at.pos, at.length,
               "an implicit argument is `Type` or `#`");
    return false;
  }
  for (raw_field *field = *first; field; field = field->next)
    field->type = type;
  return true;
}

static bool implicit_args(tlp_parser *parser, raw_decl *decl) {
  raw_field **tail = &decl->implicit;
  while (tlp_is(parser, '{')) {
    if (!implicit_group(parser, &tail, &decl->implicit_count))
      return false;
  }
  return true;
}

/* ---- declarations ---- */

static bool result_type(tlp_parser *parser, raw_decl *decl) {
  decl->result_bang = tlp_accept(parser, '!');
  if (decl->result_bang)
    decl->section = TLP_SECTION_FUNCTIONS;
  if (!tlp_starts_term(parser))
    return tlp_unexpected(parser, "a result type");
  decl->result = tlp_parse_expr(parser);
  return decl->result != NULL;
}

/* `name T...;`: what parsed as fields was the arguments of a partial application. */
static bool partial_combinator(tlp_parser *parser, raw_decl *decl) {
  raw_expr **tail = &decl->args;
  for (raw_field *field = decl->fields; field; field = field->next) {
    if (field->name || field->underscore || field->bang || field->type->kind == RAW_ARRAY)
      return tlp_unexpected(parser, "`=` and the result type");
    *tail = field->type;
    tail = &field->type->next;
  }
  decl->kind = TLP_DECL_PARTIAL_COMBINATOR;
  decl->arg_count = decl->field_count;
  decl->fields = NULL;
  decl->field_count = 0;
  return true;
}

static bool lower_case_result(tlp_parser *parser, raw_decl *decl) {
  if (decl->section == TLP_SECTION_TYPES && decl->result->kind == RAW_NAME &&
      !decl->result->name->upper) {
    tlp_report(parser->schema, TLP_ERROR, TLP_D_RESULT, decl->result->pos, decl->result->length,
               "the type `%s` does not start with a capital", decl->result->name->text);
    return true;
  }
  return false;
}

static bool combinator_body(tlp_parser *parser, raw_decl *decl) {
  if (tlp_accept(parser, '?')) {
    decl->builtin = true;
  } else {
    if (!implicit_args(parser, decl) ||
        !tlp_parse_fields(parser, &decl->fields, &decl->field_count))
      return false;
    if (tlp_is(parser, '{'))
      return tlp_unexpected(parser, "`=`; implicit arguments stand before the fields");
    if (tlp_is(parser, ';') && decl->field_count && !decl->has_id && !decl->implicit_count)
      return partial_combinator(parser, decl);
  }
  return tlp_expect(parser, '=', "and the result type") && result_type(parser, decl) &&
         !lower_case_result(parser, decl);
}

static bool combinator(tlp_parser *parser, raw_decl *decl) {
  decl->kind = TLP_DECL_COMBINATOR;
  decl->pos = parser->token.pos;
  decl->length = parser->token.length;
  if (parser->token.kind == TOKEN_NAME && !(decl->name = tlp_token_name(parser)))
    return false;
  tlp_lexer *lexer = &parser->lexer;
  if (lexer->at < lexer->length && lexer->text[lexer->at] == '#') {
    lexer->at++;
    if (!tlp_lex_id(lexer, &decl->id))
      return false;
    decl->has_id = true;
  }
  tlp_next(parser);
  return combinator_body(parser, decl);
}

/* Final T; New T; Empty T; */
static bool final_decl(tlp_parser *parser, raw_decl *decl, tlp_decl_kind kind) {
  decl->kind = kind;
  tlp_next(parser);
  decl->pos = parser->token.pos;
  decl->length = parser->token.length;
  decl->name = tlp_token_name(parser);
  if (decl->name && !decl->name->upper)
    return tlp_unexpected(parser, "the name of a type");
  tlp_next(parser);
  return decl->name != NULL;
}

static bool partial_type(tlp_parser *parser, raw_decl *decl) {
  decl->kind = TLP_DECL_PARTIAL_TYPE;
  decl->pos = parser->token.pos;
  decl->length = parser->token.length;
  decl->name = tlp_token_name(parser);
  tlp_next(parser);
  if (!decl->name)
    return false;
  bool ok = tlp_is(parser, '<') ? tlp_parse_angle_args(parser, &decl->args, &decl->arg_count)
                                : tlp_parse_args(parser, &decl->args, &decl->arg_count);
  if (ok && (!decl->arg_count || !tlp_is(parser, ';'))) {
    tlp_report(parser->schema, TLP_ERROR, TLP_D_SYNTAX, decl->pos, decl->length,
               "a constructor or function starts with a small letter");
    return false;
  }
  return ok;
}

static bool upper_decl(tlp_parser *parser, raw_decl *decl) {
  static const struct {
    const char *word;
    tlp_decl_kind kind;
  } words[] = {{"Final", TLP_DECL_FINAL}, {"New", TLP_DECL_NEW}, {"Empty", TLP_DECL_EMPTY}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!same(parser, &parser->token, words[i].word))
      continue;
    if (tlp_peek(parser).kind == TOKEN_NAME)
      return final_decl(parser, decl, words[i].kind);
  }
  return partial_type(parser, decl);
}

static bool annotations(tlp_parser *parser, raw_decl *decl) {
  tlp_list list = {0};
  while (tlp_accept(parser, '@')) {
    if (parser->token.kind != TOKEN_NAME)
      return tlp_unexpected(parser, "a name after `@`");
    tlp_name *name = tlp_token_name(parser);
    const char **item =
        name ? tlp_list_add(&parser->schema->arena, &list, sizeof *item) : (const char **)NULL;
    if (!item)
      return false;
    *item = name->text;
    tlp_next(parser);
  }
  decl->annotations = list.items;
  decl->annotation_count = (uint32_t)list.count;
  return true;
}

static bool starts_upper(const tlp_parser *parser) {
  const char *text = parser->lexer.text + parser->token.offset;
  bool upper = text[0] >= 'A' && text[0] <= 'Z';
  for (uint32_t i = 0; i + 1 < parser->token.length; i++) {
    if (text[i] == '.')
      upper = text[i + 1] >= 'A' && text[i + 1] <= 'Z';
  }
  return upper;
}

static bool declaration(tlp_parser *parser, raw_decl *decl) {
  decl->section = parser->section;
  if (parser->lexer.comment_line && parser->lexer.comment_line + 1 == parser->token.pos.line) {
    decl->comment = parser->lexer.text + parser->lexer.comment_start;
    decl->comment_length = parser->lexer.comment_end - parser->lexer.comment_start;
  }
  if (!annotations(parser, decl))
    return false;
  decl->text = parser->lexer.text + parser->token.offset;
  bool ok;
  if (parser->token.kind == TOKEN_UNDERSCORE)
    ok = combinator(parser, decl);
  else if (parser->token.kind != TOKEN_NAME)
    return tlp_unexpected(parser, "a declaration");
  else
    ok = starts_upper(parser) ? upper_decl(parser, decl) : combinator(parser, decl);
  return ok && tlp_expect(parser, ';', "at the end of a declaration");
}

/* ---- sources ---- */

/* What a broken declaration would have made is not to be reported as missing. */
static void poison(tlp_parser *parser, const raw_decl *decl) {
  if (decl && decl->name)
    decl->name->poisoned = true;
  bool after_equals = false;
  while (parser->token.kind != TOKEN_END && parser->token.kind != TOKEN_DASHES) {
    if (after_equals && parser->token.kind == TOKEN_NAME) {
      tlp_name *name = tlp_token_name(parser);
      if (name)
        name->poisoned = true;
    }
    after_equals = tlp_is(parser, '=');
    if (tlp_accept(parser, ';'))
      return;
    tlp_next(parser);
  }
}

static bool section_line(tlp_parser *parser) {
  tlp_next(parser);
  if (same(parser, &parser->token, "types"))
    parser->section = TLP_SECTION_TYPES;
  else if (same(parser, &parser->token, "functions"))
    parser->section = TLP_SECTION_FUNCTIONS;
  else
    (void)tlp_unexpected(parser, "`types` or `functions` between the dashes");
  if (parser->token.kind != TOKEN_NAME)
    return false;
  tlp_next(parser);
  if (parser->token.kind != TOKEN_DASHES)
    return tlp_unexpected(parser, "`---` after the name of the section");
  tlp_next(parser);
  return true;
}

static bool next_declaration(tlp_parser *parser) {
  if (parser->token.kind == TOKEN_DASHES) {
    if (!section_line(parser))
      poison(parser, NULL);
    return true;
  }
  raw_decl *decl = tlp_alloc(&parser->schema->arena, sizeof *decl);
  if (!decl)
    return false;
  parser->depth = 0;
  if (declaration(parser, decl)) {
    decl->text_length = (size_t)(parser->lexer.text + parser->end - decl->text);
    tlp_add_raw(parser->schema, decl);
  } else {
    poison(parser, decl);
  }
  return !parser->schema->arena.out_of_memory && !tlp_too_many(parser->schema);
}

void tlp_parse(tlp_schema *schema, uint32_t file) {
  tlp_file *source = (tlp_file *)schema->files.items + file;
  tlp_parser parser = {.schema = schema, .section = TLP_SECTION_TYPES};
  tlp_lexer_init(&parser.lexer, schema, file, source->text, source->length);
  tlp_next(&parser);
  while (parser.token.kind != TOKEN_END && next_declaration(&parser))
    continue;
  source->layer = parser.lexer.layer;
}

raw_decl *tlp_parse_predefined(tlp_schema *schema, const char *text) {
  tlp_parser parser = {.schema = schema, .section = TLP_SECTION_TYPES};
  raw_decl *decl = tlp_alloc(&schema->arena, sizeof *decl);
  tlp_lexer_init(&parser.lexer, schema, TLP_NO_FILE, text, strlen(text));
  tlp_next(&parser);
  if (!decl || !declaration(&parser, decl))
    return NULL;
  decl->text_length = (size_t)(parser.lexer.text + parser.end - decl->text);
  return decl;
}
