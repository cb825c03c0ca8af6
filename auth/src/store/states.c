/* States of updates on their way to and from rows: decimal numbers with blanks between them. */
#include "states.h"
#include "../internal.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE = 64, KEY = 48, MAX_CHANNELS = 1 << 20 };

static const char updates_key[] = "state/updates", channel_key[] = "state/channel/";

static mtp_status no_memory(mtp_error *error) {
  return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
}

static bool same_updates(const mtp_update_state *a, const mtp_update_state *b) {
  return a->pts == b->pts && a->qts == b->qts && a->date == b->date && a->seq == b->seq;
}

static int by_id(const void *a, const void *b) {
  int64_t one = ((const mtp_channel_state *)a)->channel_id,
          other = ((const mtp_channel_state *)b)->channel_id;
  return one < other ? -1 : one > other;
}

/* ---- reading ---- */

typedef struct reading {
  tgauth_states *to;
  size_t room;
} reading;

static mtp_status add(reading *r, const mtp_channel_state *state, mtp_error *error) {
  tgauth_states *to = r->to;
  if (to->count == r->room) {
    size_t room = r->room ? 2 * r->room : 16;
    mtp_channel_state *more =
        room > MAX_CHANNELS ? NULL : realloc(to->channels, room * sizeof *more);
    if (!more)
      return no_memory(error);
    to->channels = more;
    r->room = room;
  }
  to->channels[to->count++] = *state;
  return MTP_OK;
}

static mtp_status read_row(void *ctx, const tgauth_table_row *row, mtp_error *error) {
  reading *r = ctx;
  char text[VALUE];
  snprintf(text, sizeof text, "%.*s", row->data.size < VALUE ? (int)row->data.size : VALUE - 1,
           (const char *)row->data.data);
  mtp_update_state *u = &r->to->updates;
  mtp_channel_state state = {0};
  if (strcmp(row->key, updates_key) == 0 &&
      sscanf(text, "%" SCNd32 " %" SCNd32 " %" SCNd32 " %" SCNd32, &u->pts, &u->qts, &u->date,
             &u->seq) == 4)
    return MTP_OK;
  if (strncmp(row->key, channel_key, sizeof channel_key - 1) == 0 &&
      sscanf(row->key + sizeof channel_key - 1, "%" SCNd64, &state.channel_id) == 1 &&
      sscanf(text, "%" SCNd64 " %" SCNd32, &state.access_hash, &state.pts) == 2)
    return add(r, &state, error);
  return tgauth_fail(error, MTP_ERR_STORE, "the row %s is damaged", row->key);
}

/* A copy for the session, which frees it. */
static mtp_status give(const tgauth_states *from, mtp_session *to, mtp_error *error) {
  size_t size = from->count * sizeof *to->channels;
  if (!same_updates(&from->updates, &(mtp_update_state){0}))
    to->updates = from->updates;
  if (!from->count)
    return MTP_OK;
  mtp_channel_state *copy = tl_alloc(to->allocator, size);
  if (!copy)
    return no_memory(error);
  memcpy(copy, from->channels, size);
  if (to->channels)
    tl_free(to->allocator, to->channels,
            (to->channels_room ? to->channels_room : to->n_channels) * sizeof *to->channels);
  to->channels = copy;
  to->n_channels = from->count;
  to->channels_room = 0;
  return MTP_OK;
}

mtp_status tgauth_states_load(tgauth_leases *leases, const tgauth_lease *lease,
                              mtp_session *session, tgauth_states *known, mtp_error *error) {
  tgauth_states_free(known);
  if (!leases->table->ops->load_rows)
    return MTP_OK;
  reading r = {known, 0};
  mtp_status status = tgauth_rows_load(leases, lease, "state/", read_row, &r, error);
  if (status != MTP_OK)
    return status;
  if (known->count)
    qsort(known->channels, known->count, sizeof *known->channels, by_id);
  known->is_known = true;
  return session ? give(known, session, error) : MTP_OK;
}

/* ---- writing ---- */

/* Rows that differ, with room for their keys and values. */
typedef struct row_room {
  char key[KEY], value[VALUE];
} row_room;

typedef struct changes {
  tgauth_table_row *rows;
  row_room *room;
  size_t count;
} changes;

