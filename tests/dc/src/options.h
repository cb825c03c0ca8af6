/* The command line of the program. */
#ifndef TGDC_OPTIONS_H
#define TGDC_OPTIONS_H

#include <tgdc/tgdc.h>

typedef struct tgdc_command_line {
  char host[64];
  uint16_t port;
  tgdc_options options;
  const char *config;                /* NULL: none */
  const char *command;               /* for the one that runs already; NULL: this one is to run */
  char **users, **bots, **bot_files; /* borrowed from argv, n_* each */
  int n_users, n_bots, n_bot_files;
  bool exit_with_stdin, help, methods; /* methods: print them, no more */
} tgdc_command_line;

/* False with error filled. Freed by tgdc_command_line_free() in both cases. */
bool tgdc_command_line_read(int argc, char **argv, tgdc_command_line *out, char *error,
                            size_t error_size);
void tgdc_command_line_free(tgdc_command_line *line);
const char *tgdc_usage(void);

#endif
