/* Non-blocking connects, several at a time with a stagger; the first that is open wins. */
#include "net/dial.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

static int open_socket(const mtp_address *address) {
#ifdef SOCK_CLOEXEC /* no moment in which another thread's child could inherit it */
  int fd = socket(address->sockaddr.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
#else
  int fd = socket(address->sockaddr.ss_family, SOCK_STREAM, 0);
#endif
  if (fd < 0)
    return -1;
  int one = 1;
  bool ok = fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
#ifdef SO_NOSIGPIPE
  (void)setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &one, sizeof one);
#endif
  if (ok)
    return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

/* The first address is the best one: what it says is told. */
static void note(mtp_dial *dial, int error, size_t index) {
  if (!dial->failed) {
    dial->error = error;
    dial->failed_at = index;
  }
  dial->failed = true;
}

/* A free place, or MTP_DIAL_MAX. */
static size_t free_place(const mtp_dial *dial) {
  size_t i = 0;
  while (i < MTP_DIAL_MAX && dial->fds[i] >= 0)
    i++;
  return i;
}

static bool none_open(const mtp_dial *dial) {
  for (size_t i = 0; i < MTP_DIAL_MAX; i++)
    if (dial->fds[i] >= 0)
      return false;
  return true;
}

/* Starts the next address whose connect() does not fail at once. */
static void start_next(mtp_dial *dial, int64_t now) {
  size_t place = free_place(dial);
  while (place < MTP_DIAL_MAX && dial->next < dial->count) {
    size_t index = dial->next++;
    const mtp_address *address = &dial->addresses[index];
    int fd = open_socket(address);
    if (fd >= 0 && (connect(fd, (const struct sockaddr *)&address->sockaddr, address->size) == 0 ||
                    errno == EINPROGRESS)) {
      dial->fds[place] = fd;
      dial->which[place] = index;
      break;
    }
    note(dial, errno, index);
    if (fd >= 0)
      close(fd);
  }
  dial->stagger_at = now + MTP_DIAL_STAGGER_MS;
}

void mtp_dial_start(mtp_dial *dial, const mtp_address *addresses, size_t count,
                    const mtp_fd_hook *hook, int64_t now) {
  memset(dial, 0, sizeof *dial);
  dial->addresses = addresses;
  dial->hook = *hook;
  dial->count = count;
  dial->error = EADDRNOTAVAIL;
  for (size_t i = 0; i < MTP_DIAL_MAX; i++)
    dial->fds[i] = -1;
  start_next(dial, now);
}

/* 0: connected, EINPROGRESS: not yet, else why not. */
static int probe(int fd) {
  struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
  if (poll(&poll_fd, 1, 0) <= 0)
    return EINPROGRESS;
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
    return errno;
  return error;
}

mtp_dial_result mtp_dial_step(mtp_dial *dial, int64_t now, int *fd, size_t *index) {
  bool failed = false;
  for (size_t i = 0; i < MTP_DIAL_MAX; i++) {
    if (dial->fds[i] < 0)
      continue;
    int error = probe(dial->fds[i]);
    if (error == EINPROGRESS)
      continue;
    if (error == 0) {
      *fd = dial->fds[i];
      *index = dial->which[i];
      dial->fds[i] = -1;
      mtp_dial_stop(dial);
      return MTP_DIAL_OPEN;
    }
    note(dial, error, dial->which[i]);
    mtp_fd_close(&dial->hook, dial->fds[i]);
    dial->fds[i] = -1;
    failed = true;
  }
  if (failed || now >= dial->stagger_at)
    start_next(dial, now);
  return none_open(dial) ? MTP_DIAL_FAILED : MTP_DIAL_BUSY;
}

int64_t mtp_dial_deadline(const mtp_dial *dial) {
  bool more = dial->next < dial->count && free_place(dial) < MTP_DIAL_MAX;
  return more ? dial->stagger_at : INT64_MAX;
}

size_t mtp_dial_fds(const mtp_dial *dial, struct pollfd *fds, size_t n) {
  size_t used = 0;
  for (size_t i = 0; i < MTP_DIAL_MAX; i++) {
    if (dial->fds[i] < 0)
      continue;
    if (used < n)
      fds[used] = (struct pollfd){.fd = dial->fds[i], .events = POLLOUT};
    used++;
  }
  return used;
}

void mtp_dial_stop(mtp_dial *dial) {
  for (size_t i = 0; i < MTP_DIAL_MAX && dial->addresses; i++) {
    if (dial->fds[i] >= 0)
      mtp_fd_close(&dial->hook, dial->fds[i]);
    dial->fds[i] = -1;
  }
}
