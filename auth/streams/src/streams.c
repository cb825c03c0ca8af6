/* The streams of a pool: their life, their turns, and the stream of updates. */
#include "internal.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tl/json.h>

enum { KEEP = 100000, BOUND_MS = 2000, TURN_MS = 1000 };

/* ---- what the pool calls ---- */

static bool on_ready(void *ctx) {
  return ((tgpool_streams *)ctx)->up;
}

static bool on_update(void *ctx, const char *account, const tl_value *updates) {
  tgpool_streams *streams = ctx;
  if (!streams->updates)
    return !streams->update || streams->update(streams->ctx, account, updates);
  tl_buffer text;
  mtp_error error;
  redisReply *reply = NULL;
  tl_buffer_init(&text, NULL, 0);
  bool ok = tl_json_write(updates, 0, &text, NULL) == TL_OK;
  if (ok) {
    const char *words[] = {"XADD", streams->updates, "MAXLEN", "~",       streams->keep,
                           "*",    "account",        account,  "updates", (const char *)text.data};
    size_t sizes[10];
    for (size_t i = 0; i < 9; i++)
      sizes[i] = strlen(words[i]);
    sizes[9] = text.size;
    ok = tgpool_streams_ask(streams, words, sizes, 10, &reply, &error);
    streams->counts.updates += ok;
    if (ok)
      tgpool_streams_took(streams, streams->updates);
    else /* no memory, say, or something else has that name */
      tgpool_streams_refused(streams, streams->updates, streams->updates, &error);
  }
  if (reply)
    freeReplyObject(reply);
  tl_buffer_free(&text);
  return ok;
}

static void on_news(void *ctx, const char *account, tgpool_news news, const mtp_error *error) {
  tgpool_streams *streams = ctx;
  bool over = news == TGPOOL_CLOSED || news == TGPOOL_LEFT || news == TGPOOL_TAKEN_OVER ||
              news == TGPOOL_KEY_LOST;
  if (streams->calls && (news == TGPOOL_CLAIMED || over))
    (void)tgpool_streams_held(streams, account, !over);
  if (streams->news)
    streams->news(streams->ctx, account, news, error);
}

/* ---- life ---- */

static mtp_status check(const tgpool_streams_options *options, mtp_error *error) {
  redis_place place;
  if (!options->url)
    return tgauth_table_fail(error, MTP_ERR_ARGUMENT, "streams need a url");
  if (!options->updates && !options->calls)
    return tgauth_table_fail(error, MTP_ERR_ARGUMENT, "neither updates nor calls are asked for");
  if ((options->updates && !*options->updates) || (options->calls && !*options->calls) ||
      (options->answers && !*options->answers))
    return tgauth_table_fail(error, MTP_ERR_ARGUMENT, "a stream has a name");
  mtp_status status = redis_place_read(options->url, &place, error);
  OPENSSL_cleanse(&place, sizeof place);
  return status;
}

static bool copy(const char *text, char **out) {
  *out = text ? strdup(text) : NULL;
  return !text || *out;
}

static bool fill(tgpool_streams *streams, const tgpool_streams_options *options) {
  uint64_t keep = options->keep ? options->keep : KEEP;
  snprintf(streams->keep, sizeof streams->keep, "%" PRIu64, keep);
  streams->link.bound_ms = streams->reader.bound_ms = BOUND_MS;
  streams->link.connect_ms = streams->reader.connect_ms = BOUND_MS / 2;
  return copy(options->updates, &streams->updates) && copy(options->calls, &streams->calls) &&
         copy(options->answers ? options->answers : "tlgen:answers", &streams->answers) &&
         copy(options->url, &streams->link.url) && copy(options->url, &streams->reader.url);
}

mtp_status tgpool_streams_new(const tgpool_streams_options *options, tgpool_options *pool,
                              tgpool_streams **out, mtp_error *error) {
  *out = NULL;
  mtp_status status = check(options, error);
  if (status != MTP_OK)
    return status;
  tgpool_streams *streams = calloc(1, sizeof *streams);
  if (!streams || !fill(streams, options)) {
    tgpool_streams_free(streams);
    return tgauth_table_fail(error, MTP_ERR_NOMEM, "out of memory");
  }
  streams->update = pool->update;
  streams->news = pool->news;
  streams->ctx = pool->ctx;
  pool->update = on_update;
  pool->news = on_news;
  pool->ready = streams->updates ? on_ready : NULL;
  pool->ctx = streams;
  *out = streams;
  return MTP_OK;
}

void tgpool_streams_use(tgpool_streams *streams, tgpool *pool) {
  streams->pool = pool;
}

static void free_link(redis_link *link) {
  if (link->url)
    redis_close(link);
}

void tgpool_streams_free(tgpool_streams *streams) {
  if (!streams)
    return;
  if (streams->calls)
    tgpool_streams_answer(streams);
  while (streams->in_flight)
    tgpool_streams_drop(streams->in_flight);
  tgpool_streams_free_accounts(streams);
  free_link(&streams->link);
  free_link(&streams->reader);
  free(streams->updates);
  free(streams->calls);
  free(streams->answers);
  free(streams);
}

/* ---- turns ---- */

void tgpool_streams_turn(tgpool_streams *streams) {
  bool was = streams->up;
  bool up = tgpool_streams_is_up(streams);
  if (!up || !streams->calls)
    return;
  if (!was)
    tgpool_streams_forget(streams);
  tgpool_streams_answer(streams);
  tgpool_streams_read(streams);
  tgpool_streams_answer(streams); /* what was wrong with an entry */
}

int tgpool_streams_fd(const tgpool_streams *streams) {
  return streams->reading && streams->reader.context ? streams->reader.context->fd : -1;
}

int tgpool_streams_timeout(const tgpool_streams *streams) {
  int64_t left = TURN_MS;
  if (!streams->up)
    left = streams->again_at - tgpool_streams_now();
  else
    for (const streams_call *call = streams->in_flight; call; call = call->next)
      if (!call->answered && (call->ended || call->left))
        return 0;
  return left < 0 ? 0 : left > TURN_MS ? TURN_MS : (int)left;
}

/* ---- what there was ---- */

mtp_status tgpool_streams_metrics(const tgpool_streams *streams, tl_buffer *out) {
  uint64_t waiting = 0;
  for (const streams_call *call = streams->in_flight; call; call = call->next)
    waiting += !call->answered;
  const tgpool_metric rows[] = {
      {"streams_up", "Whether the server of the streams answers.", streams->up},
      {"streams_calls_waiting", "Calls that were taken and have no answer yet.", waiting},
      {"streams_updates_total", "Containers of updates that the stream has.",
       streams->counts.updates},
      {"streams_calls_total", "Calls that were taken out of streams.", streams->counts.calls},
      {"streams_answers_total", "Answers that the stream has.", streams->counts.answers},
      {"streams_gone_total", "Times that the server went away, or refused.", streams->counts.gone}};
  return tgpool_metrics_write(out, rows, sizeof rows / sizeof *rows);
}
