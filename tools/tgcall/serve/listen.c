/* Updates: kept until somebody asks, told to who waits, or as they come. */
#include <time.h>

#include "serve/serve.h"

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_wanted(const json_t *update, bool all) {
  return all || !json_object_get(update, "_"); /* messages are lines */
}

/* So many of the queue as are wanted; *n of them. What is not wanted is dropped. */
static json_t *take(server *s, bool all, size_t most) {
  json_t *out = json_array();
  while (json_array_size(s->queue) && json_array_size(out) < most) {
    json_t *first = json_array_get(s->queue, 0);
    if (is_wanted(first, all))
      json_array_append(out, first);
    json_array_remove(s->queue, 0);
  }
  return out;
}

static size_t count_wanted(const server *s, bool all) {
  size_t i, n = 0;
  json_t *one;
  json_array_foreach(s->queue, i, one) n += is_wanted(one, all);
  return n;
}

static json_t *result_of(server *s, bool all, size_t most) {
  json_t *out = json_pack("{s:o}", "updates", take(s, all, most));
  if (s->lost)
    json_object_set_new(out, "lost", json_integer((json_int_t)s->lost));
  s->lost = 0;
  return out;
}

static void drop(server *s, size_t i) {
  json_decref(s->waiters[i].id);
  s->waiters[i] = s->waiters[--s->n_waiters];
}

int serve_expire(server *s) {
  int64_t now = now_ms(), next = -1;
  for (size_t i = 0; i < s->n_waiters;) {
    const waiter *w = &s->waiters[i];
    if (w->until_ms <= now || count_wanted(s, w->all) >= w->count) {
      serve_answer(s, w->id, w->as_tool, result_of(s, w->all, w->count), NULL);
      drop(s, i);
      continue;
    }
    next = next < 0 || w->until_ms < next ? w->until_ms : next;
    i++;
  }
  return next < 0 ? -1 : (int)(next - now);
}

void serve_cancel(server *s, const json_t *id) {
  for (size_t i = 0; i < s->n_waiters; i++)
    if (json_equal(s->waiters[i].id, id)) {
      drop(s, i);
      return;
    }
}

void serve_forget(server *s) {
  while (s->n_waiters)
    drop(s, 0);
  s->follow = false;
}

static void hear(void *ctx, const tgkit_update *update) {
  server *s = ctx;
  json_t *one =
      update->message ? describe_message(update->message, NULL) : describe_update(update->update);
  if (!one)
    s->lost++;
  else if (s->follow)
    serve_write(s,
                json_pack("{s:s, s:s, s:o}", "jsonrpc", "2.0", "method", "update", "params", one));
  else
    json_array_append_new(s->queue, one);
  if (json_array_size(s->queue) > SERVE_QUEUE) {
    json_array_remove(s->queue, 0);
    s->lost++;
  }
}

static bool number(const json_t *params, const char *name, long long most, long long *out,
                   json_t **error) {
  const json_t *value = json_object_get(params, name);
  if (!value)
    return true;
  *out = json_is_integer(value) ? json_integer_value(value) : -1;
  if (*out >= 0 && *out <= most)
    return true;
  *error = serve_error(RPC_PARAMS, "count is a number up to 1000, seconds one up to 3600", NULL);
  return false;
}

/* From the first listen on, updates are kept. */
static bool begin(server *s, json_t **error) {
  mtp_error failed;
  bool authorized = false;
  if (s->hearing)
    return true;
  mtp_status status = tgauth_is_authorized(s->t.auth, &authorized, &failed);
  if (status == MTP_OK && !authorized)
    failed =
        (mtp_error){.status = MTP_ERR_KEY_LOST, .method = TL_NONE, .text = "nobody is signed in"};
  if (status != MTP_OK || !authorized) {
    *error = serve_failed(&failed);
    return false;
  }
  s->hearing = tgkit_on(s->t.kit, TGKIT_ALL, NULL, hear, s) == MTP_OK;
  mtp_client_poll(tgauth_client(s->t.auth), 0);
  return true;
}

json_t *serve_listen(server *s, const json_t *params, json_t **error) {
  long long count = 1, seconds = 30;
  bool all = json_is_true(json_object_get(params, "all"));
  if (!serve_allows(s, "updates.getDifference")) {
    *error = serve_error(RPC_FORBIDDEN, "updates.getDifference is not allowed", NULL);
    return NULL;
  }
  if (!number(params, "count", SERVE_QUEUE, &count, error) ||
      !number(params, "seconds", 3600, &seconds, error) || !begin(s, error))
    return NULL;
  if (json_is_true(json_object_get(params, "follow"))) {
    s->follow = true;
    return result_of(s, true, SERVE_QUEUE);
  }
  bool waits = s->id && !s->batch && seconds > 0 && count_wanted(s, all) < (size_t)count;
  if (!waits || s->n_waiters == SERVE_WAITERS)
    return result_of(s, all, (size_t)count);
  s->waiters[s->n_waiters++] = (waiter){.id = json_deep_copy(s->id),
                                        .as_tool = s->as_tool,
                                        .all = all,
                                        .count = (size_t)count,
                                        .until_ms = now_ms() + seconds * 1000};
  return NULL;
}
