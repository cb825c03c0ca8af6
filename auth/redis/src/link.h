/* A connection to a Redis server on which nothing takes longer than it may. */
#ifndef TGAUTH_REDIS_LINK_H
#define TGAUTH_REDIS_LINK_H

#include <hiredis/hiredis.h>
#include <mtp/error.h>

/* A server of a URL. */
typedef struct redis_place {
  char host[256], user[128], password[512];
  int port, database;
} redis_place;

typedef struct redis_link {
  char *url; /* owned; wiped */
  redis_place place;
  redisContext *context; /* NULL: there is none now */
  long bound_ms;         /* for one question */
  long connect_ms;       /* to connect; 0: 5 seconds */
} redis_link;

/* Connects if need be and asks a command of n words. *out is freeReplyObject()'s, and no error.
 * STORE: whatever is wrong, without a password. */
mtp_status redis_ask(redis_link *link, const char *const *words, const size_t *sizes, size_t n,
                     redisReply **out, mtp_error *error);
/* The same, in two halves for a loop: sends a command of n words, */
mtp_status redis_send(redis_link *link, const char *const *words, size_t n, mtp_error *error);
/* and takes its answer when link->context->fd is readable; *out NULL: it is not whole yet. STORE:
 * an error that the server tells, and the connection stays, or its end: link->context is NULL. */
mtp_status redis_take(redis_link *link, redisReply **out, mtp_error *error);
/* Ends the connection; the next command makes another one. */
void redis_hang_up(redis_link *link);
/* Ends the connection and frees what the link has. */
void redis_close(redis_link *link);

/* Reads a URL. STORE: it is none, or one of TLS; the text does not repeat it. */
mtp_status redis_place_read(const char *url, redis_place *out, mtp_error *error);

#endif
