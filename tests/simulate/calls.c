/* bots.sendCustomRequest with the number of the call in it: the server's echo tells whose answer
 * came. */
#include "calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tg/tg.h>

#include "world.h"

enum {
  LONGEST_S = 400, /* a minute, sleeps for floods, and what comes on top */
  EXCUSE_S = 150,  /* trouble has effects that long: calls that were begun before it end */
  MOST_TEXT = 20000
};

static calls_one *free_place(calls *c) {
  for (size_t i = 0; i < CALLS_AT_ONCE; i++)
    if (!c->at[i].used)
      return &c->at[i];
  return NULL;
}

/* ---- the end ---- */

static void check_answer(world *w, const calls_one *one, mtp_reply *reply) {
  const tg_dataJSON *answer = tg_bots_sendCustomRequest_result(mtp_reply_value(reply));
  char text[32] = "";
  size_t n = answer->data.size < sizeof text - 1 ? answer->data.size : sizeof text - 1;
  memcpy(text, answer->data.data, n);
  world_require(w, strtoull(text, NULL, 10) == one->number, one->number, strtoll(text, NULL, 10));
  world_require(w, w->server.calls[one->number].ran > 0, one->number, 0);
}

/* Whether this error may be the end of that call. */
static bool has_reason(const world *w, const calls_one *one, const mtp_error *error) {
  bool excused = w->net.weather.foul || w->trouble_us >= one->awake_us - EXCUSE_S * WORLD_SECOND;
  switch (error->status) {
  case MTP_ERR_RPC: /* what the connection asks by itself may end those that wait for it */
    if (error->method != tg_bots_sendCustomRequest_call(NULL).def)
      return excused;
    return server_has_said(&w->server, one->number, error->code, error->text);
  case MTP_ERR_CANCELLED:
    return one->cancelled;
  case MTP_ERR_UNCERTAIN:
    return one->once && excused;
  case MTP_ERR_NOMEM: /* also what its connection has ended with before */
    return excused || w->memory.failed > one->failed_before;
  case MTP_ERR_TIMEOUT:
    return excused || one->hasty;
  case MTP_ERR_NETWORK:
  case MTP_ERR_TRANSPORT:
    return excused;
  default:
    return false;
  }
}

static void done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  calls_one *one = ctx;
  world *w = one->w;
  mtp_status status = error ? error->status : MTP_OK;
  world_require(w, one->used, one->number, status);
  record_note(&w->record, "call %lld ends with %lld", (int64_t)one->number, status);
  if (error && !has_reason(w, one, error)) {
    char text[240];
    fprintf(stderr, "%s\n", mtp_error_format(error, text, sizeof text));
    record_fail(&w->record, "call %lld ended with status %lld for no reason", (int64_t)one->number,
                status);
  }
  if (!error)
    check_answer(w, one, reply);
  mtp_reply_free(reply);
  one->used = false;
  w->calls.open--;
  w->calls.ended[status]++;
  w->calls.answered += !error;
  if (dice_is(&w->dice, 300))
    (void)calls_start(w); /* from inside a callback */
}

/* ---- the beginning ---- */

static void choose(world *w, mtp_call_options *options, calls_one *one) {
  dice *d = &w->dice;
  options->once = one->once = dice_is(d, 2000);
  options->no_sleep = dice_is(d, 1000);
  options->no_retry = dice_is(d, 1000);
  if (dice_is(d, 500))
    options->timeout_ms = (int32_t)dice_between(d, 1, 20000);
  one->hasty = options->timeout_ms && options->timeout_ms < 500;
}

bool calls_start(world *w) {
  static char text[MOST_TEXT];
  calls_one *one = free_place(&w->calls);
  if (!one || w->calls.made >= w->record.count)
    return false;
  *one = (calls_one){.w = w, .number = w->calls.made++};
  one->awake_us = w->now_us - w->unslept_us;
  one->failed_before = w->memory.failed;
  size_t padding = dice_is(&w->dice, 200)    ? dice_below(&w->dice, MOST_TEXT - 64)
                   : dice_is(&w->dice, 3000) ? dice_below(&w->dice, 400)
                                             : 0;
  int n = snprintf(text, sizeof text, "%llu ", (unsigned long long)one->number);
  memset(text + n, 'x', padding);
  tg_dataJSON data = {.data = {text, (size_t)n + padding}};
  tg_bots_sendCustomRequest request = {.custom_method = TL_STR("simulate"), .params = &data};
  tl_call call = tg_bots_sendCustomRequest_call(&request);
  mtp_call_options options = {0};
  mtp_error error;
  choose(w, &options, one);
  w->server.calls[one->number].once = one->once;
  one->used = true;
  w->calls.open++;
  record_note(&w->record, one->once ? "call %lld of %lld bytes, once" : "call %lld of %lld bytes",
              (int64_t)one->number, (int64_t)padding);
  mtp_status status = mtp_client_call(w->client, &call, &options, done, one, &one->id, &error);
  if (status == MTP_OK)
    return true;
  world_require(w, status == MTP_ERR_NOMEM && w->memory.failed > one->failed_before, status, 0);
  w->calls.ended[status]++;
  one->used = false;
  w->calls.open--;
  return true;
}

void calls_cancel(world *w) {
  calls_one *one = &w->calls.at[dice_below(&w->dice, CALLS_AT_ONCE)];
  if (!one->used)
    return;
  record_note(&w->record, "call %lld is taken back", (int64_t)one->number, 0);
  one->cancelled = true;
  mtp_client_cancel(w->client, one->id);
}

void calls_check(world *w) {
  int64_t oldest = w->now_us - w->unslept_us - LONGEST_S * WORLD_SECOND;
  for (size_t i = 0; i < CALLS_AT_ONCE; i++)
    world_require(w, !w->calls.at[i].used || w->calls.at[i].awake_us > oldest,
                  w->calls.at[i].number, w->calls.at[i].awake_us);
}
