/* A call from its start to its end: made (encoded, with an id), dispatched to the engine of its
 * data centre as often as policy asks, and ended exactly once. */
#include <string.h>
#include <tg/account.h>
#include <tg/auth.h>

#include "client/internal.h"

/* ---- lists ---- */

void mtp_list_add(mtp_call_list *list, mtp_call *call) {
  call->prev = list->last;
  call->next = NULL;
  if (list->last)
    list->last->next = call;
  else
    list->first = call;
  list->last = call;
}

void mtp_list_remove(mtp_call_list *list, mtp_call *call) {
  if (call->prev)
    call->prev->next = call->next;
  else
    list->first = call->next;
  if (call->next)
    call->next->prev = call->prev;
  else
    list->last = call->prev;
  call->prev = call->next = NULL;
}

/* ---- making ---- */

static mtp_status encode_failed(mtp_error *error, const tl_call *what, const tl_error *tl) {
  mtp_status status = tl->status == TL_ERR_NOMEM ? MTP_ERR_NOMEM : MTP_ERR_ENCODE;
  mtp_error_set(error, status, NULL);
  if (error) {
    error->tl = *tl;
    error->method = what->schema == &tg_schema ? what->def : TL_NONE;
  }
  return status;
}

static const char *complaint(const mtp_client *client, const tl_call *what,
                             const mtp_call_options *o) {
  const tl_schema *schema = what->schema;
  if (!schema || !what->args || what->def >= schema->n_defs || !schema->defs[what->def].function)
    return "not a call";
  if (client->options.api_id == 0 && !o->cdn)
    return "options.api_id is needed for calls";
  if (o->dc < 0 || o->dc > 10000)
    return "call.dc is no data centre";
  if (o->connection > MTP_MAX_CONNECTIONS)
    return "call.connection is too large";
  if (o->cdn && o->dc == 0)
    return "call.cdn needs call.dc";
  return NULL;
}

static tl_status encode_body(mtp_call *call, const tl_call *what, bool init, tl_error *error) {
  memset(error, 0, sizeof *error);
  if (init)
    error->status = mtp_wrap_init(call->client, &call->body);
  if (error->status == TL_OK)
    error->status = mtp_wrap_options(&call->client->options, &call->options, &call->body);
  return error->status == TL_OK ? tl_encode(what, &call->body, error) : error->status;
}

/* Calls after which a code or a mail goes out: twice is worse than not at all. */
static bool sends_code(uint16_t method) {
  const uint16_t methods[] = {
      tg_auth_sendCode_call(NULL).def,
      tg_auth_resendCode_call(NULL).def,
      tg_auth_requestPasswordRecovery_call(NULL).def,
      tg_account_sendChangePhoneCode_call(NULL).def,
      tg_account_sendConfirmPhoneCode_call(NULL).def,
      tg_account_sendVerifyPhoneCode_call(NULL).def,
      tg_account_sendVerifyEmailCode_call(NULL).def,
      tg_account_resendPasswordEmail_call(NULL).def,
  };
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
    if (methods[i] == method)
      return method != TL_NONE;
  return false;
}

static mtp_call *new_call(mtp_client *client, const tl_call *what, const mtp_call_start *start) {
  mtp_call *call = tl_alloc_zero(client->allocator, sizeof *call);
  if (!call)
    return NULL;
  call->client = client;
  if (start->options)
    call->options = *start->options;
  call->done = start->done;
  call->ctx = start->ctx;
  call->step = start->step;
  call->urgent = start->urgent;
  call->method = what->schema == &tg_schema ? what->def : TL_NONE;
  call->send_code = call->method == tg_auth_sendCode_call(NULL).def;
  call->once = call->options.once || sends_code(call->method);
  tl_buffer_init(&call->body, client->allocator, 0);
  return call;
}

