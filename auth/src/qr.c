/* Signing in by a QR code that another session scans, and scanning it (LG-5). */
#include "base64.h"
#include "flow/task.h"
#include <stdlib.h>
#include <string.h>

static const char link_head[] = "tg://login?token=";
/* A token that is born expired, or a server that says again and again that it was scanned, costs a
 * call every few seconds. */
enum {
  MAX_TOKEN = 1024,
  MAX_HOPS = 4,
  MOST_DEAD = 6,
  LEAST_LIFE = 5,
  LEAST_PAUSE = 1,
  MOST_WAIT = 3600
};

struct tgauth_qr {
  char url[sizeof link_head + MAX_TOKEN * 4 / 3 + 4];
  int64_t expires, asked; /* server time */
  int64_t due;            /* idle: the next token is asked for then */
  bool idle;              /* nothing is on its way until then */
  bool late;              /* a token that had expired on its way was replaced */
  uint8_t token[MAX_TOKEN];
  size_t token_size; /* to be shown in another data centre */
  int64_t *except_ids;
  size_t n_except;
  bool scanned;  /* updateLoginToken came, or may have been missed */
  int born_dead; /* tokens in a row that had expired when they came */
  bool in_vain;  /* the last time that it seemed so it was not */
  bool done;     /* signed in */
  int hops;      /* data centres followed for one answer */
};

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* ---- exporting and following ---- */

static mtp_status set_token(tgauth *auth, tgauth_qr *qr, const tg_auth_loginToken *token,
                            mtp_error *error) {
  int64_t now = mtp_client_server_time(auth->client);
  if (token->token.size > MAX_TOKEN)
    return tgauth_fail(error, MTP_ERR_PROTOCOL, "the login token has %zu bytes", token->token.size);
  memcpy(qr->url, link_head, sizeof link_head);
  tgauth_base64_encode(token->token.data, token->token.size, TGAUTH_BASE64URL,
                       qr->url + sizeof link_head - 1);
  qr->asked = now;
  qr->born_dead = token->expires <= now ? qr->born_dead + 1 : 0;
  qr->expires = qr->born_dead > MOST_DEAD ? now + LEAST_LIFE : token->expires;
  return MTP_OK;
}

static mtp_status send_export(tgauth_task *task);
static mtp_status take_imported(tgauth_task *task);

static mtp_status send_import(tgauth_task *task) {
  tg_auth_importLoginToken request = {tl_bytes_of(task->qr->token, task->qr->token_size)};
  tl_call call = tg_auth_importLoginToken_call(&request);
  return tgauth_task_call_patiently(task, &call, take_imported, send_import);
}

/* The account lives in another data centre: go there, and show the token there. */
static mtp_status migrate(tgauth_task *task, const tg_auth_loginTokenMigrateTo *to) {
  tgauth_qr *qr = task->qr;
  if (++qr->hops > MAX_HOPS)
    return tgauth_fail(&task->error, MTP_ERR_PROTOCOL,
                       "sent from one data centre to another for ever");
  if (to->token.size > MAX_TOKEN)
    return tgauth_fail(&task->error, MTP_ERR_PROTOCOL, "the login token has %zu bytes",
                       to->token.size);
  mtp_status status = mtp_client_set_home(task->auth->client, to->dc_id);
  if (status != MTP_OK)
    return tgauth_fail(&task->error, status, "data centre %d is not known", to->dc_id);
  task->auth->half_signed_in = true;
  qr->token_size = to->token.size;
  if (to->token.size)
    memcpy(qr->token, to->token.data, to->token.size);
  return send_import(task);
}

static mtp_status follow(tgauth_task *task, tg_auth_LoginToken answer) {
  switch (answer.kind) {
  case TG_auth_loginToken:
    task->result = TGAUTH_QR_RENEWED;
    return set_token(task->auth, task->qr, answer.auth_loginToken, &task->error);
  case TG_auth_loginTokenMigrateTo:
    return migrate(task, answer.auth_loginTokenMigrateTo);
  case TG_auth_loginTokenSuccess:
    task->qr->done = true;
    task->result = TGAUTH_QR_DONE;
    return tgauth_accept(task->auth, answer.auth_loginTokenSuccess->authorization, &task->step,
                         &task->error);
  case TG_auth_LoginToken_none:
    break;
  }
  return tgauth_fail(&task->error, MTP_ERR_PROTOCOL, "the login token is of an unknown kind");
}

