/* Answers to calls, written and the call taken out of its stream in one step. */
#include "internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <tg/tg.h>
#include <tl/json.h>
#include <tl/visible.h>

/* KEYS: answers, the stream of the call; ARGV: how many stay, the group, the entry, the answer. */
static const char script[] = "local put = {'XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*'}\n"
                             "for i = 4, #ARGV do put[#put + 1] = ARGV[i] end\n"
                             "local id = redis.call(unpack(put))\n"
                             "redis.pcall('XACK', KEYS[2], ARGV[2], ARGV[3])\n"
                             "redis.pcall('XDEL', KEYS[2], ARGV[3])\n"
                             "return id\n";

enum { FIXED = 8, WORDS = 16 };

/* ---- what is said ---- */

static void set_text(streams_call *call, const char *text, size_t size) {
  tl_buffer_clear(&call->answer);
  if (tl_buffer_append(&call->answer, text, size) != TL_OK)
    call->answer.size = 0; /* an answer without a text says that there is no memory */
}

static json_t *describe(const mtp_error *error) {
  char line[700], text[sizeof line * 6];
  mtp_error_format(error, line, sizeof line);
  tgauth_redact(line);
  tl_visible(text, sizeof text, line, strlen(line));
  json_t *out = json_pack("{s:s, s:i, s:s}", "class", mtp_status_name(error->status), "code",
                          (int)error->code, "text", text);
  if (out && error->status == MTP_ERR_RPC) {
    json_object_set_new(out, "name", json_string(tl_error_name(&tg_errors, (uint16_t)error->rpc)));
    json_object_set_new(out, "arg", json_integer(error->arg));
  }
  return out;
}

void tgpool_streams_fail(streams_call *call, const mtp_error *error) {
  json_t *json = describe(error);
  char *text = json ? json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
  call->ended = call->failed = true;
  set_text(call, text ? text : "", text ? strlen(text) : 0);
  free(text);
  json_decref(json);
}

void tgpool_streams_result(streams_call *call, const tl_value *value) {
  tl_error why = {0};
  mtp_error error;
  tl_buffer_clear(&call->answer);
  call->ended = true;
  if (tl_json_write(value, 0, &call->answer, &why) == TL_OK)
    return;
  (void)tgauth_table_fail(&error, MTP_ERR_NOMEM, "the result cannot be written: %s", why.text);
  tgpool_streams_fail(call, &error);
}

/* ---- writing ---- */

typedef struct words {
  const char *at[WORDS];
  size_t sizes[WORDS], count;
} words;

static void say(words *to, const char *text, size_t size) {
  to->at[to->count] = text;
  to->sizes[to->count++] = size;
}

static void say_field(words *to, const char *name, const char *value, size_t size) {
  say(to, name, strlen(name));
  say(to, size ? value : "", size);
}

/* True: the server has it. */
static bool write_one(tgpool_streams *streams, const streams_call *call) {
  char *key = malloc(strlen(streams->calls) + sizeof call->account);
  words said = {.count = 0};
  redisReply *reply = NULL;
  mtp_error error;
  if (!key)
    return false;
  strcpy(key, streams->calls);
  strcat(key, call->account);
  const char *fixed[FIXED] = {"EVAL", script,        "2",          streams->answers,
                              key,    streams->keep, TGPOOL_GROUP, call->id};
  for (size_t i = 0; i < FIXED; i++)
    say(&said, fixed[i], strlen(fixed[i]));
  say_field(&said, "id", call->id, strlen(call->id));
  say_field(&said, "account", call->account, strlen(call->account));
  if (call->ref)
    say_field(&said, "ref", call->ref, call->ref_size);
  say_field(&said, call->failed ? "error" : "result", (const char *)call->answer.data,
            call->answer.size);
  bool ok = tgpool_streams_ask(streams, said.at, said.sizes, said.count, &reply, &error);
  streams->counts.answers += ok;
  if (ok)
    tgpool_streams_took(streams, streams->answers);
  else /* perhaps not for ever */
    tgpool_streams_refused(streams, streams->answers, streams->answers, &error);
  if (reply)
    freeReplyObject(reply);
  free(key);
  return ok;
}

void tgpool_streams_drop(streams_call *call) {
  tgpool_streams *streams = call->streams;
  streams_call **at = &streams->in_flight;
  while (*at != call)
    at = &(*at)->next;
  *at = call->next;
  streams->n_in_flight--;
  tl_buffer_free(&call->answer);
  free(call->ref);
  free(call);
}

void tgpool_streams_drop_answered(tgpool_streams *streams) {
  for (streams_call *call = streams->in_flight, *next; call; call = next) {
    next = call->next;
    if (call->answered)
      tgpool_streams_drop(call);
  }
}

void tgpool_streams_answer(tgpool_streams *streams) {
  for (streams_call *call = streams->in_flight, *next; call; call = next) {
    next = call->next;
    if (call->answered || (!call->ended && !call->left))
      continue;
    if (!call->left && !write_one(streams, call))
      return;
    call->answered = !call->left && streams->reading;
    if (call->answered)
      tl_buffer_free(&call->answer);
    else
      tgpool_streams_drop(call);
  }
}
