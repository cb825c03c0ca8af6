/* Signing in by QR code: shown by one client, accepted by another one of the same person (LG-5). */
#include <stdlib.h>

#include "accounts.h"
#include "keys.h"
#include "session.h"
#include "state.h"

static dc_qr *of_key(tgdc *dc, int64_t key_id) {
  dc_qr *qr = dc->qr;
  while (qr != NULL && (qr->key_id != key_id || qr->moved))
    qr = qr->next;
  return qr;
}

static dc_qr *of_token(tgdc *dc, tl_bytes token) {
  dc_qr *qr = dc->qr;
  while (qr != NULL &&
         (token.size != sizeof qr->token || memcmp(token.data, qr->token, sizeof qr->token) != 0))
    qr = qr->next;
  return qr;
}

static void drop(tgdc *dc, dc_qr *qr) {
  dc_qr **at = &dc->qr;
  while (*at != qr)
    at = &(*at)->next;
  *at = qr->next;
  free(qr);
}

/* The token is shown until it expires, then there is a new one. */
static dc_qr *current(dc_call *call) {
  dc_qr *qr = of_key(call->dc, call->perm->key.id);
  if (qr != NULL && qr->expires > call->now)
    return qr;
  if (qr == NULL)
    qr = calloc(1, sizeof *qr);
  else
    drop(call->dc, qr), qr = calloc(1, sizeof *qr);
  if (qr == NULL || !dc_random(call->dc, qr->token, sizeof qr->token)) {
    free(qr);
    return NULL;
  }
  qr->key_id = call->perm->key.id;
  qr->dc = call->key->dc;
  qr->expires = call->now + call->dc->qr_lifetime;
  qr->next = call->dc->qr;
  call->dc->qr = qr;
  return qr;
}

static void succeed(dc_call *call, dc_qr *qr) {
  dc_user *user = dc_user_by_id(call->dc, qr->user_id);
  tg_auth_loginTokenSuccess success = {0};
  drop(call->dc, qr);
  if (user == NULL) {
    dc_error(call, 400, "AUTH_TOKEN_INVALID");
  } else if (user->has_password) {
    dc_sign_in_checked(call, user);
  } else {
    dc_login_set(call, user);
    if (!dc_authorization(call, user, &success.authorization))
      return;
    tg_auth_LoginToken answer = tg_auth_loginTokenSuccess_box(&success);
    dc_answer(call, &answer);
  }
}

static bool move(dc_call *call, dc_qr *qr) {
  const dc_user *user = dc_user_by_id(call->dc, qr->user_id);
  if (user == NULL || user->dc == 0 || user->dc == call->key->dc)
    return false;
  tg_auth_loginTokenMigrateTo to = {.dc_id = user->dc,
                                    .token = tl_bytes_of(qr->token, sizeof qr->token)};
  tg_auth_LoginToken answer = tg_auth_loginTokenMigrateTo_box(&to);
  qr->moved = true;
  qr->dc = user->dc;
  dc_answer(call, &answer);
  return true;
}

static bool excepted(const dc_qr *qr, int64_t user_id) {
  for (size_t i = 0; i < qr->n_except; i++)
    if (qr->except_ids[i] == user_id)
      return true;
  return false;
}

static void export_token(dc_call *call, const void *args) {
  const tg_auth_exportLoginToken *request = args;
  if (dc_api_refused(call, request->api_id, request->api_hash))
    return;
  dc_qr *qr = current(call);
  if (qr == NULL)
    return;
  if (qr->user_id != 0) {
    if (!move(call, qr))
      succeed(call, qr);
    return;
  }
  qr->n_except =
      request->except_ids.count < DC_QR_EXCEPT ? request->except_ids.count : DC_QR_EXCEPT;
  for (size_t i = 0; i < qr->n_except; i++)
    qr->except_ids[i] = request->except_ids.items[i];
  tg_auth_loginToken token = {.expires = qr->expires,
                              .token = tl_bytes_of(qr->token, sizeof qr->token)};
  tg_auth_LoginToken answer = tg_auth_loginToken_box(&token);
  dc_answer(call, &answer);
}

static void import_token(dc_call *call, const void *args) {
  const tg_auth_importLoginToken *request = args;
  dc_qr *qr = of_token(call->dc, request->token);
  if (qr == NULL || qr->dc != call->key->dc || qr->user_id == 0)
    dc_error(call, 400, "AUTH_TOKEN_INVALID");
  else if (qr->expires <= call->now)
    dc_error(call, 400, "AUTH_TOKEN_EXPIRED");
  else
    succeed(call, qr);
}

/* Tells the client that shows the token to ask again. */
static void announce(dc_call *call, int64_t key_id) {
  static const tg_updateLoginToken login_token;
  tg_updateShort brief = {.update = tg_updateLoginToken_box(&login_token), .date = call->now};
  tg_Updates updates = tg_updateShort_box(&brief);
  for (dc_session *session = call->dc->sessions; session != NULL; session = session->next) {
    dc_key *key = dc_key_find(call->dc, session->key_id, session->dc);
    key = key == NULL ? NULL : dc_key_permanent(call->dc, key);
    if (key == NULL || key->key.id != key_id)
      continue;
    dc_push(call->dc, session, &updates);
    dc_session_flush(call->dc, session);
  }
}

static dc_key *key_of(tgdc *dc, const dc_qr *qr) {
  return dc_key_find(dc, qr->key_id, qr->dc);
}

static void accept_token(dc_call *call, const void *args) {
  const tg_auth_acceptLoginToken *request = args;
  dc_qr *qr = of_token(call->dc, request->token);
  dc_key *key = qr == NULL ? NULL : key_of(call->dc, qr);
  if (qr == NULL || key == NULL) {
    dc_error(call, 400, "AUTH_TOKEN_INVALID");
  } else if (qr->user_id != 0) {
    dc_error(call, 400, "AUTH_TOKEN_ALREADY_ACCEPTED");
  } else if (qr->expires <= call->now) {
    dc_error(call, 400, "AUTH_TOKEN_EXPIRED");
  } else if (excepted(qr, call->user->id)) {
    dc_error(call, 400, "AUTH_TOKEN_EXCEPTION");
  } else {
    tg_authorization row;
    const tg_authorization *answer = &row;
    qr->user_id = call->user->id;
    qr->expires = call->now + 300;
    dc_describe_login(call->dc, key, false, &row);
    row.date_created = row.date_active = call->now;
    dc_answer(call, &answer);
    announce(call, key->key.id);
  }
}

const dc_method dc_methods_qr[] = {{"auth.exportLoginToken", export_token, DC_ANYONE},
                                   {"auth.importLoginToken", import_token, DC_ANYONE},
                                   {"auth.acceptLoginToken", accept_token, DC_USER},
                                   {NULL, NULL, 0}};
