/* A session in a SQLite database: what all the formats do alike. */
#include "db_session.h"

#include "../internal.h"

static const int64_t mark = INT64_C(-1000000000000);

int64_t tgauth_marked_channel(int64_t id) {
  return mark - id;
}

bool tgauth_db_looks(const tgauth_db_format *format, const tgauth_source *source) {
  tgauth_db *db;
  if (!source->path || source->form != TGAUTH_FORM_FILE ||
      tgauth_db_open(source->path, &db, NULL) != MTP_OK)
    return false;
  bool is = true;
  for (size_t i = 0; is && i < sizeof format->marks / sizeof format->marks[0]; i++)
    is = !format->marks[i].table ||
         tgauth_db_has(db, format->marks[i].table, format->marks[i].column) !=
             format->marks[i].absent;
  tgauth_db_close(db);
  return is;
}

mtp_status tgauth_db_import(const tgauth_db_format *format, const tgauth_source *source,
                            mtp_session *session, mtp_error *error) {
  tgauth_db *db;
  mtp_status status = tgauth_db_open(source->path, &db, error);
  if (status == MTP_OK)
    status = format->read(db, session, error);
  tgauth_db_close(db);
  return status;
}

mtp_status tgauth_db_export(const tgauth_db_format *format, const mtp_session *session,
                            const tgauth_target *target, mtp_error *error) {
  tgauth_db *db = NULL;
  if (format->address && !tgauth_home_address(session, format->kind, error))
    return MTP_ERR_STORE;
  mtp_status status = tgauth_db_create(target->path, &db, error);
  if (status == MTP_OK)
    status = tgauth_db_script(db, format->schema, error);
  if (status == MTP_OK)
    status = format->write(db, session, error);
  tgauth_db_close(db);
  return status;
}

mtp_status tgauth_read_version(tgauth_db *db, const char *sql, int64_t least, int64_t *version,
                               mtp_error *error) {
  tgauth_rows *rows = tgauth_db_query(db, sql);
  *version = tgauth_rows_next(rows) ? tgauth_rows_int(rows, 0, 0, INT32_MAX) : 0;
  mtp_status status = tgauth_rows_end(rows, error);
  if (status != MTP_OK || *version >= least)
    return status;
  return tgauth_fail(error, MTP_ERR_STORE, "its version is %lld; those from %lld on can be read",
                     (long long)*version, (long long)least);
}

mtp_status tgauth_rows_end_as(tgauth_rows *rows, mtp_status status, mtp_error *error) {
  mtp_error late;
  mtp_status end = tgauth_rows_end(rows, &late);
  return end == MTP_OK ? status : tgauth_fail(error, end, "%s", late.text);
}

static bool is_known(const mtp_update_state *state) {
  return state->pts > 0 && state->date > 0;
}

mtp_status tgauth_read_state(tgauth_db *db, const char *sql, mtp_session *session,
                             mtp_error *error) {
  tgauth_rows *rows = tgauth_db_query(db, sql);
  mtp_update_state state = {0, 0, 0, 0};
  if (tgauth_rows_next(rows)) {
    state.pts = (int32_t)tgauth_rows_int_or_null(rows, 0, 0, INT32_MAX);
    state.qts = (int32_t)tgauth_rows_int_or_null(rows, 1, 0, INT32_MAX);
    state.date = (int32_t)tgauth_rows_time(rows, 2, 0, INT32_MAX);
    state.seq = (int32_t)tgauth_rows_int_or_null(rows, 3, 0, INT32_MAX);
  }
  if (is_known(&state))
    session->updates = state;
  return tgauth_rows_end(rows, error);
}

mtp_status tgauth_write_state(tgauth_db *db, const char *sql, const mtp_session *session,
                              mtp_error *error) {
  const mtp_update_state *s = &session->updates;
  if (!is_known(s))
    return MTP_OK;
  return tgauth_db_run(db, sql,
                       (tgauth_value[]){TGAUTH_INT(s->pts), TGAUTH_INT(s->qts), TGAUTH_INT(s->date),
                                        TGAUTH_INT(s->seq)},
                       4, error);
}

mtp_status tgauth_read_channels(tgauth_db *db, const char *sql, mtp_session *session,
                                mtp_error *error) {
  tgauth_rows *rows = tgauth_db_query(db, sql);
  while (tgauth_rows_next(rows)) {
    int64_t id = tgauth_rows_int(rows, 0, INT64_MIN, INT64_MAX);
    int64_t hash = tgauth_rows_int(rows, 1, INT64_MIN, INT64_MAX);
    int64_t pts = tgauth_rows_int(rows, 2, 0, INT32_MAX);
    tgauth_add_channel(session, id < mark ? mark - id : id, hash, pts);
  }
  return tgauth_rows_end(rows, error);
}
