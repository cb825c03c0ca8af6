/* The RPC layer: wrappers are taken off, the request is decoded in the newest layer, a handler
 * answers, and the answer goes back in the layer that the client speaks. */
#ifndef TGDC_RPC_H
#define TGDC_RPC_H

#include "incoming.h"

/* One request while it is handled. */
typedef struct dc_call {
  tgdc *dc;
  dc_incoming *in;
  dc_session *session;
  dc_key *key;      /* under which it came */
  dc_key *perm;     /* permanent key behind it; NULL: a temporary key that is not bound */
  dc_user *user;    /* signed in; NULL: nobody */
  tl_arena *arena;  /* lives until the answer is encoded */
  uint16_t def;     /* the innermost function */
  const void *args; /* its struct */
  const char *name;
  int32_t now;     /* unix seconds */
  bool in_takeout; /* came under invokeWithTakeout */
  bool answered;
  bool failed; /* the answer is an error */
} dc_call;

typedef void dc_handler(dc_call *call, const void *args);

enum {
  DC_ANYONE = 0, /* needs no authorization */
  DC_USER = 1,   /* somebody has to be signed in */
  DC_UNBOUND = 2 /* may come under a temporary key that is not bound (PF-1) */
};

typedef struct dc_method {
  const char *name;
  dc_handler *handle;
  int flags;
} dc_method;

/* A file of src/handlers has one table of them, dc_methods_NAME; a row with name NULL ends it. */

/* Fills dc->methods. False when memory ends or a table names a method that there is not. */
bool dc_methods_load(tgdc *dc);

/* Takes a request's bytes. */
void dc_rpc(dc_incoming *in, const uint8_t *body, size_t size);

/* deferred.c. Runs the request again at `until`, under `rule`; without a rule as soon as another
 * one is done. Taking one back says whether there was one. */
bool dc_defer(dc_incoming *in, const uint8_t *body, size_t size, int64_t until,
              const dc_rule *rule);
bool dc_undefer(dc_session *session, int64_t msg_id);

/* The answer: a pointer to a slot of the function's result type, e.g. to a tg_auth_SentCode, a
 * pointer to a struct pointer where the type has one constructor, or a bool. Exactly one of these
 * for each call. */
void dc_answer(dc_call *call, const void *slot);
void dc_answer_true(dc_call *call);
/* The answer from JSON; `text` is not the client's, so that a mistake in it is a bug. */
void dc_answer_json(dc_call *call, const char *text, size_t size);
enum { DC_CODE_OF_METHOD = 0 }; /* the code with which the method returns that error; else 400 */
void dc_error(dc_call *call, int32_t code, const char *text);
void dc_error_number(dc_call *call, int32_t code, const char *format, int number);

/* Queues an Updates object for one session in the layer of its key; `updates` is borrowed. */
void dc_push(tgdc *dc, dc_session *session, const tg_Updates *updates);

/* A zeroed struct in the call's arena, NULL when memory ends. */
void *dc_new(dc_call *call, size_t size);
/* A copy of a string in the arena; never absent. */
tl_string dc_string(dc_call *call, const char *text);

#endif