mtp_status mtp_call_make(mtp_client *client, const tl_call *what, const mtp_call_start *start,
                         mtp_call **out, mtp_error *error) {
  static const mtp_call_options defaults;
  *out = NULL;
  const char *why = complaint(client, what, start->options ? start->options : &defaults);
  if (why)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, why);
  mtp_call *call = new_call(client, what, start);
  if (!call)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  tl_error tl;
  call->result_type = tl_call_result_type(what, &call->schema);
  mtp_status status = MTP_OK;
  if (call->result_type == TL_NONE)
    status = mtp_error_set(error, MTP_ERR_ARGUMENT, "the call has no result type");
  else if (encode_body(call, what, start->init, &tl) != TL_OK)
    status = encode_failed(error, what, &tl);
  if (status == MTP_OK)
    *out = call;
  else
    mtp_call_destroy(call);
  return status;
}

void mtp_call_destroy(mtp_call *call) {
  if (!call)
    return;
  tl_buffer_wipe(&call->body); /* it may hold a code, a token or a proof of a password */
  tl_buffer_free(&call->body);
  mtp_reply_free(call->reply);
  tl_free(call->client->allocator, call, sizeof *call);
}

/* ---- on its way ---- */

static int64_t deadline_of(const mtp_call *call, int64_t now) {
  int64_t limit = call->options.timeout_ms;
  if (limit == 0)
    limit = call->client->options.call_timeout_ms;
  return limit <= 0 ? MTP_NEVER : now + limit;
}

void mtp_call_admit(mtp_call *call, mtp_centre *centre) {
  mtp_client *client = call->client;
  call->id = ++client->last_id;
  call->own_time = call->options.timeout_ms > 0;
  call->deadline = deadline_of(call, mtp_client_now(client).monotonic_ms);
  call->wake_at = MTP_NEVER;
  call->state = MTP_CALL_BLOCKED;
  call->centre = centre;
  mtp_list_add(&centre->calls, call);
  mtp_call_dispatch(call);
}

mtp_status mtp_call_begin(mtp_client *client, const tl_call *what, const mtp_call_start *start,
                          mtp_call **out) {
  *out = NULL;
  mtp_call *call;
  mtp_status status = mtp_call_make(client, what, start, &call, NULL);
  if (status != MTP_OK)
    return status;
  *out = call;
  mtp_call_admit(call, start->centre);
  return MTP_OK;
}

mtp_call *mtp_call_find(mtp_client *client, mtp_call_id id) {
  for (mtp_centre *centre = client->centres; centre; centre = centre->next)
    for (mtp_call *call = centre->calls.first; call; call = call->next)
      if (call->id == id)
        return call;
  return NULL;
}

/* The call that this one is to come after, if it is on its way to the same centre still. */
static mtp_call *predecessor(mtp_call *call) {
  if (call->options.after == 0)
    return NULL;
  mtp_call *other = mtp_call_find(call->client, call->options.after);
  return other && other != call && other->centre == call->centre ? other : NULL;
}

static void engine_refused(mtp_call *call, mtp_engine_status status) {
  switch (status) {
  case MTP_ENGINE_NOMEM:
    mtp_call_fail(call, MTP_ERR_NOMEM, NULL);
    break;
  case MTP_ENGINE_TOO_LARGE:
    mtp_call_fail(call, MTP_ERR_ARGUMENT, "the request fits in no packet");
    break;
  case MTP_ENGINE_CLOSED:
    mtp_call_fail(call, MTP_ERR_CLOSED, NULL);
    break;
  default:
    mtp_call_fail(call, MTP_ERR_PROTOCOL, mtp_engine_status_name(status));
    break;
  }
}

void mtp_call_dispatch(mtp_call *call) {
  mtp_call *before = predecessor(call);
  if (before && before->state != MTP_CALL_ENGINE) {
    call->state = MTP_CALL_BLOCKED;
    return;
  }
  mtp_query_options options = {
      .after = before ? before->token : 0,
      .urgent = call->urgent,
      .unheld = call->step,
      .idempotent = call->step,
      .once = call->once, /* rather an error than two codes (ER-4) */
      .user = call,
  };
  mtp_centre_want(call->centre);
  call->client->dirty = true;
  mtp_engine_status status = mtp_engine_submit(call->centre->engine, call->body.data,
                                               call->body.size, &options, &call->token);
  if (status == MTP_ENGINE_OK)
    call->state = MTP_CALL_ENGINE;
  else
    engine_refused(call, status);
}

