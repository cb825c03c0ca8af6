/* Whether the server is there: one back-off for all that is asked of it. */
#include "internal.h"

#include <stdio.h>
#include <time.h>

enum { FIRST_MS = 1000, MOST_MS = 30000 };

int64_t tgpool_streams_now(void) {
  struct timespec now = {0, 0};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void tgpool_streams_away(tgpool_streams *streams, const mtp_error *error) {
  int64_t longer = streams->backoff_ms * 2;
  if (!streams->told) {
    streams->counts.gone++;
    if (streams->news)
      streams->news(streams->ctx, "", TGPOOL_STREAMS_GONE, error);
  }
  streams->told = true;
  streams->backoff_ms = longer < FIRST_MS ? FIRST_MS : longer > MOST_MS ? MOST_MS : longer;
  streams->again_at = tgpool_streams_now() + streams->backoff_ms;
  streams->up = false;
  streams->reading = false;
  redis_hang_up(&streams->reader);
}

static void tell_back(tgpool_streams *streams) {
  if (!streams->told || streams->refused)
    return;
  streams->told = false;
  if (streams->news)
    streams->news(streams->ctx, "", TGPOOL_STREAMS_BACK, NULL);
}

void tgpool_streams_took(tgpool_streams *streams, const void *what) {
  if (streams->refused != what)
    return;
  streams->refused = NULL;
  tell_back(streams);
}

void tgpool_streams_refused(tgpool_streams *streams, const void *what, const char *stream,
                            const mtp_error *error) {
  mtp_error named;
  if (!streams->up)
    return; /* it does not answer */
  (void)tgauth_table_fail(&named, MTP_ERR_STORE, "stream %.100s: %s", stream, error->text);
  streams->refused = what;
  tgpool_streams_away(streams, &named);
}

bool tgpool_streams_ask(tgpool_streams *streams, const char *const *words, const size_t *sizes,
                        size_t n, redisReply **out, mtp_error *error) {
  mtp_error own;
  mtp_error *why = error ? error : &own;
  *out = NULL;
  if (!streams->up)
    return tgauth_table_fail(why, MTP_ERR_STORE, "Redis does not answer"), false;
  if (redis_ask(&streams->link, words, sizes, n, out, why) == MTP_OK) {
    streams->backoff_ms = 0;
    return true;
  }
  if (!streams->link.context)
    tgpool_streams_away(streams, why);
  return false;
}

bool tgpool_streams_is_up(tgpool_streams *streams) {
  static const char *const ping[] = {"PING"};
  redisReply *reply = NULL;
  mtp_error error;
  if (streams->up || tgpool_streams_now() < streams->again_at)
    return streams->up;
  if (redis_ask(&streams->link, ping, NULL, 1, &reply, &error) != MTP_OK) {
    tgpool_streams_away(streams, &error);
    return false;
  }
  freeReplyObject(reply);
  streams->up = true;
  tell_back(streams);
  return true;
}
