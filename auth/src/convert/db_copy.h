/* A database that is looked at without touching it. */
#ifndef TGAUTH_CONVERT_DB_COPY_H
#define TGAUTH_CONVERT_DB_COPY_H

#include <mtp/error.h>

typedef struct tgauth_db_copy {
  char *folder, *path; /* malloc's; NULL: there is no copy */
} tgauth_db_copy;

/* Copies the database with its journal into a folder of its own, where TMPDIR says, if it has one
 * that is not empty: PATH-wal, or PATH-journal. Otherwise there is no copy. STORE, NOMEM. */
mtp_status tgauth_db_copy_with_journal(const char *path, tgauth_db_copy *out, mtp_error *error);
/* Removes it. Without one it does nothing. */
void tgauth_db_copy_drop(tgauth_db_copy *copy);

/* "file:PATH?immutable=1" with the path encoded; malloc's. NULL when out of memory. */
char *tgauth_db_uri(const char *path);

#endif