/* The engine has it no longer. Its event about that finds no call. */
static void withdraw(mtp_call *call) {
  if (call->state != MTP_CALL_ENGINE || call->token == 0)
    return;
  mtp_engine_cancel(call->centre->engine, call->token);
  call->token = 0;
  call->client->dirty = true;
}

void mtp_call_move(mtp_call *call, mtp_centre *centre) {
  withdraw(call);
  mtp_list_remove(&call->centre->calls, call);
  call->centre = centre;
  call->state = MTP_CALL_BLOCKED;
  mtp_list_add(&centre->calls, call);
}

void mtp_call_sleep(mtp_call *call, uint32_t delay_ms) {
  int64_t now = mtp_client_now(call->client).monotonic_ms;
  call->state = MTP_CALL_SLEEPING;
  call->token = 0;
  call->wake_at = now + delay_ms;
  if (!call->own_time && call->deadline != MTP_NEVER)
    call->deadline += delay_ms;
}

/* ---- its end ---- */

void mtp_call_end(mtp_call *call, const mtp_error *error, mtp_reply *reply) {
  mtp_client *client = call->client;
  withdraw(call);
  mtp_list_remove(&call->centre->calls, call);
  if (call->centre->step == call)
    call->centre->step = NULL;
  call->centre = NULL;
  call->state = MTP_CALL_ENDED;
  if (error) {
    call->error = *error;
    call->error.method = call->method;
  }
  call->reply = reply;
  mtp_list_add(&client->ended, call);
}

void mtp_call_end_unadmitted(mtp_call *call, mtp_status status) {
  mtp_error_set(&call->error, status, NULL);
  call->error.method = call->method;
  call->state = MTP_CALL_ENDED;
  mtp_list_add(&call->client->ended, call);
}

void mtp_call_fail(mtp_call *call, mtp_status status, const char *text) {
  mtp_error error;
  mtp_error_set(&error, status, text);
  mtp_call_end(call, &error, NULL);
}

void mtp_call_fail_uncertain(mtp_call *call) {
  mtp_call_fail(call, MTP_ERR_UNCERTAIN,
                "the connection broke before the answer came; the server may have run the call");
}

bool mtp_call_is_uncertain(const mtp_call *call) {
  return call->once && call->state == MTP_CALL_ENGINE &&
         mtp_engine_msg_id(call->centre->engine, call->token) != 0;
}

bool mtp_calls_deliver(mtp_client *client) {
  bool any = false, outer = client->delivering;
  client->delivering = true;
  for (mtp_call *call; (call = client->ended.first);) {
    mtp_list_remove(&client->ended, call);
    mtp_reply *reply = call->reply;
    call->reply = NULL; /* the callback's from here on */
    if (call->done)
      call->done(call->ctx, call->error.status == MTP_OK ? NULL : &call->error, reply);
    else
      mtp_reply_free(reply);
    mtp_call_destroy(call);
    any = true;
  }
  client->delivering = outer;
  return any;
}

/* ---- time ---- */

static const char *late(const mtp_centre *centre) {
  return centre->connected && !centre->exchange ? "no answer within the time of the call"
                                                : "no connection within the time of the call";
}

void mtp_calls_tick(mtp_centre *centre, int64_t now) {
  for (mtp_call *call = centre->calls.first, *next; call; call = next) {
    next = call->next;
    if (now >= call->deadline) {
      mtp_call_fail(call, MTP_ERR_TIMEOUT, late(centre));
    } else if (call->state == MTP_CALL_BLOCKED ||
               (call->state == MTP_CALL_SLEEPING && now >= call->wake_at)) {
      call->wake_at = MTP_NEVER;
      mtp_call_dispatch(call);
    }
  }
}

int64_t mtp_calls_deadline(const mtp_centre *centre) {
  int64_t first = MTP_NEVER;
  for (const mtp_call *call = centre->calls.first; call; call = call->next) {
    if (call->deadline < first)
      first = call->deadline;
    if (call->state == MTP_CALL_SLEEPING && call->wake_at < first)
      first = call->wake_at;
  }
  return first;
}

bool mtp_calls_waiting(const mtp_centre *centre) {
  for (const mtp_call *call = centre->calls.first; call; call = call->next)
    if (call->state != MTP_CALL_SLEEPING)
      return true;
  return false;
}
