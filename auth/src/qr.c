/* Signing in by a QR code that another session scans, and scanning it (LG-5). */
#include "base64.h"
#include "internal.h"
#include <stdlib.h>
#include <string.h>

static const char link_head[] = "tg://login?token=";
/* A token that is born expired, or a server that says again and again that it was scanned, costs a
 * call every few seconds. */
enum { MAX_TOKEN = 1024, MAX_HOPS = 4, MOST_DEAD = 6, LEAST_LIFE = 5, LEAST_PAUSE = 1 };

struct tgauth_qr {
  char url[sizeof link_head + MAX_TOKEN * 4 / 3 + 4];
  int64_t expires, asked; /* server time */
  int64_t *except_ids;
  size_t n_except;
  bool scanned;  /* updateLoginToken came, or may have been missed */
  int born_dead; /* tokens in a row that had expired when they came */
  bool in_vain;  /* the last time that it seemed so it was not */
  bool done;     /* signed in */
  int hops;      /* data centres followed for one answer */
};

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

static mtp_status follow(tgauth *auth, tgauth_qr *qr, tg_auth_LoginToken answer, mtp_error *error);

static mtp_status call_token(tgauth *auth, tgauth_qr *qr, const tl_call *call,
                             tg_auth_LoginToken (*result)(const tl_value *), mtp_error *error) {
  mtp_reply *reply;
  mtp_status status = tgauth_call_patiently(auth, call, &reply, error);
  if (status != MTP_OK)
    return status;
  status = follow(auth, qr, result(mtp_reply_value(reply)), error);
  mtp_reply_free(reply);
  return status;
}

/* The account lives in another data centre: go there, and show the token there. */
static mtp_status migrate(tgauth *auth, tgauth_qr *qr, const tg_auth_loginTokenMigrateTo *to,
                          mtp_error *error) {
  if (++qr->hops > MAX_HOPS)
    return tgauth_fail(error, MTP_ERR_PROTOCOL, "sent from one data centre to another for ever");
  mtp_status status = mtp_client_set_home(auth->client, to->dc_id);
  if (status != MTP_OK)
    return tgauth_fail(error, status, "data centre %d is not known", to->dc_id);
  auth->half_signed_in = true;
  tg_auth_importLoginToken request = {to->token};
  tl_call call = tg_auth_importLoginToken_call(&request);
  return call_token(auth, qr, &call, tg_auth_importLoginToken_result, error);
}

static mtp_status follow(tgauth *auth, tgauth_qr *qr, tg_auth_LoginToken answer, mtp_error *error) {
  tgauth_step step;
  switch (answer.kind) {
  case TG_auth_loginToken:
    return set_token(auth, qr, answer.auth_loginToken, error);
  case TG_auth_loginTokenMigrateTo:
    return migrate(auth, qr, answer.auth_loginTokenMigrateTo, error);
  case TG_auth_loginTokenSuccess:
    qr->done = true;
    return tgauth_accept(auth, answer.auth_loginTokenSuccess->authorization, &step, error);
  case TG_auth_LoginToken_none:
    break;
  }
  return tgauth_fail(error, MTP_ERR_PROTOCOL, "the login token is of an unknown kind");
}

static mtp_status export_once(tgauth *auth, tgauth_qr *qr, mtp_error *error) {
  qr->hops = 0;
  tg_auth_exportLoginToken request = {0};
  request.api_id = auth->api_id;
  request.api_hash = tl_string_of(auth->api_hash);
  request.except_ids.items = qr->except_ids;
  request.except_ids.count = qr->n_except;
  tl_call call = tg_auth_exportLoginToken_call(&request);
  return call_token(auth, qr, &call, tg_auth_exportLoginToken_result, error);
}

/* A token that expired on its way to another data centre is replaced there. error is not NULL. */
static mtp_status export_token(tgauth *auth, tgauth_qr *qr, mtp_error *error) {
  mtp_status status = export_once(auth, qr, error);
  bool late = status == MTP_ERR_RPC &&
              (error->rpc == TG_ERR_AUTH_TOKEN_EXPIRED || error->rpc == TG_ERR_AUTH_TOKEN_INVALID);
  return late ? export_once(auth, qr, error) : status;
}

