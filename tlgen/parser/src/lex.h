/* lex.h: tokens. */
#ifndef TLP_LEX_H
#define TLP_LEX_H

#include "storage.h"

typedef enum tlp_token_kind {
  TOKEN_END,
  TOKEN_ERROR, /* reported already */
  TOKEN_NAME,  /* name; may have dots */
  TOKEN_NUMBER,
  TOKEN_UNDERSCORE,
  TOKEN_DASHES, /* --- */
  TOKEN_CHAR    /* one of : ; ( ) [ ] { } = # ? % + < > , . * ! @; in `symbol` */
} tlp_token_kind;

typedef struct tlp_token {
  tlp_token_kind kind;
  char symbol;
  tlp_pos pos;
  size_t offset;
  uint32_t length;
  uint32_t value;
} tlp_token;

/* Reads tokens one by one. A copy of it is a bookmark. */
typedef struct tlp_lexer {
  tlp_schema *schema; /* NULL: looking ahead, report nothing */
  const char *text;
  size_t length;
  size_t at;
  size_t line_start;
  uint32_t line;
  uint32_t file;
  int32_t layer; /* from // LAYER n, or -1 */
  size_t comment_start;
  size_t comment_end;
  uint32_t comment_line; /* that the last block of // lines ended on; 0: none */
} tlp_lexer;

void tlp_lexer_init(tlp_lexer *lexer, tlp_schema *schema, uint32_t file, const char *text,
                    size_t length);
tlp_token tlp_lex(tlp_lexer *lexer);

/* The first character of the next token, NUL at the end; the token itself stays. */
char tlp_peek_char(const tlp_lexer *lexer);

/* Reads the digits of an id that follow a `#` at the current place, without space. Reports, and
 * returns false, when there are none, more than eight, or something sticks to them. */
bool tlp_lex_id(tlp_lexer *lexer, uint32_t *id);

#endif
