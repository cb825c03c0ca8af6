/* The callbacks that give the answers of a script. */
#include "flow_script.h"

static bool give(const char *answer, char *out, size_t size) {
  if (!answer)
    return false;
  assert_true(strlen(answer) < size);
  memcpy(out, answer, strlen(answer) + 1);
  return true;
}

bool script_phone(void *ctx, char *out, size_t size) {
  script *self = ctx;
  return give(self->phones[self->n_phones++], out, size);
}

static bool code(void *ctx, const tgauth_code *sent, char *out, size_t size) {
  script *self = ctx;
  char text[FLOW_HASH];
  const char *answer = self->codes[self->n_codes];
  self->types[self->n_codes++] = sent->type;
  if (self->session) {
    FILE *file = fopen(self->session, "rb");
    assert_non_null(file);
    fclose(file);
  }
  if (answer && strcmp(answer, "*") == 0)
    answer = flow_code(self->dc, sent->type == TGAUTH_BY_EMAIL ? self->mailbox : sent->phone, text);
  return give(answer, out, size);
}

static bool password(void *ctx, const char *hint, char *out, size_t size) {
  script *self = ctx;
  snprintf(self->hint, sizeof self->hint, "%s", hint);
  return give(self->passwords[self->n_passwords++], out, size);
}

static bool email(void *ctx, char *out, size_t size) {
  script *self = ctx;
  return give(self->emails[self->n_emails++], out, size);
}

static bool email_code(void *ctx, const char *pattern, int32_t length, char *out, size_t size) {
  script *self = ctx;
  char text[FLOW_HASH];
  assert_non_null(strchr(pattern, '@'));
  assert_int_equal(length, 6);
  const char *answer = self->mail_codes[self->n_mail_codes++];
  return give(answer ? answer : flow_code(self->dc, self->mailbox, text), out, size);
}

static bool sign_up(void *ctx, const tgauth_terms *terms, char *first, char *last, size_t size) {
  script *self = ctx;
  assert_non_null(terms);
  snprintf(self->terms, sizeof self->terms, "%s", terms->text);
  return self->n_sign_ups++ < 3 &&
         give(self->n_sign_ups == 1 ? "" : self->first_name, first, size) &&
         give("Last", last, size);
}

static bool qr(void *ctx, const tgauth_qr *shown) {
  script *self = ctx;
  mtp_error error;
  if (++self->n_qrs == 2 && self->scanner)
    flow_ok(tgauth_qr_accept(self->scanner, tgauth_qr_url(shown), &error), &error);
  return self->scanner != NULL;
}

static bool on_error(void *ctx, const mtp_error *error) {
  script *self = ctx;
  self->errors[self->n_errors++] = error->rpc;
  return self->n_errors != self->stop_at;
}

mtp_status script_start(script *self, tgauth *auth, const char *who, mtp_error *error) {
  const tgauth_start_callbacks callbacks = {.ctx = self,
                                            .phone = script_phone,
                                            .code = code,
                                            .password = password,
                                            .email = email,
                                            .email_code = email_code,
                                            .sign_up = sign_up,
                                            .error = self->no_error_callback ? NULL : on_error,
                                            .qr = qr};
  return tgauth_start(auth, who, &callbacks, error);
}

mtp_status script_run(script *self, const char *who, mtp_error *error) {
  tgauth *auth = flow_client(self->dc, NULL);
  mtp_status status = script_start(self, auth, who, error);
  bool authorized = flow_authorized(auth);
  assert_true(authorized == (status == MTP_OK));
  tgauth_close(auth);
  return status;
}
