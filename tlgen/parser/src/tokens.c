/* tokens.c: the token that the parser looks at, and what is said when it is not the right one. */
#include "tokens.h"

#include <string.h>

#include "diag.h"

void tlp_next(tlp_parser *parser) {
  parser->end = parser->token.offset + parser->token.length;
  parser->token = tlp_lex(&parser->lexer);
}

tlp_token tlp_peek(const tlp_parser *parser) {
  tlp_lexer ahead = parser->lexer;
  ahead.schema = NULL;
  return tlp_lex(&ahead);
}

bool tlp_is(const tlp_parser *parser, char symbol) {
  return parser->token.kind == TOKEN_CHAR && parser->token.symbol == symbol;
}

bool tlp_accept(tlp_parser *parser, char symbol) {
  if (!tlp_is(parser, symbol))
    return false;
  tlp_next(parser);
  return true;
}

bool tlp_unexpected(tlp_parser *parser, const char *expected) {
  const tlp_token *token = &parser->token;
  if (token->kind == TOKEN_ERROR)
    return false;
  const char *text = parser->lexer.text + token->offset;
  int shown = token->length > 60 ? 60 : (int)token->length;
  if (token->kind == TOKEN_END)
    tlp_report(parser->schema, TLP_ERROR, TLP_D_SYNTAX, token->pos, 1,
               "expected %s, but the file ends here", expected);
  else
    tlp_report(parser->schema, TLP_ERROR, TLP_D_SYNTAX, token->pos, token->length,
               "expected %s, not `%.*s`", expected, shown, text);
  return false;
}

bool tlp_expect(tlp_parser *parser, char symbol, const char *where) {
  if (tlp_accept(parser, symbol))
    return true;
  char expected[80] = "`?` ";
  expected[1] = symbol;
  strncat(expected, where, sizeof expected - 5);
  return tlp_unexpected(parser, expected);
}

tlp_name *tlp_token_name(tlp_parser *parser) {
  return tlp_intern(&parser->schema->arena, &parser->schema->names,
                    parser->lexer.text + parser->token.offset, parser->token.length);
}
