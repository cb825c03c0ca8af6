/* Who is signed in, as the answers to calls tell it: which results hold an auth.Authorization
 * stands in the tables of the schema, so that a raw or new method is noticed like any other. */
#include "client/dc/user.h"

#include <tg/auth.h>
#include <tg/core.h>
#include <tg/has.h>

#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/gate_shut.h"
#include "client/updates.h"

void mtp_user_changed(mtp_client *client, mtp_proof proof, int64_t user_id, bool bot) {
  int64_t former = client->session.user_id;
  mtp_trust_user(client, proof, user_id, bot);
  if (client->session.user_id != former)
    mtp_updates_forget(client);
  for (mtp_conn *conn = client->conns; conn; conn = conn->next)
    if (!mtp_conn_has_home_key(conn))
      mtp_gate_shut(conn);
}

static void keep_token(mtp_client *client, mtp_proof proof, tl_bytes token) {
  if (token.size && mtp_trust_token(client, proof, token) != MTP_OK)
    return; /* without memory: signing in again takes a code more */
}

static void signed_in(mtp_client *client, mtp_proof proof, const tg_auth_Authorization *given) {
  if (given->kind != TG_auth_authorization)
    return;
  const tg_auth_authorization *authorization = given->auth_authorization;
  if (authorization->user.kind != TG_user)
    return;
  const tg_user *user = authorization->user.user;
  mtp_user_changed(client, proof, user->id, user->bot);
#ifdef TG_HAS_auth_authorization_future_auth_token
  keep_token(client, proof, authorization->future_auth_token);
#endif
}

static void signed_out(mtp_client *client, mtp_proof proof, const tg_auth_loggedOut *answer) {
  mtp_user_changed(client, proof, 0, false);
  keep_token(client, proof, answer->future_auth_token);
}

/* The auth.Authorization that an answer is, or has in one of its fields; NULL: neither. */
static const tg_auth_Authorization *authorization_in(const tl_value *answer) {
  static const char name[] = "auth.Authorization";
  uint16_t type = tl_find_type(&tg_schema, name, sizeof name - 1);
  tl_object object = tl_value_object(answer);
  if (answer->type == type)
    return answer->slot;
  if (!object.schema || !object.args)
    return NULL;
  const tl_def *def = &object.schema->defs[object.def];
  for (size_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &object.schema->fields[def->field + i];
    if (field->type == type && field->offset != TL_NONE)
      return (const void *)((const uint8_t *)object.args + field->offset);
  }
  return NULL;
}

void mtp_user_note(mtp_client *client, mtp_proof proof, const tl_value *answer) {
  if (answer->schema != &tg_schema || !proof.home)
    return;
  const tg_auth_Authorization *authorization = authorization_in(answer);
  tl_object object = tl_value_object(answer);
  if (authorization)
    signed_in(client, proof, authorization);
  if (object.schema && object.def == tg_auth_loggedOut_object(NULL).def)
    signed_out(client, proof, object.args);
}
