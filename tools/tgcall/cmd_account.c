/* tgcall qr-accept, me and authorizations: small things that a signed-in session does. */
#include "tgcall.h"
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help_qr_accept[] =
    "Accepts the login that another client shows as a QR code: that client is then signed in to\n"
    "the account of this session. URL is tg://login?token=... or the token alone.\n";
static const char help_me[] =
    "Prints who is signed in, as JSON. Status 1 and a 401 when nobody is (any more).\n";
static const char help_authorizations[] =
    "Prints where the account is signed in, as account.authorizations.\n"
    "\n"
    "  --end HASH      end that one (its \"hash\") instead\n"
    "  --end-others    end all but this one instead\n";
static int cmd_qr_accept(int argc, char **argv) {
  connection_args args;
  const char *url = NULL;
  size_t n_words;
  int status;
  mtp_error error;
  if (!parse_options(argc, argv, NULL, 0, &args, &url, 1, &n_words))
    return EXIT_USAGE;
  if (n_words == 0)
    return usage_error("qr-accept needs the URL that the QR code shows");
  tgauth *auth = connect_session(&args, &status);
  if (!auth)
    return status;
  if (tgauth_qr_accept(auth, url, &error) == MTP_OK)
    status = print_report(json_pack("{s:b}", "accepted", 1));
  else
    status = report_error(&error);
  tgauth_close(auth);
  return status;
}

/* ---- me ---- */

int print_me(tgauth *auth) {
  mtp_reply *reply;
  const tg_user *user;
  mtp_error error;
  if (tgauth_get_me(auth, &reply, &user, &error) != MTP_OK)
    return report_error(&error);
  tl_object object = tg_user_object(user);
  int status = print_object(&object);
  mtp_reply_free(reply);
  return status;
}

static int cmd_me(int argc, char **argv) {
  connection_args args;
  size_t n_words;
  int status;
  if (!parse_options(argc, argv, NULL, 0, &args, NULL, 0, &n_words))
    return EXIT_USAGE;
  tgauth *auth = connect_session(&args, &status);
  if (!auth)
    return status;
  status = print_me(auth);
  tgauth_close(auth);
  return status;
}

/* ---- authorizations ---- */

static int list(tgauth *auth) {
  mtp_reply *reply;
  mtp_error error;
  if (tgauth_list_sessions(auth, &reply, &error) != MTP_OK)
    return report_error(&error);
  int status = print_value(mtp_reply_value(reply));
  mtp_reply_free(reply);
  return status;
}

/* hash 0: all others. */
static int end(tgauth *auth, int64_t hash) {
  mtp_error error;
  if ((hash ? tgauth_end_session(auth, hash, &error) : tgauth_end_other_sessions(auth, &error)) !=
      MTP_OK)
    return report_error(&error);
  return print_report(json_pack("{s:b}", "ended", 1));
}

static int cmd_authorizations(int argc, char **argv) {
  const char *text = NULL;
  bool others = false;
  const option_spec own[] = {{"--end", &text, NULL}, {"--end-others", NULL, &others}};
  connection_args args;
  size_t n_words;
  int status;
  char *rest = NULL;
  if (!parse_options(argc, argv, own, 2, &args, NULL, 0, &n_words))
    return EXIT_USAGE;
  errno = 0;
  long long hash = text ? strtoll(text, &rest, 10) : 0;
  if (text && (!*text || *rest || errno || hash == 0))
    return usage_error("--end takes the hash of an authorization, not \"%s\"", text);
  if (text && others)
    return usage_error("--end and --end-others exclude each other");
  tgauth *auth = connect_session(&args, &status);
  if (!auth)
    return status;
  status = text || others ? end(auth, hash) : list(auth);
  tgauth_close(auth);
  return status;
}

const command tgcall_me = {"me", "", "who is signed in", cmd_me, help_me, NULL};

const command tgcall_qr_accept = {
    "qr-accept",   "URL",          "let another client sign in that shows a QR code",
    cmd_qr_accept, help_qr_accept, NULL};

const command tgcall_authorizations = {
    "authorizations",   "[--end HASH | --end-others]", "where the account is signed in",
    cmd_authorizations, help_authorizations,           NULL};
