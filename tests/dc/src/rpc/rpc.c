/* From the bytes of a request to its handler: rewriting to the newest layer, decoding, wrappers
 * (TL-9, AP-1 to AP-3), who may call what, errors ordered by the configuration. The answers are in
 * answer.c. */
#include "rpc.h"

#include <stdlib.h>

#include "compat.h"
#include "conn.h"
#include "duplicate.h"
#include "inject.h"
#include "keys.h"
#include "session.h"
#include "store.h"
#include "stubs.h"
#include "users.h"

#define WAIT_FOR_OTHERS (DC_SECOND / 2)

/* What the wrappers around a request said. */
typedef struct dc_wrapped {
  const tg_initConnection *init;
  int32_t layer;
  bool no_updates;
  const int64_t *takeout;
  const int64_t *after;
  size_t n_after;
} dc_wrapped;

static void note_wrapper(const char *name, const void *args, dc_wrapped *out) {
  if (strcmp(name, "invokeWithLayer") == 0) {
    out->layer = ((const tg_invokeWithLayer *)args)->layer;
  } else if (strcmp(name, "initConnection") == 0) {
    out->init = args;
  } else if (strcmp(name, "invokeWithoutUpdates") == 0) {
    out->no_updates = true;
  } else if (strcmp(name, "invokeWithTakeout") == 0) {
    out->takeout = &((const tg_invokeWithTakeout *)args)->takeout_id;
  } else if (strcmp(name, "invokeAfterMsg") == 0) {
    out->after = &((const tg_invokeAfterMsg *)args)->msg_id;
    out->n_after = 1;
  } else if (strcmp(name, "invokeAfterMsgs") == 0) {
    out->after = ((const tg_invokeAfterMsgs *)args)->msg_ids.items;
    out->n_after = ((const tg_invokeAfterMsgs *)args)->msg_ids.count;
  }
}

/* The !X field of a wrapper; NULL: it is none. */
static const tl_object *inner(const tl_object *object) {
  const tl_def *def = &object->schema->defs[object->def];
  if (!def->function || object->schema->types[def->type].op != TL_OP_OBJECT)
    return NULL;
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &object->schema->fields[def->field + i];
    if (field->op == TL_OP_OBJECT)
      return (const tl_object *)(const void *)((const char *)object->args + field->offset);
  }
  return NULL;
}

static tl_object unwrap(const tl_object *object, dc_wrapped *out) {
  tl_object at = *object;
  for (const tl_object *next = inner(&at); next != NULL; next = inner(&at)) {
    note_wrapper(tl_def_name(at.schema, at.def), at.args, out);
    at = *next;
  }
  return at;
}

static void note_init(dc_call *call, const dc_wrapped *wrapped) {
  const tg_initConnection *init = wrapped->init;
  if (wrapped->layer != 0)
    call->key->login.layer = wrapped->layer;
  call->session->layer = call->key->login.layer;
  if (init == NULL)
    return;
  dc_login *login = call->perm != NULL ? &call->perm->login : &call->key->login;
  DC_COPY(login->device, init->device_model);
  DC_COPY(login->system, init->system_version);
  DC_COPY(login->app, init->app_version);
  DC_COPY(login->lang, init->lang_code);
  DC_COPYZ(login->ip, dc_conn_peer(call->in->conn));
  login->api_id = init->api_id;
  call->session->initialised = true;
  if (call->perm != NULL)
    dc_store_key(call->dc, call->perm);
}

/* Whether all of the requests that this one is to follow are done. 0: yes; else the error. */
static int after_state(dc_call *call, const dc_wrapped *wrapped, bool *wait) {
  *wait = false;
  for (size_t i = 0; i < wrapped->n_after; i++) {
    const dc_received *entry = dc_session_received(call->session, wrapped->after[i]);
    dc_state state = entry == NULL ? DC_STATE_NONE : entry->state;
    if (state == DC_STATE_FAILED)
      return 400;
    if (state != DC_STATE_DONE)
      *wait = true;
  }
  return 0;
}

