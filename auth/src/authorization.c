/* What every way of signing in ends with: an auth.Authorization. */
#include "internal.h"
#include <string.h>

static const char *keep(tgauth *auth, tl_string text) {
  const char *copy = text.data ? tl_arena_copy(&auth->terms_arena, text.data, text.size) : "";
  return copy;
}

static mtp_status keep_terms(tgauth *auth, const tg_help_termsOfService *terms, mtp_error *error) {
  tl_arena_reset(&auth->terms_arena);
  memset(&auth->terms, 0, sizeof auth->terms);
  auth->terms.id = auth->terms.text = "";
  if (!terms)
    return MTP_OK;
  auth->terms.text = keep(auth, terms->text);
  auth->terms.id = terms->id ? keep(auth, terms->id->data) : "";
  auth->terms.popup = terms->popup;
  auth->terms.min_age = terms->has_min_age_confirm ? terms->min_age_confirm : 0;
  if (!auth->terms.text || !auth->terms.id)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  return MTP_OK;
}

static mtp_status accept_user(tgauth *auth, const tg_auth_authorization *answer, mtp_error *error) {
  if (answer->user.kind != TG_user)
    return tgauth_fail(error, MTP_ERR_PROTOCOL, "signed in, but as no user");
  auth->half_signed_in = false;
  mtp_client_set_user(auth->client, answer->user.user->id, answer->user.user->bot);
  return tgauth_save(auth, error);
}

mtp_status tgauth_accept(tgauth *auth, tg_auth_Authorization authorization, tgauth_step *step,
                         mtp_error *error) {
  switch (authorization.kind) {
  case TG_auth_authorization:
    *step = TGAUTH_DONE;
    return accept_user(auth, authorization.auth_authorization, error);
  case TG_auth_authorizationSignUpRequired:
    *step = TGAUTH_SIGN_UP_NEEDED;
    return keep_terms(auth, authorization.auth_authorizationSignUpRequired->terms_of_service,
                      error);
  case TG_auth_Authorization_none:
    break;
  }
  return tgauth_fail(error, MTP_ERR_PROTOCOL, "the server's authorization is of an unknown kind");
}

const tgauth_terms *tgauth_last_terms(const tgauth *auth) {
  return auth->terms.text ? &auth->terms : NULL;
}
