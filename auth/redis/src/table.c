/* Accounts in a Redis server: what changes anything is one script. */
#include "link.h"
#include "script.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/lease_redis.h>

enum { BOUND_MS = 5000, LEAST_BOUND_MS = 1000, HEAD = 4 };

typedef struct redis_table {
  tgauth_table head;
  redis_link link;
} redis_table;

typedef struct decimal {
  char text[24];
} decimal;

static const char *text_of(int64_t n, decimal *room) {
  snprintf(room->text, sizeof room->text, "%" PRId64, n);
  return room->text;
}

static const char *string_of(const redisReply *reply) {
  return reply && reply->str ? reply->str : "";
}

static const redisReply *element(const redisReply *reply, size_t at) {
  return reply && reply->type == REDIS_REPLY_ARRAY && at < reply->elements ? reply->element[at]
                                                                           : NULL;
}

/* A lease that cannot be lengthened for a third of its time is tried again rather than waited for.
 */
static void bind_by(redis_table *self, int64_t ttl_ms) {
  int64_t third = ttl_ms / 3;
  self->link.bound_ms = third > BOUND_MS         ? BOUND_MS
                        : third < LEAST_BOUND_MS ? LEAST_BOUND_MS
                                                 : (long)third;
}

/* ---- the script ---- */

/* EVAL script 1 tlgen:accounts, and the script's own words. */
typedef struct words {
  const char **at;
  size_t *sizes, count, room;
} words;

static void say(words *to, const void *data, size_t size) {
  if (to->count < to->room) {
    to->at[to->count] = size ? data : "";
    to->sizes[to->count++] = size;
  }
}

static void say_text(words *to, const char *text) {
  say(to, text, strlen(text));
}

static bool begin(words *to, size_t more) {
  *to = (words){.room = HEAD + more};
  to->at = calloc(to->room, sizeof *to->at);
  to->sizes = calloc(to->room, sizeof *to->sizes);
  if (!to->at || !to->sizes)
    return false;
  say_text(to, "EVAL");
  say_text(to, redis_script);
  say_text(to, "1");
  say_text(to, "tlgen:accounts");
  return true;
}

static void end(words *from) {
  free(from->at);
  free(from->sizes);
}

static mtp_status no_memory(mtp_error *error) {
  return tgauth_table_fail(error, MTP_ERR_NOMEM, "out of memory");
}

static mtp_status ask(tgauth_table *table, words *said, redisReply **out, mtp_error *error) {
  mtp_status status =
      redis_ask(&((redis_table *)table)->link, said->at, said->sizes, said->count, out, error);
  end(said);
  return status;
}

/* The script's work with a few words of text. */
static mtp_status run(tgauth_table *table, const char *const *texts, size_t n, redisReply **out,
                      mtp_error *error) {
  words said;
  *out = NULL;
  if (!begin(&said, n)) {
    end(&said);
    return no_memory(error);
  }
  for (size_t i = 0; i < n; i++)
    say_text(&said, texts[i]);
  return ask(table, &said, out, error);
}

static void done(redisReply *reply) {
  if (reply)
    freeReplyObject(reply);
}

/* ---- the lease ---- */

static mtp_status claim(tgauth_table *table, const char *account, const char *owner, int64_t ttl_ms,
                        bool make, tgauth_holder *out, mtp_error *error) {
  redis_table *self = (redis_table *)table;
  decimal ttl;
  const char *texts[] = {"claim", account, owner, text_of(ttl_ms, &ttl), make ? "1" : "0"};
  redisReply *reply = NULL;
  *out = (tgauth_holder){0};
  self->link.bound_ms = BOUND_MS;
  mtp_status status = run(table, texts, 5, &reply, error);
  if (status == MTP_OK) {
    out->fence = strtoll(string_of(element(reply, 0)), NULL, 10);
    snprintf(out->owner, sizeof out->owner, "%s", string_of(element(reply, 1)));
    out->left_ms = strtoll(string_of(element(reply, 2)), NULL, 10);
  }
  done(reply);
  bind_by(self, ttl_ms);
  return status;
}

static mtp_status renew_all(tgauth_table *table, tgauth_renewal *leases, size_t count,
                            int64_t ttl_ms, mtp_error *error) {
  words said;
  decimal ttl, *fences = calloc(count + 1, sizeof *fences);
  redisReply *reply = NULL;
  if (!begin(&said, 2 + 2 * count) || !fences) {
    end(&said);
    free(fences);
    return no_memory(error);
  }
  say_text(&said, "renew");
  say_text(&said, text_of(ttl_ms, &ttl));
  for (size_t i = 0; i < count; i++) {
    say_text(&said, leases[i].account);
    say_text(&said, text_of(leases[i].fence, &fences[i]));
  }
  bind_by((redis_table *)table, ttl_ms);
  mtp_status status = ask(table, &said, &reply, error);
  for (size_t i = 0; i < count; i++) {
    const redisReply *one = element(reply, i);
    leases[i].ours = one && one->integer == 1;
  }
  done(reply);
  free(fences);
  return status;
}

static mtp_status renew(tgauth_table *table, const char *account, int64_t fence, int64_t ttl_ms,
                        bool *ours, mtp_error *error) {
  tgauth_renewal lease = {.account = account, .fence = fence};
  mtp_status status = renew_all(table, &lease, 1, ttl_ms, error);
  *ours = lease.ours;
  return status;
}

static mtp_status release(tgauth_table *table, const char *account, int64_t fence,
                          mtp_error *error) {
  decimal room;
  const char *texts[] = {"release", account, text_of(fence, &room)};
  redisReply *reply = NULL;
  mtp_status status = run(table, texts, 3, &reply, error);
  done(reply);
  return status;
}

