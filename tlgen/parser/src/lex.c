/* lex.c: cuts a source into tokens, and drops comments. */
#include <string.h>

#include "diag.h"
#include "lex.h"

void tlp_lexer_init(tlp_lexer *lexer, tlp_schema *schema, uint32_t file, const char *text,
                    size_t length) {
  *lexer = (tlp_lexer){
      .schema = schema, .text = text, .length = length, .line = 1, .file = file, .layer = -1};
  if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
    lexer->at = lexer->line_start = 3; /* a byte order mark */
}

static tlp_pos here(const tlp_lexer *lexer) {
  return (tlp_pos){lexer->file, lexer->line, (uint32_t)(lexer->at - lexer->line_start + 1)};
}

static char peek_char(const tlp_lexer *lexer, size_t ahead) {
  return lexer->length - lexer->at > ahead ? lexer->text[lexer->at + ahead] : '\0';
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}

static int hex_value(char c) {
  if (is_digit(c))
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void advance(tlp_lexer *lexer) {
  if (lexer->text[lexer->at++] == '\n') {
    lexer->line++;
    lexer->line_start = lexer->at;
  }
}

/* Finds `LAYER n` in the text of a line comment. */
static void look_for_layer(tlp_lexer *lexer, size_t start, size_t end) {
  size_t i = start;
  while (i < end && (lexer->text[i] == ' ' || lexer->text[i] == '\t' || lexer->text[i] == '/'))
    i++;
  if (lexer->layer >= 0 || end - i < 7 || memcmp(lexer->text + i, "LAYER ", 6) != 0)
    return;
  int32_t layer = 0;
  size_t digits = 0;
  for (i += 6; i < end && is_digit(lexer->text[i]) && digits < 9; i++, digits++)
    layer = layer * 10 + (lexer->text[i] - '0');
  if (digits)
    lexer->layer = layer;
}

/* Remembers the lines of comment that follow one another, for the declaration below them. */
static void line_comment(tlp_lexer *lexer) {
  size_t start = lexer->at;
  bool alone = true;
  for (size_t i = lexer->line_start; i < start && alone; i++)
    alone = lexer->text[i] == ' ' || lexer->text[i] == '\t';
  const char *end = memchr(lexer->text + start, '\n', lexer->length - start);
  lexer->at = end ? (size_t)(end - lexer->text) : lexer->length;
  look_for_layer(lexer, start, lexer->at);
  if (!alone)
    return;
  if (!lexer->comment_line || lexer->comment_line + 1 != lexer->line)
    lexer->comment_start = start;
  lexer->comment_end = lexer->at;
  lexer->comment_line = lexer->line;
}

static void block_comment(tlp_lexer *lexer) {
  tlp_pos start = here(lexer);
  lexer->at += 2;
  while (lexer->at < lexer->length) {
    if (peek_char(lexer, 0) == '*' && peek_char(lexer, 1) == '/') {
      lexer->at += 2;
      return;
    }
    advance(lexer);
  }
  if (lexer->schema)
    tlp_report(lexer->schema, TLP_ERROR, TLP_D_COMMENT, start, 2, "this comment has no end");
}

static void skip_space(tlp_lexer *lexer) {
  while (lexer->at < lexer->length) {
    char c = lexer->text[lexer->at];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f')
      advance(lexer);
    else if (c == '/' && peek_char(lexer, 1) == '/')
      line_comment(lexer);
    else if (c == '/' && peek_char(lexer, 1) == '*')
      block_comment(lexer);
    else
      return;
  }
}

char tlp_peek_char(const tlp_lexer *lexer) {
  char c = peek_char(lexer, 0);
  if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '/')
    return c;
  tlp_lexer ahead = *lexer;
  ahead.schema = NULL;
  skip_space(&ahead);
  return peek_char(&ahead, 0);
}

/* a, a.b, a.b.C; a dot belongs to the name only when a letter follows. */
static void word(tlp_lexer *lexer, tlp_token *token) {
  token->kind = TOKEN_NAME;
  do {
    do
      lexer->at++;
    while (is_word(peek_char(lexer, 0)));
  } while (peek_char(lexer, 0) == '.' && is_letter(peek_char(lexer, 1)));
  if (lexer->at - token->offset == 1 && lexer->text[token->offset] == '_')
    token->kind = TOKEN_UNDERSCORE;
}

static void number(tlp_lexer *lexer, tlp_token *token) {
  uint64_t value = 0;
  token->kind = TOKEN_NUMBER;
  for (; is_digit(peek_char(lexer, 0)); lexer->at++) {
    if (value <= UINT32_MAX)
      value = value * 10 + (uint64_t)(peek_char(lexer, 0) - '0');
  }
  token->value = (uint32_t)value;
  if (value <= UINT32_MAX)
    return;
  token->kind = TOKEN_ERROR;
  if (lexer->schema)
    tlp_report(lexer->schema, TLP_ERROR, TLP_D_NUMBER, token->pos,
               (uint32_t)(lexer->at - token->offset), "this number does not fit in 32 bits");
}

static void symbol(tlp_lexer *lexer, tlp_token *token) {
  char c = peek_char(lexer, 0);
  if (c == '-' && peek_char(lexer, 1) == '-' && peek_char(lexer, 2) == '-') {
    token->kind = TOKEN_DASHES;
    lexer->at += 3;
    return;
  }
  lexer->at++;
  token->kind = TOKEN_CHAR;
  token->symbol = c;
  if (c && strchr(":;()[]{}=#?%+<>,.*!@", c))
    return;
  token->kind = TOKEN_ERROR;
  if (!lexer->schema)
    return;
  if (c >= ' ' && c <= '~')
    tlp_report(lexer->schema, TLP_ERROR, TLP_D_CHARACTER, token->pos, 1, "nothing starts with `%c`",
               c);
  else
    tlp_report(lexer->schema, TLP_ERROR, TLP_D_CHARACTER, token->pos, 1,
               "the byte 0x%02x does not belong here", (unsigned)(unsigned char)c);
}

tlp_token tlp_lex(tlp_lexer *lexer) {
  skip_space(lexer);
  tlp_token token = {.kind = TOKEN_END, .pos = here(lexer), .offset = lexer->at};
  if (lexer->at >= lexer->length)
    return token;
  char c = peek_char(lexer, 0);
  if (is_letter(c) || c == '_')
    word(lexer, &token);
  else if (is_digit(c))
    number(lexer, &token);
  else
    symbol(lexer, &token);
  token.length = (uint32_t)(lexer->at - token.offset);
  return token;
}

bool tlp_lex_id(tlp_lexer *lexer, uint32_t *id) {
  tlp_pos pos = here(lexer);
  size_t start = lexer->at;
  uint32_t value = 0;
  size_t digits = 0;
  bool hex = true;
  for (char c; is_word(c = peek_char(lexer, 0)); lexer->at++, digits++) {
    hex = hex && hex_value(c) >= 0;
    value = value << 4 | ((uint32_t)hex_value(c) & 15u);
  }
  *id = value;
  if (hex && digits >= 1 && digits <= 8)
    return true;
  tlp_report(lexer->schema, TLP_ERROR, TLP_D_NUMBER, pos,
             (uint32_t)(digits ? lexer->at - start : 1),
             "an id is one to eight hexadecimal digits right after the `#`");
  return false;
}
