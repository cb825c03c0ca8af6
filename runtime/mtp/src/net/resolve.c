/* Names to addresses in a detached thread. The job has two owners, the client and the thread; the
 * last one to let go frees it. Memory comes from malloc: an allocator need not be thread-safe. */
#include "net/resolve.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/wake.h"

struct mtp_resolver {
  pthread_mutex_t lock;
  int owners;
  bool done;
  int error; /* of getaddrinfo() */
  size_t count;
  mtp_address found[MTP_RESOLVE_MAX];
  mtp_wake wake;
  char port[8];
  char host[256];
};

bool mtp_address_parse(const char *host, uint16_t port, mtp_address *out) {
  memset(out, 0, sizeof *out);
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
    memcpy(&out->sockaddr, &v4, sizeof v4);
    out->size = sizeof v4;
  } else if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1) {
    memcpy(&out->sockaddr, &v6, sizeof v6);
    out->size = sizeof v6;
  }
  return out->size != 0;
}

static void destroy(mtp_resolver *resolver) {
  mtp_wake_close(&resolver->wake);
  pthread_mutex_destroy(&resolver->lock);
  free(resolver);
}

static void let_go(mtp_resolver *resolver) {
  pthread_mutex_lock(&resolver->lock);
  bool last = --resolver->owners == 0;
  pthread_mutex_unlock(&resolver->lock);
  if (last)
    destroy(resolver);
}

static size_t collect(const struct addrinfo *list, mtp_address *out) {
  size_t count = 0;
  for (; list && count < MTP_RESOLVE_MAX; list = list->ai_next) {
    if (list->ai_addrlen > sizeof out->sockaddr)
      continue;
    memset(&out[count], 0, sizeof out[count]);
    memcpy(&out[count].sockaddr, list->ai_addr, list->ai_addrlen);
    out[count++].size = list->ai_addrlen;
  }
  return count;
}

static void *run(void *arg) {
  mtp_resolver *resolver = arg;
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC};
  struct addrinfo *list = NULL;
  int error = getaddrinfo(resolver->host, resolver->port, &hints, &list);
  pthread_mutex_lock(&resolver->lock);
  resolver->error = error;
  resolver->count = error ? 0 : collect(list, resolver->found);
  resolver->done = true;
  mtp_wake_signal(&resolver->wake);
  pthread_mutex_unlock(&resolver->lock);
  if (!error)
    freeaddrinfo(list);
  let_go(resolver);
  return NULL;
}

/* The thread takes no signals: they are for the program's own threads. */
static bool start_thread(mtp_resolver *resolver) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_t thread;
  if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
    return false;
  bool started = pthread_create(&thread, NULL, run, resolver) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (started)
    pthread_detach(thread);
  return started;
}

mtp_resolver *mtp_resolver_start(const char *host, uint16_t port) {
  mtp_resolver *resolver = calloc(1, sizeof *resolver);
  if (!resolver || strlen(host) >= sizeof resolver->host || !mtp_wake_open(&resolver->wake)) {
    free(resolver);
    return NULL;
  }
  memcpy(resolver->host, host, strlen(host) + 1);
  snprintf(resolver->port, sizeof resolver->port, "%u", (unsigned)port);
  resolver->owners = 2;
  if (pthread_mutex_init(&resolver->lock, NULL) != 0) {
    mtp_wake_close(&resolver->wake);
    free(resolver);
    return NULL;
  }
  if (!start_thread(resolver)) {
    destroy(resolver);
    return NULL;
  }
  return resolver;
}

int mtp_resolver_fd(const mtp_resolver *resolver) {
  return resolver->wake.read_fd;
}

bool mtp_resolver_done(mtp_resolver *resolver, mtp_address *out, size_t *count,
                       const char **error) {
  pthread_mutex_lock(&resolver->lock);
  bool done = resolver->done;
  if (done) {
    memcpy(out, resolver->found, resolver->count * sizeof *out);
    *count = resolver->count;
    *error = resolver->count   ? NULL
             : resolver->error ? gai_strerror(resolver->error)
                               : "the name has no address";
  }
  pthread_mutex_unlock(&resolver->lock);
  return done;
}

void mtp_resolver_free(mtp_resolver *resolver) {
  if (resolver)
    let_go(resolver);
}
