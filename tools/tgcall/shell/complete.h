/* What could stand in the place of an unfinished word. */
#ifndef TGCALL_COMPLETE_H
#define TGCALL_COMPLETE_H

#include "help.h"

/* Prints the candidates for the last of n words (those behind "tgcall"), one a line, behind a
 * tab what it is, if that is known; a line ":files" where a file could stand. */
void complete_words(const command_table *all, const char *const *words, size_t n);

#endif
