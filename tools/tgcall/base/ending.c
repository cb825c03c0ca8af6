/* Signals that end the program. A handler writes a byte to a pipe that nobody reads, so that it is
 * readable for everybody from then on; the rest is done outside of handlers. */
#include "ending.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
enum { N_ENDING = sizeof ending / sizeof ending[0] };

/* For the signal handler: what it has seen, and where it says so. */
static volatile sig_atomic_t caught;
static int told[2] = {-1, -1};
/* Of catch_ending_within(), set before any signal is caught. */
static unsigned limit;
static void (*when_late)(void);

static void obey(int number) {
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, number);
  (void)signal(number, SIG_DFL);
  (void)pthread_sigmask(SIG_UNBLOCK, &one, NULL);
  (void)raise(number);
}

static void on_signal(int number) {
  int before = errno;
  bool first = !caught;
  caught = number;
  if (first) {
    (void)!write(told[1], "", 1);
    (void)alarm(limit);
  } else if (limit) {
    obey(number);
  }
  errno = before;
}

static void on_alarm(int number) {
  (void)number;
  when_late();
  obey(caught);
}

bool ending_pipe(int ends[2]) {
  if (pipe(ends) != 0)
    return false;
  for (int i = 0; i < 2; i++) {
    (void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[i], F_SETFL, O_NONBLOCK);
  }
  return true;
}

/* Without SA_RESTART, so that what waits looks around. */
static bool catch_one(int number) {
  struct sigaction action = {.sa_handler = on_signal}, before;
  sigemptyset(&action.sa_mask);
  if (sigaction(number, NULL, &before) != 0)
    return false;
  return before.sa_handler == SIG_IGN || sigaction(number, &action, NULL) == 0;
}

bool catch_ending(void) {
  if (told[0] >= 0)
    return true;
  bool ok = ending_pipe(told);
  for (size_t i = 0; i < N_ENDING && ok; i++)
    ok = catch_one(ending[i]);
  return ok;
}

bool catch_ending_within(unsigned seconds, void (*late)(void)) {
  struct sigaction action = {.sa_handler = on_alarm};
  sigemptyset(&action.sa_mask);
  limit = seconds;
  when_late = late;
  return sigaction(SIGALRM, &action, NULL) == 0 && catch_ending();
}

int ending_fd(void) {
  return told[0];
}

int ending_signal(void) {
  return caught;
}

void end_by_signal(void) {
  if (caught)
    obey(caught);
}
