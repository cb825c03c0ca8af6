/* run.h: programs run from tests, in a temporary folder. */
#ifndef TESTS_RUN_H
#define TESTS_RUN_H

#include <stddef.h>

/* What a program left; the texts end in NUL and are the caller's, see run_free(). */
typedef struct run_result {
  int status; /* its exit status; -1 when it did not exit by itself or could not be started */
  char *out;
  char *err;
} run_result;

/* Runs argv[0], looked up on PATH when it has no slash, in the folder `dir`. argv ends in NULL. */
run_result run_program(const char *dir, const char *const *argv);
void run_free(run_result *result);

/* Makes a temporary folder; its path is the caller's. Removes one with the files in it, and with
 * those in folders in it. */
char *run_make_dir(void);
void run_remove_dir(char *dir);

/* Reads or writes a file `name` in `dir`. What is read ends in NUL and is the caller's; NULL when
 * there is no such file. */
char *run_read_file(const char *dir, const char *name, size_t *length);
void run_write_file(const char *dir, const char *name, const char *text, size_t length);

#endif
