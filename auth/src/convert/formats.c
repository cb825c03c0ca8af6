/* The table of formats. What is guessed goes by this order, so the ones with the most to check come
 * first. */
#include "formats.h"
#include "db_session.h"
#include <string.h>

#define ROWS(X)                                                                                    \
  X(tlgen)                                                                                         \
  X(tlgen_file)                                                                                    \
  X(telethon)                                                                                      \
  X(telethon_sqlite)                                                                               \
  X(telethon2_sqlite)                                                                              \
  X(gramjs)                                                                                        \
  X(gramjs_store)                                                                                  \
  X(mtcute)                                                                                        \
  X(mtkruto)                                                                                       \
  X(mtkruto_newer)                                                                                 \
  X(pyrogram)                                                                                      \
  X(pyrogram_old64)                                                                                \
  X(pyrogram_old32)                                                                                \
  X(kurigram_sqlite)                                                                               \
  X(pyrogram_sqlite)                                                                               \
  X(gotd)                                                                                          \
  X(grammers)                                                                                      \
  X(grammers_file)                                                                                 \
  X(tdata)

#define DECLARE(name) extern const tgauth_row tgauth_row_##name;
#define POINT(name)   &tgauth_row_##name,

ROWS(DECLARE)
static const tgauth_row *const rows[] = {ROWS(POINT)};
enum { N_ROWS = sizeof rows / sizeof rows[0] };

const tgauth_row *tgauth_row_at(size_t index) {
  return index < N_ROWS ? rows[index] : NULL;
}

const tgauth_row *tgauth_row_of(const tgauth_format *format) {
  for (size_t i = 0; i < N_ROWS; i++)
    if (&rows[i]->head == format)
      return rows[i];
  return NULL;
}

const tgauth_format *tgauth_format_at(size_t index) {
  return index < N_ROWS ? &rows[index]->head : NULL;
}

const tgauth_format *tgauth_format_find(const char *name) {
  for (size_t i = 0; i < N_ROWS; i++)
    if (strcmp(rows[i]->head.name, name) == 0)
      return &rows[i]->head;
  return NULL;
}

bool tgauth_row_imports(const tgauth_row *row) {
  return row->db || row->import;
}

bool tgauth_row_exports(const tgauth_row *row) {
  return row->db || row->export;
}

bool tgauth_row_looks(const tgauth_row *row, const tgauth_source *source) {
  return row->db ? tgauth_db_looks(row->db, source) : row->looks && row->looks(source);
}

mtp_status tgauth_row_import(const tgauth_row *row, const tgauth_source *source,
                             mtp_session *session, mtp_error *error) {
  return row->db ? tgauth_db_import(row->db, source, session, error)
                 : row->import(source, session, error);
}

mtp_status tgauth_row_export(const tgauth_row *row, const mtp_session *session,
                             const tgauth_target *target, mtp_error *error) {
  return row->db ? tgauth_db_export(row->db, session, target, error)
                 : row->export(session, target, error);
}
