/* Entries of a stream made into calls. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <tg/tg.h>
#include <tl/json.h>

enum { PARAMS_MAX = 1 << 20 };

/* What an entry has to say. */
typedef struct entry {
  const redisReply *method, *params, *ref;
} entry;

static entry read_entry(const redisReply *fields) {
  entry out = {NULL, NULL, NULL};
  const struct {
    const char *name;
    const redisReply **at;
  } known[] = {{"method", &out.method}, {"params", &out.params}, {"ref", &out.ref}};
  for (size_t i = 0; i + 1 < fields->elements; i += 2)
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
      if (fields->element[i]->str && strcmp(fields->element[i]->str, known[k].name) == 0)
        *known[k].at = fields->element[i + 1];
  return out;
}

static bool is_under_way(const tgpool_streams *streams, const char *account, const char *id) {
  for (const streams_call *call = streams->in_flight; call; call = call->next)
    if (!call->left && strcmp(call->id, id) == 0 && strcmp(call->account, account) == 0)
      return true;
  return false;
}

/* ---- the call ---- */

/* One that ended because its account is given up is for who has that next. */
static void done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  streams_call *call = ctx;
  bool given_up = error && (error->status == MTP_ERR_CLOSED || error->status == MTP_ERR_STORE);
  if (given_up)
    call->left = true;
  else if (error)
    tgpool_streams_fail(call, error);
  else
    tgpool_streams_result(call, mtp_reply_value(reply));
  mtp_reply_free(reply);
}

static mtp_status read_method(const entry *what, mtp_error *error) {
  const redisReply *method = what->method;
  if (!method || !method->str || !*method->str)
    return tgauth_table_fail(error, MTP_ERR_ARGUMENT, "the entry has no field \"method\"");
  uint16_t def = tl_find_name(&tg_schema, method->str, (size_t)method->len);
  if (def == TL_NONE || !tg_schema.defs[def].function)
    return tgauth_table_fail(error, MTP_ERR_ARGUMENT, "the schema (layer %d) has no such method",
                             tg_schema.layer);
  if (what->params && what->params->len > PARAMS_MAX)
    return tgauth_table_fail(error, MTP_ERR_ARGUMENT, "params has more than %d bytes", PARAMS_MAX);
  if (what->ref && what->ref->len > TGPOOL_REF_MAX)
    return tgauth_table_fail(error, MTP_ERR_ARGUMENT, "ref has more than %d bytes", TGPOOL_REF_MAX);
  return MTP_OK;
}

static mtp_status start(streams_call *call, const entry *what, mtp_error *error) {
  const redisReply *params = what->params;
  tl_arena arena;
  tl_object object;
  tl_error why = {0};
  mtp_status status = read_method(what, error);
  if (status != MTP_OK)
    return status;
  tl_arena_init(&arena, NULL, 0);
  if (tl_json_read_object(&tg_schema, what->method->str, params ? params->str : "{}",
                          params ? (size_t)params->len : 2, &arena, &object, &why) != TL_OK)
    status = tgauth_table_fail(error, MTP_ERR_ARGUMENT, "%s: %s: %s", what->method->str, why.path,
                               why.text);
  else if (!tg_schema.defs[object.def].function)
    status = tgauth_table_fail(error, MTP_ERR_ARGUMENT, "params are of no method");
  else
    status = tgpool_call(call->streams->pool, call->account, &object, NULL, done, call, error);
  tl_arena_free(&arena);
  return status;
}

static streams_call *new_call(tgpool_streams *streams, const char *account, const char *id,
                              const redisReply *ref) {
  streams_call *call = calloc(1, sizeof *call);
  size_t size = ref && ref->len <= TGPOOL_REF_MAX ? (size_t)ref->len : 0;
  if (!call || (size && !(call->ref = malloc(size)))) {
    free(call);
    return NULL; /* it is there still, and comes again */
  }
  if (size)
    memcpy(call->ref, ref->str, size);
  call->ref_size = size;
  call->streams = streams;
  strcpy(call->account, account);
  strcpy(call->id, id);
  tl_buffer_init(&call->answer, NULL, 0);
  call->next = streams->in_flight;
  streams->in_flight = call;
  streams->n_in_flight++;
  streams->counts.calls++;
  return call;
}

void tgpool_streams_begin(tgpool_streams *streams, const char *account, const redisReply *id,
                          const redisReply *fields) {
  static const redisReply nothing = {.type = REDIS_REPLY_ARRAY};
  mtp_error error;
  if (!id || !id->str || id->len > TGPOOL_ID_MAX || is_under_way(streams, account, id->str))
    return;
  /* one that was deleted meanwhile has no fields, and an answer all the same */
  entry what = read_entry(fields && fields->type == REDIS_REPLY_ARRAY ? fields : &nothing);
  streams_call *call = new_call(streams, account, id->str, what.ref);
  if (!call)
    return;
  mtp_status status = start(call, &what, &error);
  if (status == MTP_ERR_STORE || status == MTP_ERR_CLOSED)
    call->left = true;
  else if (status != MTP_OK)
    tgpool_streams_fail(call, &error);
}