static mtp_status list(tgauth_table *table, const char *after, tgauth_listed *out, size_t room,
                       size_t *count, mtp_error *error) {
  char from[TGAUTH_ACCOUNT_MAX + 2];
  decimal limit;
  redisReply *reply = NULL;
  snprintf(from, sizeof from, "%c%s", *after ? '(' : '-', after);
  const char *texts[] = {"list", from, text_of((int64_t)room, &limit)};
  *count = 0;
  mtp_status status = run(table, texts, 3, &reply, error);
  for (const redisReply *one; *count < room && (one = element(reply, *count));) {
    tgauth_listed *row = &out[(*count)++];
    snprintf(row->account, sizeof row->account, "%s", string_of(element(one, 0)));
    snprintf(row->owner, sizeof row->owner, "%s", string_of(element(one, 1)));
    row->left_ms = strtoll(string_of(element(one, 2)), NULL, 10);
  }
  done(reply);
  return status;
}

/* ---- what is kept ---- */

static const char *name_of(tgauth_slot slot) {
  return slot == TGAUTH_SLOT_LOST ? "lost" : "session";
}

/* The answer to a command of up to three words about a hash of the account. */
static mtp_status read_hash(tgauth_table *table, const char *command, const char *kind,
                            const char *account, const char *field, redisReply **out,
                            mtp_error *error) {
  char key[TGAUTH_ACCOUNT_MAX + 32];
  snprintf(key, sizeof key, "tlgen:%s:%s", kind, account);
  const char *texts[] = {command, key, field};
  return redis_ask(&((redis_table *)table)->link, texts, NULL, field ? 3 : 2, out, error);
}

static mtp_status load(tgauth_table *table, const char *account, tgauth_slot slot, tl_buffer *out,
                       mtp_error *error) {
  redisReply *reply = NULL;
  mtp_status status = read_hash(table, "HGET", "session", account, name_of(slot), &reply, error);
  if (reply && reply->type == REDIS_REPLY_STRING &&
      tl_buffer_append(out, reply->str, (size_t)reply->len) != TL_OK)
    status = no_memory(error);
  done(reply);
  return status;
}

/* What a change says of the number of fencing. */
static mtp_status change(tgauth_table *table, words *said, bool *ours, mtp_error *error) {
  redisReply *reply = NULL;
  mtp_status status = ask(table, said, &reply, error);
  *ours = reply && reply->integer == 1;
  done(reply);
  return status;
}

static mtp_status save(tgauth_table *table, const char *account, int64_t fence, tgauth_slot slot,
                       tl_bytes data, bool *ours, mtp_error *error) {
  words said;
  decimal room;
  if (!begin(&said, 5)) {
    end(&said);
    return no_memory(error);
  }
  say_text(&said, "save");
  say_text(&said, account);
  say_text(&said, text_of(fence, &room));
  say_text(&said, name_of(slot));
  say(&said, data.data, data.size);
  return change(table, &said, ours, error);
}

/* ---- rows ---- */

static mtp_status load_rows(tgauth_table *table, const char *account, const char *prefix,
                            tgauth_table_row_each each, void *ctx, mtp_error *error) {
  redisReply *reply = NULL;
  mtp_status status = read_hash(table, "HGETALL", "rows", account, NULL, &reply, error);
  const redisReply *key, *data;
  for (size_t i = 0;
       status == MTP_OK && (key = element(reply, i)) && (data = element(reply, i + 1)); i += 2) {
    if (strncmp(string_of(key), prefix, strlen(prefix)) != 0)
      continue;
    tgauth_table_row row = {.key = string_of(key),
                            .data = tl_bytes_of(data->str, (size_t)data->len)};
    status = each(ctx, &row, error);
  }
  done(reply);
  return status;
}

static mtp_status save_rows(tgauth_table *table, const char *account, int64_t fence,
                            const tgauth_table_row *rows, size_t count, bool *ours,
                            mtp_error *error) {
  words said;
  decimal room;
  if (!begin(&said, 3 + 2 * count)) {
    end(&said);
    return no_memory(error);
  }
  say_text(&said, "rows");
  say_text(&said, account);
  say_text(&said, text_of(fence, &room));
  for (size_t i = 0; i < count; i++) {
    say_text(&said, rows[i].key);
    say(&said, rows[i].data.data, rows[i].data.size);
  }
  return change(table, &said, ours, error);
}

static mtp_status remove_account(tgauth_table *table, const char *account, int64_t fence,
                                 bool *ours, mtp_error *error) {
  decimal room;
  const char *texts[] = {"remove", account, text_of(fence, &room)};
  redisReply *reply = NULL;
  mtp_status status = run(table, texts, 3, &reply, error);
  *ours = reply && reply->integer == 1;
  done(reply);
  return status;
}

/* ---- life ---- */

static void free_table(tgauth_table *table) {
  redis_table *self = (redis_table *)table;
  redis_close(&self->link);
  free(self);
}

static const tgauth_table_ops ops = {.claim = claim,
                                     .renew = renew,
                                     .release = release,
                                     .load = load,
                                     .save = save,
                                     .list = list,
                                     .renew_all = renew_all,
                                     .free = free_table,
                                     .load_rows = load_rows,
                                     .save_rows = save_rows,
                                     .remove = remove_account};

tgauth_table *tgauth_table_redis(const char *url) {
  redis_table *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  self->head.ops = &ops;
  self->link.bound_ms = BOUND_MS;
  self->link.url = strdup(url);
  if (self->link.url)
    return &self->head;
  free(self);
  return NULL;
}