static row_room *next(changes *c) {
  row_room *room = &c->room[c->count];
  *room = (row_room){.key = ""};
  c->rows[c->count++].key = room->key;
  return room;
}

static void put_updates(changes *c, const mtp_update_state *u) {
  row_room *room = next(c);
  snprintf(room->key, KEY, "%s", updates_key);
  if (!same_updates(u, &(mtp_update_state){0}))
    snprintf(room->value, VALUE, "%" PRId32 " %" PRId32 " %" PRId32 " %" PRId32, u->pts, u->qts,
             u->date, u->seq);
}

/* NULL: it is gone. */
static void put_channel(changes *c, int64_t id, const mtp_channel_state *state) {
  row_room *room = next(c);
  snprintf(room->key, KEY, "%s%" PRId64, channel_key, id);
  if (state)
    snprintf(room->value, VALUE, "%" PRId64 " %" PRId32, state->access_hash, state->pts);
}

/* Of two lists in the order of ids, what is not the same in both. */
static void compare(changes *c, const tgauth_states *was, const tgauth_states *is) {
  size_t i = 0, j = 0;
  if (!same_updates(&was->updates, &is->updates))
    put_updates(c, &is->updates);
  while (i < was->count || j < is->count) {
    int order = i == was->count  ? 1
                : j == is->count ? -1
                                 : by_id(&was->channels[i], &is->channels[j]);
    if (order < 0)
      put_channel(c, was->channels[i].channel_id, NULL);
    else if (order > 0 || was->channels[i].pts != is->channels[j].pts ||
             was->channels[i].access_hash != is->channels[j].access_hash)
      put_channel(c, is->channels[j].channel_id, &is->channels[j]);
    i += order <= 0;
    j += order >= 0;
  }
  for (size_t k = 0; k < c->count; k++)
    c->rows[k].data = tl_bytes_of(c->room[k].value, strlen(c->room[k].value));
}

static mtp_status states_of(const mtp_session *session, tgauth_states *out, mtp_error *error) {
  size_t n = session->n_channels;
  *out = (tgauth_states){.updates = session->updates,
                         .channels = calloc(n + 1, sizeof *out->channels)};
  if (!out->channels)
    return no_memory(error);
  if (n) {
    memcpy(out->channels, session->channels, n * sizeof *out->channels);
    qsort(out->channels, n, sizeof *out->channels, by_id);
  }
  out->count = n;
  return MTP_OK;
}

static mtp_status find_changes(const tgauth_states *was, const tgauth_states *is, changes *out,
                               mtp_error *error) {
  size_t most = was->count + is->count + 1;
  *out =
      (changes){.rows = calloc(most, sizeof *out->rows), .room = calloc(most, sizeof *out->room)};
  if (!out->rows || !out->room)
    return no_memory(error);
  compare(out, was, is);
  return MTP_OK;
}

static void free_changes(changes *c) {
  free(c->rows);
  free(c->room);
}

static mtp_status write_changes(tgauth_leases *leases, tgauth_lease *lease,
                                const tgauth_states *was, const tgauth_states *is,
                                mtp_error *error) {
  changes c;
  mtp_status status = find_changes(was, is, &c, error);
  if (status == MTP_OK && c.count)
    status = tgauth_rows_save(leases, lease, c.rows, c.count, error);
  free_changes(&c);
  return status;
}

bool tgauth_states_differ(const mtp_session *session, const tgauth_states *known) {
  tgauth_states now = {.count = 0};
  changes c = {.count = 0};
  if (states_of(session, &now, NULL) == MTP_OK)
    (void)!find_changes(known, &now, &c, NULL);
  bool differ = c.count > 0;
  free_changes(&c);
  tgauth_states_free(&now);
  return differ;
}

mtp_status tgauth_states_save(tgauth_leases *leases, tgauth_lease *lease,
                              const mtp_session *session, tgauth_states *known, mtp_error *error) {
  tgauth_states now = {.count = 0};
  mtp_status status = states_of(session, &now, error);
  if (status == MTP_OK)
    status = write_changes(leases, lease, known, &now, error);
  if (status != MTP_OK) {
    tgauth_states_free(&now);
    return status;
  }
  tgauth_states_free(known);
  *known = now;
  known->is_known = true;
  return MTP_OK;
}

void tgauth_states_free(tgauth_states *known) {
  free(known->channels);
  *known = (tgauth_states){.count = 0};
}
