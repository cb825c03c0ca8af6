/* tokens.h: the token that the parser looks at, and what is done with it. */
#ifndef TLP_TOKENS_H
#define TLP_TOKENS_H

#include "lex.h"

typedef struct tlp_parser {
  tlp_schema *schema;
  tlp_lexer lexer;
  tlp_token token; /* not yet consumed */
  size_t end;      /* offset after the last token consumed */
  tlp_section section;
  unsigned depth;
} tlp_parser;

void tlp_next(tlp_parser *parser);
bool tlp_is(const tlp_parser *parser, char symbol);
bool tlp_accept(tlp_parser *parser, char symbol);

/* Consumes `symbol` or reports that it was expected `where`. */
bool tlp_expect(tlp_parser *parser, char symbol, const char *where);

/* Reports what stands there and what should; false. */
bool tlp_unexpected(tlp_parser *parser, const char *expected);

/* The token after the present one. */
tlp_token tlp_peek(const tlp_parser *parser);
tlp_name *tlp_token_name(tlp_parser *parser);

#endif