void tgauth_qr_free(tgauth_qr *qr) {
  if (!qr)
    return;
  free(qr->except_ids);
  free(qr);
}

mtp_status tgauth_qr_begin(tgauth *auth, const int64_t *except_ids, size_t n_except,
                           tgauth_qr **out, mtp_error *error) {
  mtp_error local;
  *out = NULL;
  if (!error)
    error = &local;
  tgauth_qr *qr = calloc(1, sizeof *qr);
  if (qr)
    qr->except_ids = malloc((n_except + 1) * sizeof *qr->except_ids);
  if (!qr || !qr->except_ids) {
    tgauth_qr_free(qr);
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  }
  if (n_except)
    memcpy(qr->except_ids, except_ids, n_except * sizeof *except_ids);
  qr->n_except = n_except;
  mtp_status status = tgauth_try_store(auth, error);
  if (status == MTP_OK)
    status = export_token(auth, qr, error);
  /* accepted before, by an earlier run: the first wait says so at once */
  if (status == MTP_ERR_RPC && error->rpc == TG_ERR_SESSION_PASSWORD_NEEDED)
    status = MTP_OK;
  if (status == MTP_OK)
    *out = qr;
  else
    tgauth_qr_free(qr);
  return status;
}

const char *tgauth_qr_url(const tgauth_qr *qr) {
  return qr->url;
}

int64_t tgauth_qr_expires(const tgauth_qr *qr) {
  return qr->expires;
}

/* ---- waiting ---- */

static void watch(void *ctx, const tl_value *updates) {
  tgauth_qr *qr = ctx;
  if (!updates) {
    qr->scanned = true;
    return;
  }
  tl_object object = tl_value_object(updates);
  if (object.schema != &tg_schema)
    return;
  if (object.def == tg_updateShort_object(NULL).def) {
    const tg_updateShort *one = object.args;
    qr->scanned |= one->update.kind == TG_updateLoginToken;
  } else if (object.def == tg_updates_object(NULL).def) {
    const tg_updates *all = object.args;
    for (size_t i = 0; i < all->updates.count; i++)
      qr->scanned |= all->updates.items[i].kind == TG_updateLoginToken;
  }
}

/* Asks again: after a scan the answer is the authorization, after the expiry a new token. */
static mtp_status ask_again(tgauth *auth, tgauth_qr *qr, tgauth_qr_result *out, mtp_error *error) {
  mtp_error local;
  if (!error)
    error = &local;
  qr->in_vain = qr->scanned;
  qr->scanned = false;
  mtp_status status = export_token(auth, qr, error);
  if (status == MTP_ERR_RPC && error->rpc == TG_ERR_SESSION_PASSWORD_NEEDED) {
    *out = TGAUTH_QR_PASSWORD_NEEDED;
    return MTP_OK;
  }
  if (status == MTP_OK)
    *out = qr->done ? TGAUTH_QR_DONE : TGAUTH_QR_RENEWED;
  return status;
}

mtp_status tgauth_qr_wait(tgauth *auth, tgauth_qr *qr, int timeout_ms, tgauth_qr_result *out,
                          mtp_error *error) {
  mtp_client *client = auth->client;
  if (qr->done) {
    *out = TGAUTH_QR_DONE;
    return MTP_OK;
  }
  int64_t until = mtp_client_server_time(client) + (timeout_ms + 999) / 1000;
  *out = TGAUTH_QR_TIMEOUT;
  mtp_client_watch(client, watch, qr);
  for (;;) {
    int64_t now = mtp_client_server_time(client);
    bool scanned = qr->scanned && now > qr->asked + (qr->in_vain ? LEAST_PAUSE : -1);
    if (scanned || now >= qr->expires || now >= until)
      break;
    int64_t end = qr->expires < until ? qr->expires : until;
    int64_t left = qr->scanned ? 1 : end - now;
    mtp_client_poll(client, left > 60 ? 60000 : (int)left * 1000);
  }
  mtp_client_watch(client, NULL, NULL);
  if (!qr->scanned && mtp_client_server_time(client) < qr->expires)
    return MTP_OK;
  return ask_again(auth, qr, out, error);
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
