/* generate.h: between the files of `tlgen generate`. */
#ifndef TLGEN_CMD_GENERATE_H
#define TLGEN_CMD_GENERATE_H

#include "base/mem.h"
#include "base/text.h"

/* The command line. Lists are of const char *, which point into argv. */
typedef struct generate_args {
  list schemas, errors, methods, only, hot, legacy;
  const char *out, *prefix, *doc_url, *depfile, *layer_text;
  int32_t layer; /* 0: as the schema says */
  bool check, strict, keep_words, quiet, help;
} generate_args;

/* Reads the command line; --only's patterns are cut apart in `pool`. False (and a message printed)
 * when it makes no sense. */
bool generate_read_args(mem *pool, generate_args *args, int argc, char **argv);
extern const char generate_usage[];

/* What --legacy brings: forms of other layers as a schema, and a table of names; NULL where there
 * is none. The text is in the pool. */
typedef struct generate_legacy {
  const char *file, *forms, *names;
} generate_legacy;

/* Reads the files of --legacy: a table of names is one that ends in .tsv. Of a schema only those
 * constructors are taken that are named after a layer. False (and a message) when one cannot be
 * read. */
bool generate_read_legacy(mem *pool, const list *files, generate_legacy *out);

/* Where generated files go. */
typedef struct sink {
  mem *pool;
  const char *out; /* the folder --out */
  bool check;      /* only compare, and print what differs */
  list made;       /* const char *: the paths put so far */
  bool stale;      /* checking: something differs */
} sink;

/* Brings the file `path` ("include/tg/auth.h", below --out) up to date, touching it only if it
 * differs. False (and a message printed) when it cannot be written. */
bool sink_put(sink *s, const char *path, const text *body);

/* The same for headers in `folder` ("include/tg") that an earlier run made and this one did not:
 * they are removed. */
bool sink_finish(sink *s, const char *folder);

/* Reads a file into the pool, NUL-terminated; NULL (and errno) when that fails. */
char *generate_read_file(mem *pool, const char *path, size_t *length);

#endif
