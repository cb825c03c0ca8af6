/* Connecting and asking, by hiredis. */
#include "link.h"
#include <openssl/crypto.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <tgauth/lease.h>
#include <time.h>

enum { CONNECT_MS = 5000 };

/* ---- failing ---- */

static mtp_status failed(const redis_link *link, const char *why, mtp_error *error) {
  char text[1024];
  snprintf(text, sizeof text, "%s", why);
  tgauth_table_hide(text, link->place.password);
  return tgauth_table_fail(error, MTP_ERR_STORE, "Redis at %s port %d: %s", link->place.host,
                           link->place.port, text);
}

void redis_hang_up(redis_link *link) {
  if (link->context)
    redisFree(link->context);
  link->context = NULL;
}

/* The connection is of no use any more. */
static mtp_status lost(redis_link *link, mtp_error *error) {
  const char *why = link->context ? link->context->errstr : "out of memory";
  bool late = strstr(why, "temporarily unavailable") || strstr(why, "timeout") ||
              strstr(why, "timed out"); /* as its versions call it */
  (void)failed(link, late ? "the server does not answer" : why, error);
  redis_hang_up(link);
  return MTP_ERR_STORE;
}

/* ---- writing without SIGPIPE, which a program need not expect of a library ---- */

typedef struct quiet {
  sigset_t before;
  bool was_pending;
} quiet;

static void begin_quiet(quiet *q) {
  sigset_t pipe, pending;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  q->was_pending = sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
  (void)pthread_sigmask(SIG_BLOCK, &pipe, &q->before);
}

static void end_quiet(const quiet *q) {
  sigset_t pipe, pending;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  if (!q->was_pending && sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1)
    (void)sigtimedwait(&pipe, NULL, &(struct timespec){0, 0});
  (void)pthread_sigmask(SIG_SETMASK, &q->before, NULL);
}

/* ---- connecting ---- */

static struct timeval time_of(long ms) {
  return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

/* An error that the server tells is none of ours: it is no answer, and freed. */
static mtp_status judge(redis_link *link, redisReply **out, mtp_error *error) {
  if ((*out)->type != REDIS_REPLY_ERROR)
    return MTP_OK;
  mtp_status status = failed(link, (*out)->str, error);
  freeReplyObject(*out);
  *out = NULL;
  return status;
}

static mtp_status command(redis_link *link, const char *const *words, const size_t *sizes, size_t n,
                          redisReply **out, mtp_error *error) {
  quiet q;
  begin_quiet(&q);
  *out = redisCommandArgv(link->context, (int)n, (const char **)words, sizes);
  end_quiet(&q);
  return *out ? judge(link, out, error) : lost(link, error);
}

static mtp_status tell(redis_link *link, const char *const *words, size_t n, mtp_error *error) {
  redisReply *reply = NULL;
  mtp_status status = command(link, words, NULL, n, &reply, error);
  if (reply)
    freeReplyObject(reply);
  return status;
}

/* Who we are, and which database. */
static mtp_status introduce(redis_link *link, mtp_error *error) {
  const redis_place *place = &link->place;
  const char *auth[] = {"AUTH", place->user, place->password};
  const char *old_auth[] = {"AUTH", place->password};
  mtp_status status = MTP_OK;
  if (*place->password)
    status = *place->user ? tell(link, auth, 3, error) : tell(link, old_auth, 2, error);
  if (status == MTP_OK && place->database) {
    char number[16];
    snprintf(number, sizeof number, "%d", place->database);
    const char *select[] = {"SELECT", number};
    status = tell(link, select, 2, error);
  }
  return status;
}

/* Whether the server has ended the connection since it was used. */
static bool is_over(const redisContext *context) {
  char byte;
  struct pollfd fd = {.fd = context->fd, .events = POLLIN};
  return context->err ||
         (poll(&fd, 1, 0) > 0 && recv(context->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0);
}

static mtp_status connect_again(redis_link *link, mtp_error *error) {
  long limit = link->connect_ms ? link->connect_ms : CONNECT_MS;
  if (link->context && is_over(link->context))
    redis_hang_up(link);
  if (link->context)
    return MTP_OK;
  mtp_status status = *link->place.host ? MTP_OK : redis_place_read(link->url, &link->place, error);
  if (status != MTP_OK)
    return status;
  link->context = redisConnectWithTimeout(link->place.host, link->place.port, time_of(limit));
  if (!link->context || link->context->err)
    return lost(link, error);
  (void)redisSetTimeout(link->context, time_of(limit));
  status = introduce(link, error);
  if (status != MTP_OK)
    redis_hang_up(link);
  return status;
}

/* ---- asking ---- */

mtp_status redis_ask(redis_link *link, const char *const *words, const size_t *sizes, size_t n,
                     redisReply **out, mtp_error *error) {
  *out = NULL;
  mtp_status status = connect_again(link, error);
  if (status != MTP_OK)
    return status;
  (void)redisSetTimeout(link->context, time_of(link->bound_ms));
  return command(link, words, sizes, n, out, error);
}

mtp_status redis_send(redis_link *link, const char *const *words, size_t n, mtp_error *error) {
  int all = 0;
  quiet q;
  mtp_status status = connect_again(link, error);
  if (status != MTP_OK)
    return status;
  (void)redisSetTimeout(link->context, time_of(link->bound_ms));
  begin_quiet(&q);
  bool ok = redisAppendCommandArgv(link->context, (int)n, (const char **)words, NULL) == REDIS_OK;
  while (ok && !all)
    ok = redisBufferWrite(link->context, &all) == REDIS_OK;
  end_quiet(&q);
  return ok ? MTP_OK : lost(link, error);
}

static bool is_readable(const redisContext *context) {
  struct pollfd fd = {.fd = context->fd, .events = POLLIN};
  return poll(&fd, 1, 0) > 0;
}

mtp_status redis_take(redis_link *link, redisReply **out, mtp_error *error) {
  void *reply = NULL;
  *out = NULL;
  bool ok = redisGetReplyFromReader(link->context, &reply) == REDIS_OK;
  while (ok && !reply && is_readable(link->context))
    ok = redisBufferRead(link->context) == REDIS_OK &&
         redisGetReplyFromReader(link->context, &reply) == REDIS_OK;
  *out = reply;
  if (!ok)
    return lost(link, error);
  return reply ? judge(link, out, error) : MTP_OK;
}

void redis_close(redis_link *link) {
  redis_hang_up(link);
  OPENSSL_cleanse(link->url, strlen(link->url));
  free(link->url);
  OPENSSL_cleanse(&link->place, sizeof link->place);
}
