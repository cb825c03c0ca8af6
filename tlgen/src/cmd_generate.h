/* cmd_generate.h: between the files of `tlgen generate`. */
#ifndef TLGEN_CMD_GENERATE_H
#define TLGEN_CMD_GENERATE_H

#include "emit_text.h"
#include "model_mem.h"

/* The command line. Lists are of const char *, which point into argv. */
typedef struct generate_args {
  list schemas, errors, methods, only;
  const char *out, *prefix, *doc_url, *depfile;
  bool check, strict, keep_words, quiet, help;
} generate_args;

/* Reads the command line; --only's patterns are cut apart in `pool`. False (and a message printed)
 * when it makes no sense. */
bool generate_read_args(mem *pool, generate_args *args, int argc, char **argv);
extern const char generate_usage[];

/* One file of the generated code. */
typedef struct output {
  const char *path; /* below --out: "include/tg/auth.h" */
  text body;
} output;

/* Brings the folder `out` up to date with `count` outputs: writes what differs, and removes headers
 * in `headers` ("include/tg") that an earlier run made and this one does not. False (and a message
 * printed) when something cannot be written. */
bool generate_write(mem *pool, const char *out, const char *headers, const output *outputs,
                    size_t count);

/* Only prints what differs. False when anything does. */
bool generate_check(mem *pool, const char *out, const char *headers, const output *outputs,
                    size_t count);

/* Reads a file into the pool, NUL-terminated; NULL (and errno) when that fails. */
char *generate_read_file(mem *pool, const char *path, size_t *length);

/* Lower-case hexadecimal SHA-256. */
char *generate_sha256(mem *pool, const void *data, size_t length);

#endif