/* Who may call it. NULL: this one may; else the error, with its code. */
static const char *forbidden(const dc_call *call, const dc_method *method, int32_t *code) {
  uint8_t facts = tg_errors.method_flags[call->def - tg_schema.n_constructors];
  int flags = method != NULL                          ? method->flags
              : (facts & TL_METHOD_UNAUTHORIZED) != 0 ? DC_ANYONE
                                                      : DC_USER;
  *code = 401;
  if (call->perm == NULL && (flags & DC_UNBOUND) == 0)
    return "AUTH_KEY_PERM_EMPTY";
  if ((flags & DC_USER) != 0 && call->user == NULL)
    return call->perm != NULL && call->perm->login.pending_id != 0 ? "SESSION_PASSWORD_NEEDED"
                                                                   : "AUTH_KEY_UNREGISTERED";
  *code = 400;
  if (call->key->login.layer == 0 && strcmp(call->name, "auth.bindTempAuthKey") != 0)
    return "CONNECTION_NOT_INITED";
  if (call->user != NULL && call->user->bot && (facts & TL_METHOD_USERS_ONLY) != 0)
    return "BOT_METHOD_INVALID";
  if (call->user != NULL && !call->user->bot && (facts & TL_METHOD_BOTS_ONLY) != 0)
    return "USER_BOT_REQUIRED";
  return NULL;
}

static void not_served(dc_call *call) {
  dc_log(
      call->dc,
      "%s is not served: a rule with \"answer\" gives it one; `tgdc methods` lists those that are",
      call->name);
  dc_error(call, 400, "METHOD_NOT_IMPLEMENTED");
}

static void handle(dc_call *call) {
  const dc_method *method = call->dc->methods[call->def - tg_schema.n_constructors];
  int32_t code = 0;
  const char *error = forbidden(call, method, &code);
  if (error != NULL)
    dc_error(call, code, error);
  else if (method != NULL)
    method->handle(call, call->args);
  else if (!dc_stub(call))
    not_served(call);
  if (!call->answered)
    dc_error(call, 500, "RPC_CALL_FAIL");
}

static void finish(dc_call *call) {
  if (call->in->session == NULL)
    return;
  dc_received *entry = dc_session_received(call->session, call->in->msg_id);
  if (entry != NULL)
    entry->state = call->failed ? DC_STATE_FAILED : DC_STATE_DONE;
}

static bool ack_later(dc_call *call) {
  return dc_session_send_ack(call->session, call->in->msg_id);
}

/* Puts the request off, to be run again from its bytes. */
static void put_off(dc_call *call, const uint8_t *body, size_t size, int64_t until,
                    const dc_rule *rule) {
  if (!dc_defer(call->in, body, size, until, rule) || !ack_later(call))
    dc_conn_fail(call->in->conn);
}

/* Puts the request off until the others are done, or gives up. False: they are done. */
static bool wait_for_others(dc_call *call, const dc_wrapped *wrapped, const uint8_t *body,
                            size_t size) {
  bool wait;
  if (after_state(call, wrapped, &wait) != 0) {
    dc_error(call, 400, "MSG_WAIT_FAILED");
    return true;
  }
  if (!wait || call->in->delayed)
    return false;
  if (call->in->waited == 0)
    put_off(call, body, size, call->dc->now + WAIT_FOR_OTHERS, NULL);
  else if (call->dc->now >= call->in->waited)
    dc_error(call, 500, "MSG_WAIT_TIMEOUT");
  else if (!dc_defer(call->in, body, size, call->in->waited, NULL))
    dc_conn_fail(call->in->conn);
  return true;
}

static bool wrong_takeout(const dc_call *call, const dc_wrapped *wrapped) {
  return wrapped->takeout != NULL && (call->user == NULL || call->user->takeout == 0 ||
                                      call->user->takeout != *wrapped->takeout);
}

