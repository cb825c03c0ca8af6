/* text.h: text that grows, made of readable blocks with named slots.
 *
 * When memory runs out the program ends, as with base/mem.h. */
#ifndef TLGEN_EMIT_TEXT_H
#define TLGEN_EMIT_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "tl-parser/tl-parser.h"

typedef struct text {
  char *data; /* NUL-terminated once anything was added */
  size_t size, capacity;
} text;

void text_clear(text *t); /* keeps the memory */
void text_free(text *t);
void text_add(text *t, const char *string);
void text_add_n(text *t, const char *string, size_t length);
void text_add_number(text *t, uint64_t number);
void text_printf(text *t, const char *format, ...) TLP_PRINTF(2, 3);

/* Appends the block with every {slot} replaced. `slots` has names and values in turn and ends with
 * NULL. A brace that is not followed by a slot's name and a closing brace stands for itself. */
void text_add_block(text *t, const char *block, const char *const *slots);

/* TEXT_BLOCK(t, "struct {name};\n", "name", def->c_name); */
#define TEXT_BLOCK(t, block, ...) text_add_block(t, block, (const char *const[]){__VA_ARGS__, NULL})

/* Decimal digits of a number, as a string that lives as long as the enclosing block. */
#define NUMBER(n) text_number((char[24]){0}, (uint64_t)(n))
const char *text_number(char buffer[24], uint64_t number);

/* "#c4b9f9bb"-like: eight lower-case hexadecimal digits. */
#define HEX8(n) text_hex8((char[9]){0}, n)
const char *text_hex8(char buffer[9], unsigned long number);

/* Hexadecimal digits, as many as there are. */
#define HEX(n) text_hex((char[17]){0}, n)
const char *text_hex(char buffer[17], uint64_t number);

/* In a paragraph: a space at which no line ends. */
#define COMMENT_JOIN "\x1f"

/* A C comment, wrapped at 100 columns. Each paragraph starts on a new line; what does not fit goes
 * on under it, indented. */
void comment_open(text *t);
void comment_paragraph(text *t, const char *paragraph);
void comment_close(text *t);

#endif
