/* A session that is given as a string (--session string:..., TGCALL_SESSION_STRING): it lives in
 * memory, nothing is written, and what became of it is said at the end, in words without secrets.
 */
#include "tgcall.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/convert.h>
#include <unistd.h>

static const char prefix[] = "string:";

bool session_is_string(const char *session) {
  return strncmp(session, prefix, sizeof prefix - 1) == 0;
}

const char *session_text(const connection_args *args, const char *session) {
  const char *text = session + sizeof prefix - 1;
  return *text || !args->session_string ? text : args->session_string;
}

bool is_session_text(const char *text) {
  if (access(text, F_OK) != 0)
    return true;
  return local_error("string: has the session itself behind it; a file is --session FILE"), false;
}

static int read_text(const connection_args *args, const char *text, mtp_session *out) {
  mtp_error error = {.method = TL_NONE};
  if (!is_session_text(text))
    return EXIT_LOCAL;
  mtp_status status = tgauth_session_import(out, text, NULL, NULL, &error);
  if (status == MTP_OK && args->test)
    out->test = true;
  return status == MTP_OK ? EXIT_OK : report_error(&error);
}

typedef struct string_store {
  tgauth_store head;
  mtp_session given, newest;
  bool told; /* what changes need not be said: the new string is printed */
} string_store;

static mtp_status lock(tgauth_store *store, mtp_error *error) {
  (void)store, (void)error;
  return MTP_OK;
}

static mtp_status copy(mtp_session *to, const mtp_session *from, mtp_error *error) {
  mtp_status status = mtp_session_copy(to, from);
  if (status != MTP_OK)
    *error = (mtp_error){.status = status, .method = TL_NONE, .text = "out of memory"};
  return status;
}

static mtp_status load(tgauth_store *store, mtp_session *session, mtp_error *error) {
  return copy(session, &((string_store *)store)->given, error);
}

static mtp_status save(tgauth_store *store, const mtp_session *session, mtp_error *error) {
  mtp_error room;
  return copy(&((string_store *)store)->newest, session, error ? error : &room);
}

/* ---- what changed ---- */

static bool has_key(mtp_session *session, const mtp_dc_key *key) {
  const mtp_dc_key *other = mtp_session_key(session, key->dc, key->media);
  return other && memcmp(other->key, key->key, sizeof key->key) == 0;
}

static void tell_keys(mtp_session *now, mtp_session *given) {
  for (size_t i = 0; i < now->n_keys; i++)
    if (!has_key(given, &now->keys[i]))
      fprintf(stderr, "tgcall: the string has not the new key of data centre %d\n",
              (int)now->keys[i].dc);
}

static void tell(string_store *self) {
  mtp_session *now = &self->newest, *given = &self->given;
  if (now->n_keys == 0 || self->told)
    return;
  if (given->home_dc && now->home_dc != given->home_dc)
    fprintf(stderr, "tgcall: the account is at data centre %d now, in the string at %d\n",
            (int)now->home_dc, (int)given->home_dc);
  tell_keys(now, given);
  if (given->signed_in && !now->signed_in)
    fprintf(stderr, "tgcall: the session of the string is not signed in any more\n");
}

static void store_free(tgauth_store *store) {
  string_store *self = (string_store *)store;
  tell(self);
  mtp_session_free(&self->given);
  mtp_session_free(&self->newest);
  free(self);
}

int string_session_store(const connection_args *args, const char *session, tgauth_store **out) {
  static const tgauth_store_ops ops = {lock, load, save, store_free, NULL, NULL};
  const char *text = session_text(args, session);
  string_store *self = calloc(1, sizeof *self);
  if (!self)
    return no_memory();
  self->head.ops = &ops;
  mtp_session_init(&self->given, NULL);
  mtp_session_init(&self->newest, NULL);
  int status = *text ? read_text(args, text, &self->given) : EXIT_OK;
  self->told = args->print_string;
  if (status == EXIT_OK)
    *out = &self->head;
  else
    store_free(&self->head);
  return status;
}

int print_session_string(tgauth *auth) {
  char *text;
  mtp_error error;
  mtp_status status =
      tgauth_session_to_string(mtp_client_session(tgauth_client(auth)), &text, &error);
  if (status != MTP_OK)
    return report_error(&error);
  bool ok = puts(text) >= 0 && fflush(stdout) == 0;
  tgauth_string_free(text);
  return ok ? EXIT_OK : EXIT_LOCAL; /* main() says so */
}