static void run(dc_call *call, const dc_wrapped *wrapped, const uint8_t *body, size_t size) {
  if (wrong_takeout(call, wrapped)) {
    dc_error(call, 400, "TAKEOUT_INVALID");
  } else if (!wait_for_others(call, wrapped, body, size)) {
    const dc_rule *rule = call->in->delayed ? call->in->rule : dc_rule_for(call);
    if (rule != NULL && !call->in->delayed && rule->delay > 0) {
      put_off(call, body, size, call->dc->now + rule->delay, rule);
      return;
    }
    const dc_hooks *hooks = &call->dc->hooks;
    if ((rule == NULL || !dc_rule_apply(call, rule)) && !dc_rule_by_number(call) &&
        (hooks->serve == NULL || !hooks->serve(hooks->ctx, call)))
      handle(call);
  }
  if (call->answered)
    finish(call);
}

static void decoded(dc_incoming *in, const tl_object *object, tl_arena *arena, const uint8_t *body,
                    size_t size) {
  dc_wrapped wrapped = {0};
  tl_object request = unwrap(object, &wrapped);
  dc_call call = {.dc = in->dc, .in = in, .session = in->session, .key = in->key, .arena = arena};
  call.perm = dc_key_permanent(in->dc, in->key);
  call.def = request.def;
  call.args = request.args;
  call.name = tl_def_name(request.schema, request.def);
  call.now = dc_unix(in->dc);
  call.user = call.perm == NULL ? NULL : dc_user_by_id(in->dc, call.perm->login.user_id);
  call.in_takeout = wrapped.takeout != NULL;
  call.session->no_updates = wrapped.no_updates;
  note_init(&call, &wrapped);
  in->dc->calls++;
  dc_debug(in->dc, "dc %d layer %d: %s", in->key->dc, (int)in->key->login.layer, call.name);
  if (call.perm != NULL)
    call.perm->login.active = call.now;
  if (!request.schema->defs[request.def].function)
    dc_error(&call, 400, "INPUT_METHOD_INVALID");
  else if (dc_duplicate_call(&call))
    finish(&call);
  else
    run(&call, &wrapped, body, size);
}

static void refuse(dc_incoming *in, const char *text) {
  tl_arena arena;
  tl_arena_init(&arena, NULL, 0);
  dc_call call = {
      .dc = in->dc, .in = in, .session = in->session, .key = in->key, .arena = &arena, .name = "?"};
  dc_error(&call, 400, text);
  finish(&call);
  tl_arena_free(&arena);
}

void dc_rpc(dc_incoming *in, const uint8_t *body, size_t size) {
  tl_buffer newest;
  tl_arena arena;
  tl_object object;
  tl_error error;
  uint32_t unknown = 0;
  tl_decode_options options = {.strings = TL_STRINGS_ALIAS};
  if ((in->seqno & 1) == 0) {
    dc_notify(in, 35);
    return;
  }
  tl_buffer_init(&newest, NULL, DC_MAX_PACKET * 8);
  tl_arena_init(&arena, NULL, 0);
  if (!dc_compat_upgrade(in->dc->compat, body, size, &newest, &unknown)) {
    dc_log(in->dc, "a request of layer %d cannot be read: id %08x", (int)in->session->layer,
           (unsigned)unknown);
    refuse(in, unknown != 0 ? "INPUT_METHOD_INVALID" : "INPUT_FETCH_ERROR");
  } else if (tl_decode_object(&tg_schema, newest.data, newest.size, &options, &arena, &object, NULL,
                              &error) != TL_OK) {
    dc_log(in->dc, "a request cannot be decoded: %s (%08x) at %s", error.text, (unsigned)error.id,
           error.path);
    refuse(in, error.status == TL_ERR_UNKNOWN ? "INPUT_CONSTRUCTOR_INVALID" : "INPUT_FETCH_ERROR");
  } else {
    decoded(in, &object, &arena, body, size);
  }
  tl_arena_free(&arena);
  tl_buffer_free(&newest);
}
