/* What could stand in the place of an unfinished word. */
#ifndef TGCALL_COMPLETE_H
#define TGCALL_COMPLETE_H

#include "help.h"

/* Offers those who were seen with that session, as "me", "@name" and "+phone" with `behind` after
 * it, where they begin as `start`; `before` stands in the same word. */
void complete_peers(const connection_args *args, const char *before, const char *start,
                    const char *behind);

/* Prints the candidates for the last of n words (those behind "tgcall"), one a line, behind a
 * tab what it is, if that is known; a line ":files" where a file could stand. */
void complete_words(const command_table *all, const char *const *words, size_t n);

#endif
