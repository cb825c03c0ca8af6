/* The streams of calls: one for each account that the pool has, all of them asked for at once. */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  IN_FLIGHT = 1000, /* no more are taken while so many are under way */
  GROUPS = 256,     /* made by one command */
  WHOLE_MS = 10000, /* so often all entries that were begun are looked at, not only new ones */
  BROKEN_MS = 10000,
  SILENT_MS = 5000,
  REFUSALS = 3
};
#define AT_ONCE "16" /* entries of a stream */
#define WAIT_MS "500"

static const char from_begin[] = "0-0", new_ones[] = ">";

/* Makes the groups of KEYS; what went wrong with each, or "". */
static const char script[] =
    "local out = {}\n"
    "for i = 1, #KEYS do\n"
    "  local done = redis.pcall('XGROUP', 'CREATE', KEYS[i], ARGV[1], '0', 'MKSTREAM')\n"
    "  local wrong = type(done) == 'table' and done.err or ''\n"
    "  out[i] = string.find(wrong, 'BUSYGROUP') and '' or wrong\n"
    "end\n"
    "return out\n";

/* ---- accounts ---- */

static streams_account *find(const tgpool_streams *streams, const char *name) {
  streams_account *one = streams->accounts;
  while (one && strcmp(one->name, name) != 0)
    one = one->next;
  return one;
}

static bool add(tgpool_streams *streams, const char *name) {
  size_t size = strlen(streams->calls) + strlen(name) + 1;
  streams_account *one = calloc(1, sizeof *one);
  char *key = malloc(size);
  if (!one || !key) {
    free(one);
    free(key);
    return false;
  }
  snprintf(one->name, sizeof one->name, "%s", name);
  snprintf(key, size, "%s%s", streams->calls, name);
  one->key = key;
  strcpy(one->from, from_begin);
  one->next = streams->accounts;
  streams->accounts = one;
  return true;
}

bool tgpool_streams_held(tgpool_streams *streams, const char *name, bool held) {
  streams_account *one = find(streams, name);
  if (!one)
    return !held || add(streams, name);
  one->gone = !held;
  if (held)
    strcpy(one->from, from_begin);
  return true;
}

static void free_account(streams_account *one) {
  free(one->key);
  free(one);
}

static void drop_gone(tgpool_streams *streams) {
  for (streams_account **at = &streams->accounts; *at;) {
    streams_account *one = *at;
    if (!one->gone) {
      at = &one->next;
      continue;
    }
    *at = one->next;
    free_account(one);
  }
}

void tgpool_streams_free_accounts(tgpool_streams *streams) {
  while (streams->accounts) {
    streams_account *next = streams->accounts->next;
    free_account(streams->accounts);
    streams->accounts = next;
  }
}

void tgpool_streams_forget(tgpool_streams *streams) {
  for (streams_account *one = streams->accounts; one; one = one->next) {
    one->prepared = false;
    strcpy(one->from, from_begin);
  }
}

/* ---- their groups ---- */

static void judge_groups(tgpool_streams *streams, streams_account *const *some, size_t n,
                         const redisReply *reply) {
  mtp_error error;
  for (size_t i = 0; i < n; i++) {
    const char *wrong = reply->type == REDIS_REPLY_ARRAY && i < reply->elements
                            ? reply->element[i]->str
                            : "no answer";
    some[i]->prepared = wrong && !*wrong;
    if (some[i]->prepared)
      continue;
    if (!some[i]->prepare_at && streams->news) {
      (void)tgauth_table_fail(&error, MTP_ERR_STORE, "its stream of calls: %s", wrong ? wrong : "");
      streams->news(streams->ctx, some[i]->name, TGPOOL_FAILED, &error);
    }
    some[i]->prepare_at = tgpool_streams_now() + BROKEN_MS;
  }
}

/* Of some that have none; false: there are none of these. */
static bool prepare_some(tgpool_streams *streams) {
  const char *words[3 + GROUPS + 1] = {"EVAL", script};
  streams_account *some[GROUPS];
  char number[16];
  size_t n = 0;
  redisReply *reply = NULL;
  int64_t now = tgpool_streams_now();
  for (streams_account *one = streams->accounts; one && n < GROUPS; one = one->next)
    if (!one->prepared && one->prepare_at <= now) {
      words[3 + n] = one->key;
      some[n++] = one;
    }
  if (n == 0)
    return false;
  snprintf(number, sizeof number, "%zu", n);
  words[2] = number;
  words[3 + n] = TGPOOL_GROUP;
  mtp_error error;
  if (!tgpool_streams_ask(streams, words, NULL, 4 + n, &reply, &error)) {
    tgpool_streams_refused(streams, script, some[0]->key, &error);
    return false;
  }
  tgpool_streams_took(streams, script);
  judge_groups(streams, some, n, reply);
  freeReplyObject(reply);
  return true;
}

