/* What a program that is served may do. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tgauth/convert.h>

#include "serve/serve.h"

/* What signs in, hands the account on, or has a password in it. */
static const char *const never[] = {"auth.*",
                                    "account.*assword*",
                                    "account.*asskey*",
                                    "account.*SecureValue*",
                                    "account.getAuthorizationForm",
                                    "account.acceptAuthorization",
                                    "account.getTmp*",
                                    "account.*hangePhone*",
                                    "account.deleteAccount",
                                    "messages.editChatCreator",
                                    "messages.acceptUrlAuth",
                                    "messages.requestUrlAuth",
                                    "bots.*Token*"};

static bool matches(const char *list, const char *name) {
  char pattern[96];
  while (*list) {
    size_t n = strcspn(list, ", ");
    snprintf(pattern, sizeof pattern, "%.*s", (int)n, list);
    if (n && fnmatch(pattern, name, 0) == 0)
      return true;
    list += n + (list[n] != '\0');
  }
  return false;
}

bool serve_allows(const server *s, const char *method) {
  if (!strchr(method, '.')) /* invokeWithLayer and its like have another method inside */
    return false;
  for (size_t i = 0; i < sizeof never / sizeof *never; i++)
    if (fnmatch(never[i], method, 0) == 0)
      return false;
  return matches(s->allow, method);
}

/* ---- files ---- */

static bool refuse(json_t **error, const char *what, const char *name) {
  char text[400];
  snprintf(text, sizeof text, "%s: %.200s", what, name);
  *error = serve_error(RPC_FORBIDDEN, text, NULL);
  return false;
}

static bool is_same(const char *path, const char *session, const char *ending) {
  char other[4200];
  struct stat a, b;
  snprintf(other, sizeof other, "%s%s", session, ending);
  return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

/* A session, of this program or of another library, this one's or another's. */
static bool is_session(const server *s, const char *path) {
  if (is_same(path, s->session, "") || is_same(path, s->session, ".peers"))
    return true;
  mtp_session session;
  mtp_error error;
  mtp_session_init(&session, NULL);
  mtp_status status = tgauth_session_import(&session, path, NULL, NULL, &error);
  mtp_session_free(&session);
  return status == MTP_OK || error.code == TGAUTH_PASSWORD_MISSING;
}

static bool is_inside(const char *path, const char *folder) {
  size_t n = strlen(folder);
  return strncmp(path, folder, n) == 0 && (path[n] == '/' || n == 1);
}

/* The path without links: of a file, or of the folder of one that is to be made. */
static bool real_path(const char *path, bool is_new, char *out, size_t size) {
  char copy[4200];
  snprintf(copy, sizeof copy, "%s", path);
  char *slash = strrchr(copy, '/');
  const char *last = slash + 1;
  if (is_new && (!*last || !strcmp(last, ".") || !strcmp(last, "..")))
    return false;
  if (is_new)
    *slash = '\0';
  char *real = realpath(*copy ? copy : "/", NULL);
  int n = real ? snprintf(out, size, is_new ? "%s/%s" : "%s", real, last) : -1;
  free(real);
  return n > 0 && (size_t)n < size;
}

bool serve_path(const server *s, const char *name, bool is_new, char *out, size_t size,
                json_t **error) {
  char path[4200];
  if (!s->folder)
    return refuse(error, "no folder for files was given (--files DIR)", name);
  snprintf(path, sizeof path, "%s/%s", *name == '/' ? "" : s->folder, name);
  if (!real_path(path, is_new, out, size))
    return refuse(error, "there is no such file", name);
  if (!is_inside(out, s->folder))
    return refuse(error, "it is outside the folder for files", name);
  if (!is_new && is_session(s, out))
    return refuse(error, "it is a session, which signs whoever has it in", name);
  if (is_new && (is_same(out, s->session, "") || is_same(out, s->session, ".peers")))
    return refuse(error, "it is the session", name);
  return true;
}
