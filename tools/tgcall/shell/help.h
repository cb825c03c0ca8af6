/* What --help prints, which the manual pages and the completion are made of, too. A text has
 * paragraphs, and lines "  --name ARG  what it does" that go on where they are indented by more. */
#ifndef TGCALL_HELP_H
#define TGCALL_HELP_H

#include "tgcall.h"

/* All commands, in the order of the usage text. */
typedef struct command_table {
  const command *const *items;
  size_t count;
} command_table;

/* An option, as a text describes it. */
typedef struct help_option {
  char name[32];
  char arg[24];     /* what it takes; "": nothing */
  const char *text; /* what it does: the line's rest, which is not NUL-terminated */
  size_t size;
} help_option;

/* The next option of a text; where to go on, or NULL: there is none. */
const char *help_next_option(const char *text, help_option *out);
/* The next "  word  what it does" that is no option: an action of a command. name and text only. */
const char *help_next_word(const char *text, help_option *out);
/* The option of that name, among those of the connection or of any command. */
bool help_find_option(const command_table *all, const char *name, size_t size, help_option *out);

/* The options that go with every command. */
const char *help_shared(void);
void help_usage(const command_table *all, FILE *out);
void help_command(const command *one);

#endif
