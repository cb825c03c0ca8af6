/* The loop: lines in, and what the client does meanwhile. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ending.h"
#include "serve/serve.h"

enum { CHUNK = 65536, MOST_FDS = 64 };

/* Every line that is whole; the rest stays. False: one is too long. */
static bool take_lines(server *s) {
  size_t start = 0;
  uint8_t *end;
  while ((end = s->input.size > start ? memchr(s->input.data + start, '\n', s->input.size - start)
                                      : NULL)) {
    *end = '\0';
    const char *line = (const char *)s->input.data + start;
    serve_line(s, line, (size_t)((const char *)end - line));
    start = (size_t)(end - s->input.data) + 1;
  }
  if (start)
    memmove(s->input.data, s->input.data + start, s->input.size - start);
  s->input.size -= start;
  return s->input.size <= SERVE_LINE;
}

/* False: the input has ended. */
static bool read_input(server *s) {
  uint8_t *at = tl_buffer_extend(&s->input, CHUNK);
  if (!at)
    return false;
  ssize_t n = read(s->in, at, CHUNK);
  s->input.size -= (size_t)(CHUNK - (n > 0 ? n : 0));
  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return true;
  s->ended = n == 0;
  if (n == 0 && s->input.size && tl_buffer_append(&s->input, "\n", 1) == TL_OK)
    (void)take_lines(s); /* the last line may have no end */
  if (n > 0 && !take_lines(s)) {
    fprintf(stderr, "tgcall: a line of more than %d bytes ends it\n", (int)SERVE_LINE);
    return false;
  }
  return n > 0;
}

static int sooner(int a, int b) {
  return a < 0 ? b : b < 0 || a < b ? a : b;
}

/* The input; where that has ended, whether somebody reads the output still. */
static struct pollfd other_side(const server *s) {
  return s->ended ? (struct pollfd){.fd = s->out} : (struct pollfd){.fd = s->in, .events = POLLIN};
}

/* Waits for something and does it. False: the input has ended, or a signal ends all. */
static bool turn(server *s) {
  mtp_client *client = tgauth_client(s->t.auth);
  struct pollfd fds[MOST_FDS];
  mtp_error error;
  size_t n = mtp_client_fds(client, fds + 2, MOST_FDS - 2);
  n = n < MOST_FDS - 2 ? n : MOST_FDS - 2;
  fds[0] = other_side(s);
  fds[1] = (struct pollfd){.fd = ending_fd(), .events = POLLIN};
  int ready = poll(fds, (nfds_t)(n + 2), sooner(serve_expire(s), mtp_client_timeout(client)));
  if (ending_signal())
    return false;
  if (ready < 0)
    return errno == EINTR;
  mtp_client_process(client, fds + 2, n);
  if (tgkit_process(s->t.kit, &error) != MTP_OK)
    (void)usage_error("%s", error.text);
  return s->out >= 0 && (!fds[0].revents || (!s->ended && read_input(s)));
}

int serve_run(server *s) {
  s->input.size = 0;
  s->ended = false;
  s->unwritable = 0;
  while (turn(s)) {
  }
  while (s->ended && s->n_waiters && turn(s)) { /* who waits gets his answer all the same */
  }
  serve_forget(s);
  if (s->unwritable)
    fprintf(stderr, "tgcall: cannot write the output: %s\n", strerror(s->unwritable));
  return s->unwritable ? EXIT_LOCAL : EXIT_OK;
}

/* ---- a socket ---- */

/* A path that an earlier run left is made free; one where somebody serves is not. */
static bool make_free(const struct sockaddr_un *where) {
  struct stat info;
  if (lstat(where->sun_path, &info) != 0)
    return true;
  if (!S_ISSOCK(info.st_mode))
    return usage_error("%s is there, and no socket", where->sun_path), false;
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  bool used = fd >= 0 && connect(fd, (const struct sockaddr *)where, sizeof *where) == 0;
  if (fd >= 0)
    close(fd);
  if (used)
    return usage_error("somebody serves at %s already", where->sun_path), false;
  return unlink(where->sun_path) == 0;
}

static int listen_at(const char *path) {
  struct sockaddr_un where = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof where.sun_path)
    return usage_error("--socket: the path is too long"), -1;
  memcpy(where.sun_path, path, strlen(path) + 1);
  if (!make_free(&where))
    return -1;
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  mode_t old = umask(0177); /* for its owner alone, from the start */
  bool ok =
      fd >= 0 && bind(fd, (const struct sockaddr *)&where, sizeof where) == 0 && listen(fd, 8) == 0;
  umask(old);
  if (ok)
    return fd;
  usage_error("--socket %s: %s", path, strerror(errno));
  if (fd >= 0)
    close(fd);
  return -1;
}

/* The next who connects; -1: nobody does any more. */
static int next_one(int listener) {
  struct pollfd fds[] = {{.fd = listener, .events = POLLIN}, {.fd = ending_fd(), .events = POLLIN}};
  while (!ending_signal()) {
    int fd = poll(fds, 2, -1) > 0 && !ending_signal() ? accept(listener, NULL, NULL) : -1;
    if (fd >= 0 || (errno != EINTR && errno != EAGAIN && errno != ECONNABORTED))
      return fd;
  }
  return -1;
}

static int serve_listener(server *s, int listener, const char *path) {
  int fd;
  fprintf(stderr, "tgcall: serving at %s\n", path);
  while ((fd = next_one(listener)) >= 0) {
    s->in = s->out = fd;
    (void)serve_run(s);
    close(fd);
  }
  return ending_signal() ? EXIT_OK : local_error("--socket %s: %s", path, strerror(errno));
}

int serve_socket(server *s, const char *path) {
  int listener = listen_at(path);
  if (listener < 0)
    return EXIT_USAGE;
  at_ending *ending = at_ending_begin(NULL, path);
  int status = ending ? serve_listener(s, listener, path) : EXIT_LOCAL;
  (void)unlink(path);
  if (ending)
    at_ending_over(ending);
  close(listener);
  return status;
}
