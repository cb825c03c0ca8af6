/* print.h: writes declarations: for reading, and for hashing. */
#ifndef TLP_PRINT_H
#define TLP_PRINT_H

#include "storage.h"

typedef enum tlp_style {
  STYLE_PRETTY,
  STYLE_TL,      /* what the language hashes */
  STYLE_TELEGRAM /* what Telegram hashes */
} tlp_style;

typedef struct tlp_writer {
  char *buffer;
  size_t size;
  size_t length; /* of the whole text, also what did not fit */
} tlp_writer;

void tlp_write(tlp_writer *writer, const char *text, size_t length);
void tlp_write_text(tlp_writer *writer, const char *text);
void tlp_write_end(tlp_writer *writer);
void tlp_write_combinator(tlp_writer *writer, const tlp_combinator *combinator, tlp_style style);

/* True when the two styles that are hashed differ for this combinator. */
bool tlp_telegram_differs(const tlp_combinator *combinator);

#endif