/* A token that expired on its way to another data centre is replaced there, once. */
static mtp_status refused(tgauth_task *task) {
  const mtp_error *error = &task->error;
  if (error->status == MTP_ERR_RPC && error->rpc == TG_ERR_SESSION_PASSWORD_NEEDED) {
    task->result = TGAUTH_QR_PASSWORD_NEEDED;
    return MTP_OK;
  }
  bool late = error->status == MTP_ERR_RPC &&
              (error->rpc == TG_ERR_AUTH_TOKEN_EXPIRED || error->rpc == TG_ERR_AUTH_TOKEN_INVALID);
  if (!late || task->qr->late)
    return error->status;
  task->qr->late = true;
  return send_export(task);
}

static mtp_status take_imported(tgauth_task *task) {
  return task->reply ? follow(task, tg_auth_importLoginToken_result(mtp_reply_value(task->reply)))
                     : refused(task);
}

static mtp_status take_exported(tgauth_task *task) {
  return task->reply ? follow(task, tg_auth_exportLoginToken_result(mtp_reply_value(task->reply)))
                     : refused(task);
}

static mtp_status export_to(tgauth_task *task, mtp_status (*take)(tgauth_task *),
                            mtp_status (*send)(tgauth_task *)) {
  const tgauth_qr *qr = task->qr;
  tg_auth_exportLoginToken request = {0};
  request.api_id = task->auth->api_id;
  request.api_hash = tl_string_of(task->auth->api_hash);
  request.except_ids.items = qr->except_ids;
  request.except_ids.count = qr->n_except;
  tl_call call = tg_auth_exportLoginToken_call(&request);
  return tgauth_task_call_patiently(task, &call, take, send);
}

static mtp_status send_export(tgauth_task *task) {
  task->qr->hops = 0;
  return export_to(task, take_exported, send_export);
}

mtp_status tgauth_begin_qr(tgauth_task *task, tgauth_qr *qr) {
  task->qr = qr;
  qr->late = false;
  mtp_status status = tgauth_try_store(task->auth, &task->error);
  return status == MTP_OK ? send_export(task) : status;
}

void tgauth_qr_free(tgauth_qr *qr) {
  if (!qr)
    return;
  free(qr->except_ids);
  free(qr);
}

tgauth_qr *tgauth_qr_new(const int64_t *except_ids, size_t n_except) {
  tgauth_qr *qr = calloc(1, sizeof *qr);
  if (qr)
    qr->except_ids = malloc((n_except + 1) * sizeof *qr->except_ids);
  if (!qr || !qr->except_ids) {
    tgauth_qr_free(qr);
    return NULL;
  }
  if (n_except)
    memcpy(qr->except_ids, except_ids, n_except * sizeof *except_ids);
  qr->n_except = n_except;
  return qr;
}

mtp_status tgauth_qr_begin(tgauth *auth, const int64_t *except_ids, size_t n_except,
                           tgauth_qr **out, mtp_error *error) {
  tgauth_task task;
  *out = NULL;
  mtp_status status = tgauth_task_open(&task, auth, error);
  if (status != MTP_OK)
    return status;
  tgauth_qr *qr = tgauth_qr_new(except_ids, n_except);
  if (!qr)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  status = tgauth_task_wait(&task, tgauth_begin_qr(&task, qr), error);
  if (status == MTP_OK)
    *out = qr; /* also when it was accepted in an earlier run: the first wait says so at once */
  else
    tgauth_qr_free(qr);
  tgauth_task_clear(&task);
  return status;
}

const char *tgauth_qr_url(const tgauth_qr *qr) {
  return qr->url;
}

int64_t tgauth_qr_expires(const tgauth_qr *qr) {
  return qr->expires;
}

/* ---- waiting ---- */

/* Whether it tells of a scan. */
static bool tells(const tl_value *updates) {
  tl_object object = tl_value_object(updates);
  if (object.schema != &tg_schema)
    return false;
  if (object.def == tg_updateShort_object(NULL).def)
    return ((const tg_updateShort *)object.args)->update.kind == TG_updateLoginToken;
  if (object.def != tg_updates_object(NULL).def)
    return false;
  const tg_updates *all = object.args;
  for (size_t i = 0; i < all->updates.count; i++)
    if (all->updates.items[i].kind == TG_updateLoginToken)
      return true;
  return false;
}

