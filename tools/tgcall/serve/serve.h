/* tgcall serve: JSON-RPC 2.0, and MCP on top of it, over one session. */
#ifndef TGCALL_SERVE_H
#define TGCALL_SERVE_H

#include "talk.h"

enum { SERVE_LINE = 10 << 20, SERVE_WAITERS = 16, SERVE_QUEUE = 1000 };

/* Codes of JSON-RPC (https://www.jsonrpc.org/specification), and ours. */
enum {
  RPC_PARSE = -32700,
  RPC_REQUEST = -32600,
  RPC_METHOD = -32601,
  RPC_PARAMS = -32602,
  RPC_INTERNAL = -32603,
  RPC_FAILED = -32000, /* data is the error as tgcall prints it */
  RPC_FORBIDDEN = -32001
};

/* Who waits for updates. */
typedef struct waiter {
  json_t *id;
  bool as_tool; /* the answer is that of tools/call */
  bool all;     /* not messages only */
  size_t count;
  int64_t until_ms;
} waiter;

typedef struct server {
  talk t;
  const char *allow;    /* patterns of methods, commas between */
  const char *folder;   /* where files are, without links; NULL: nowhere */
  const char *session;  /* its file */
  int in, out;          /* out -1: nobody reads it any more */
  bool ended;           /* there is no more input */
  int unwritable;       /* errno of the output; 0: none */
  tl_buffer input;      /* the beginning of a line */
  json_t *batch;        /* answers are put in here, not written; NULL */
  json_t *queue;        /* updates that nobody was told; array */
  size_t lost;          /* so many were thrown away */
  bool hearing, follow; /* updates are kept; are told as they come */
  waiter waiters[SERVE_WAITERS];
  size_t n_waiters;
  const json_t *id; /* of the request that is being carried out */
  bool as_tool;
} server;

/* What a tool gives: a new result, or NULL and an error of *error's form, or NULL twice: it is
 * answered later. */
typedef json_t *(*tool_run)(server *s, const json_t *params, json_t **error);

typedef struct tool {
  const char *name, *description;
  const char *schema; /* of params, as JSON */
  tool_run run;
  bool offline; /* the session is not asked */
} tool;

/* NULL: there is none. */
const tool *serve_tool(const char *name);
const tool *serve_tool_at(size_t i);

json_t *serve_invoke(server *s, const json_t *params, json_t **error);
json_t *serve_explain(server *s, const json_t *params, json_t **error);
json_t *serve_listen(server *s, const json_t *params, json_t **error);
json_t *serve_upload(server *s, const json_t *params, json_t **error);
json_t *serve_download(server *s, const json_t *params, json_t **error);

/* ---- what is allowed (guard.c) ---- */

/* Whether the list has the method; never what gives secrets away, or wraps another method. */
bool serve_allows(const server *s, const char *method);
/* A file of the folder, with its whole path; a new one's folder has to exist. Not the session, nor
 * another that can be read. False with *error. */
bool serve_path(const server *s, const char *name, bool is_new, char *out, size_t size,
                json_t **error);

/* ---- secrets (redact.c) ---- */

/* Takes out what looks like a secret: session strings, tokens, login codes. In place. */
void serve_redact(json_t *value);

/* ---- answers (answer.c) ---- */

/* {"code", "message"}; data is stolen, NULL: none. */
json_t *serve_error(int code, const char *message, json_t *data);
json_t *serve_failed(const mtp_error *error);
/* Writes one, for a request with that id (NULL: a notification, which has none). result and error
 * are stolen; error NULL: it went well. as_tool: in the form of tools/call. */
void serve_answer(server *s, const json_t *id, bool as_tool, json_t *result, json_t *error);
/* Writes a message, and frees it. Without anybody to write to it is dropped. */
void serve_write(server *s, json_t *message);

/* ---- updates (listen.c) ---- */

/* Answers who has waited long enough. Returns milliseconds until the next has; -1: nobody waits. */
int serve_expire(server *s);
void serve_cancel(server *s, const json_t *id);
void serve_forget(server *s); /* everybody: the connection is gone */

/* ---- requests (rpc.c) ---- */

/* A line; false: it ends the connection. */
void serve_line(server *s, const char *line, size_t size);

/* Serves descriptors until the input ends; or a socket at a path, one connection after the other,
 * for ever. */
int serve_run(server *s);
int serve_socket(server *s, const char *path);

#endif
