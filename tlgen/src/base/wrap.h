/* wrap.h: lines of C that are no longer than a page is wide. */
#ifndef TLGEN_WRAP_H
#define TLGEN_WRAP_H

#include "base/text.h"

/* Appends C source with every line longer than 100 columns broken: after a comma, after an opening
 * parenthesis, or at a space; a line without such a place stays. Comments of several lines keep
 * their own width, see comment_paragraph(). */
void text_add_wrapped(text *t, const char *source);

#endif