/* Asks at once, where the next question was to wait for the token to expire. */
static void watch(void *ctx, const tl_value *updates) {
  tgauth_task *task = ctx;
  tgauth_qr *qr = task->qr;
  mtp_client *client = task->auth->client;
  if (updates && !tells(updates))
    return;
  qr->scanned = true; /* or that may have been missed */
  if (qr->idle && task->call && mtp_client_server_time(client) < qr->due)
    mtp_client_cancel(client, task->call); /* what is sent instead: take_scan() */
}

static mtp_status send_scan(tgauth_task *task);

/* After a scan the answer is the authorization, after the expiry a new token. */
static mtp_status take_scan(tgauth_task *task) {
  tgauth_qr *qr = task->qr;
  bool sooner = qr->idle && qr->scanned && !task->cancelled && !task->reply &&
                task->error.status == MTP_ERR_CANCELLED;
  if (sooner)
    return send_scan(task);
  if (qr->idle)
    qr->in_vain = false;
  qr->idle = false;
  return take_exported(task);
}

static mtp_status send_scan(tgauth_task *task) {
  tgauth_qr *qr = task->qr;
  int64_t now = mtp_client_server_time(task->auth->client);
  int64_t pause = qr->in_vain ? qr->asked + LEAST_PAUSE + 1 : now;
  qr->idle = !qr->scanned && qr->expires > now;
  qr->due = qr->scanned ? pause : qr->expires;
  if (!qr->idle) {
    qr->in_vain = qr->scanned;
    qr->scanned = false;
  }
  task->delay_ms = qr->due > now ? (uint32_t)least(qr->due - now, MOST_WAIT) * 1000 : 0;
  qr->hops = 0;
  qr->late = false;
  return export_to(task, take_scan, send_export);
}

mtp_status tgauth_begin_scan(tgauth_task *task, tgauth_qr *qr) {
  task->qr = qr;
  mtp_client_watch(task->auth->client, watch, task);
  return send_scan(task);
}

void tgauth_end_scan(tgauth_task *task) {
  mtp_client_watch(task->auth->client, NULL, NULL);
}

/* Waits, and takes the question back if nothing happened by then. */
static mtp_status wait_for_scan(tgauth_task *task, int timeout_ms, bool *in_time) {
  mtp_client *client = task->auth->client;
  *in_time = mtp_client_wait(client, &task->over, timeout_ms, NULL) == MTP_OK;
  if (!*in_time && !task->qr->idle)
    *in_time = true; /* it is being asked, and will be answered */
  else if (!*in_time)
    tgauth_task_cancel(task);
  return tgauth_task_wait(task, MTP_OK, NULL);
}

mtp_status tgauth_qr_wait(tgauth *auth, tgauth_qr *qr, int timeout_ms, tgauth_qr_result *out,
                          mtp_error *error) {
  tgauth_task task;
  bool in_time = true;
  mtp_status status = tgauth_task_open(&task, auth, error);
  *out = TGAUTH_QR_DONE;
  if (status != MTP_OK || qr->done)
    return status;
  status = tgauth_begin_scan(&task, qr);
  if (status == MTP_OK)
    status = wait_for_scan(&task, timeout_ms, &in_time);
  tgauth_end_scan(&task);
  *out = in_time ? task.result : TGAUTH_QR_TIMEOUT;
  if (!in_time)
    status = MTP_OK;
  if (status != MTP_OK && error)
    *error = task.error;
  tgauth_task_clear(&task);
  return status;
}

/* ---- the other side ---- */

mtp_status tgauth_qr_accept(tgauth *auth, const char *url, mtp_error *error) {
  uint8_t token[MAX_TOKEN + 4];
  tl_string link = tgauth_trimmed(url);
  const char *text = strstr(link.data, "token=");
  text = text ? text + 6 : link.data;
  size_t n = strcspn(text, "&#"), size;
  size_t left = (size_t)(link.data + link.size - text);
  n = n < left ? n : left;
  if (n == 0 || n > MAX_TOKEN * 4 / 3 || !tgauth_base64_decode(text, n, token, &size))
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "that is no login link");
  tg_auth_acceptLoginToken request = {tl_bytes_of(token, size)};
  tl_call call = tg_auth_acceptLoginToken_call(&request);
  return tgauth_call_void(auth, &call, error);
}
