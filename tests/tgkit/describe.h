/* Formatted text as one line, so that expectations can be written down and compared. */
#ifndef TEST_TGKIT_DESCRIBE_H
#define TEST_TGKIT_DESCRIBE_H

#include <tgkit/text.h>

/* "Bold 0+4, TextUrl 5+2 https://e.org/, Blockquote 8+1 collapsed"; cut to size. Returns out. */
char *describe_entities(const tgkit_text *text, char *out, size_t size);

#endif
