/* What is done when a signal ends the program: by a thread, so that it is done whatever the program
 * waits for. */
#include "ending.h"
#include "tgcall.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { GRACE_MS = 3000, POKE_MS = 100 };

struct at_ending {
  tgauth_store *store;
  const char *path;
  pthread_t thread, program; /* itself, and who has begun it */
  int over[2];               /* a pipe: it is over */
};

/* Whether it is, or the time passed first. */
static bool is_over(const at_ending *self, int ms) {
  struct pollfd over = {.fd = self->over[0], .events = POLLIN};
  return poll(&over, 1, ms) > 0;
}

static void wait_for_signal(const at_ending *self) {
  struct pollfd fds[] = {{.fd = ending_fd(), .events = POLLIN},
                         {.fd = self->over[0], .events = POLLIN}};
  while (poll(fds, 2, -1) < 0 && errno == EINTR) {
  }
}

/* What waits is interrupted again and again: it may have been about to wait. */
static bool ends_by_itself(const at_ending *self) {
  for (int ms = 0; ms < GRACE_MS; ms += POKE_MS) {
    if (is_over(self, 0))
      return true;
    (void)pthread_kill(self->program, ending_signal());
    if (is_over(self, POKE_MS))
      return true;
  }
  return false;
}

static void *watch(void *ctx) {
  const at_ending *self = ctx;
  wait_for_signal(self);
  if (!ending_signal())
    return NULL;
  if (self->store)
    tgauth_store_leave(self->store);
  if (ends_by_itself(self))
    return NULL;
  if (self->store)
    tgauth_store_give_back(self->store);
  if (self->path)
    (void)unlink(self->path);
  end_by_signal();
  return NULL;
}

/* The thread takes no signals: it would be the one that is interrupted. */
static bool start(at_ending *self) {
  sigset_t all, before;
  sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = pthread_create(&self->thread, NULL, watch, self) == 0;
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return started;
}

at_ending *at_ending_begin(tgauth_store *store, const char *path) {
  at_ending *self = catch_ending() ? calloc(1, sizeof *self) : NULL;
  if (!self) {
    local_error("signals cannot be caught");
    return NULL;
  }
  *self = (at_ending){store, path, .program = pthread_self(), .over = {-1, -1}};
  if (ending_pipe(self->over) && start(self))
    return self;
  for (size_t i = 0; i < 2; i++)
    if (self->over[i] >= 0)
      close(self->over[i]);
  free(self);
  local_error("signals cannot be waited for");
  return NULL;
}

void at_ending_over(at_ending *self) {
  (void)!write(self->over[1], "", 1);
  (void)pthread_join(self->thread, NULL);
  close(self->over[0]);
  close(self->over[1]);
  free(self);
}

static void freed(void *ctx) {
  at_ending_over(ctx);
}

bool give_back_at_ending(tgauth_store *store) {
  at_ending *self = at_ending_begin(store, NULL);
  if (self)
    tgauth_store_on_free(store, freed, self);
  return self != NULL;
}