/* ---- asking ---- */

static bool ask(tgpool_streams *streams) {
  static const char *const head[] = {"XREADGROUP", "GROUP", TGPOOL_GROUP, "pool",   "COUNT",
                                     AT_ONCE,      "BLOCK", WAIT_MS,      "STREAMS"};
  size_t n_head = sizeof head / sizeof *head, n = 0, at = 0;
  mtp_error error;
  for (const streams_account *one = streams->accounts; one; one = one->next)
    n += one->prepared;
  const char **words = n ? malloc((n_head + 2 * n) * sizeof *words) : NULL;
  if (!words)
    return n == 0;
  memcpy(words, head, sizeof head);
  for (const streams_account *one = streams->accounts; one; one = one->next)
    if (one->prepared) {
      words[n_head + at] = one->key;
      words[n_head + n + at++] = one->from;
    }
  streams->reading = redis_send(&streams->reader, words, n_head + 2 * n, &error) == MTP_OK;
  streams->read_at = tgpool_streams_now();
  free(words);
  if (!streams->reading)
    tgpool_streams_away(streams, &error);
  return streams->reading;
}

/* ---- what has come ---- */

static const redisReply *element(const redisReply *reply, size_t at) {
  return reply && reply->type == REDIS_REPLY_ARRAY && at < reply->elements ? reply->element[at]
                                                                           : NULL;
}

/* Entries of one stream. Of those that were begun before, the rest is asked for next. */
static void take_stream(tgpool_streams *streams, const redisReply *stream) {
  const redisReply *key = element(stream, 0), *list = element(stream, 1), *entry;
  size_t prefix = strlen(streams->calls);
  streams_account *account =
      key && key->str && (size_t)key->len > prefix ? find(streams, key->str + prefix) : NULL;
  if (!account || account->gone)
    return; /* who has it now looks at what was begun */
  bool old = strcmp(account->from, new_ones) != 0;
  if (old && !element(list, 0))
    strcpy(account->from, new_ones);
  for (size_t i = 0; (entry = element(list, i)); i++) {
    const redisReply *id = element(entry, 0);
    tgpool_streams_begin(streams, account->name, id, element(entry, 1));
    if (old && id && id->str)
      snprintf(account->from, sizeof account->from, "%s", id->str);
  }
}

static void take(tgpool_streams *streams) {
  redisReply *reply = NULL;
  mtp_error error;
  mtp_status status = redis_take(&streams->reader, &reply, &error);
  int64_t silent = tgpool_streams_now() - streams->read_at;
  if (status == MTP_OK && !reply && silent > SILENT_MS)
    status = tgauth_table_fail(&error, MTP_ERR_STORE, "Redis does not answer");
  if (status != MTP_OK) { /* a stream is not there any more, say */
    streams->reading = false;
    tgpool_streams_forget(streams);
    if (!streams->reader.context || silent > SILENT_MS)
      tgpool_streams_away(streams, &error);
    else if (++streams->refusals > REFUSALS)
      tgpool_streams_refused(streams, &streams->reader, streams->calls, &error);
  }
  if (!reply)
    return;
  streams->reading = false;
  streams->refusals = 0;
  tgpool_streams_took(streams, &streams->reader);
  for (size_t i = 0; i < reply->elements && reply->type == REDIS_REPLY_ARRAY; i++)
    take_stream(streams, reply->element[i]);
  freeReplyObject(reply);
}

/* What others had begun when they lost the account, but were given after it was claimed here. */
static void look_at_all(tgpool_streams *streams) {
  int64_t now = tgpool_streams_now();
  if (now < streams->whole_at)
    return;
  streams->whole_at = now + WHOLE_MS;
  for (streams_account *one = streams->accounts; one; one = one->next)
    strcpy(one->from, from_begin);
}

void tgpool_streams_read(tgpool_streams *streams) {
  if (streams->reading)
    take(streams);
  if (streams->reading)
    return;
  tgpool_streams_drop_answered(streams);
  if (!streams->up)
    return;
  drop_gone(streams);
  while (prepare_some(streams))
    ;
  if (streams->up && streams->n_in_flight < IN_FLIGHT) {
    look_at_all(streams);
    (void)ask(streams);
  }
}
