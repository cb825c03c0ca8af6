/* Metrics in Prometheus' format: into a file, or to who asks over HTTP on this machine. */
#include "pool/pool.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { WRITE_MS = 5000, ASK_US = 200000 };

static int64_t now_ms(void) {
  struct timespec now = {0, 0};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- a socket ---- */

/* HOST:PORT; anything else is the name of a file. */
static bool is_address(const char *place, char *host, size_t size, long *port) {
  const char *colon = strrchr(place, ':');
  char *end = NULL;
  if (strchr(place, '/') || !colon || (size_t)(colon - place) >= size)
    return false;
  *port = strtol(colon + 1, &end, 10);
  snprintf(host, size, "%.*s", (int)(colon - place), place);
  return colon[1] && !*end && *port >= 0 && *port <= 65535;
}

static bool announce(int fd) {
  struct sockaddr_in where;
  socklen_t size = sizeof where;
  if (getsockname(fd, (struct sockaddr *)&where, &size) != 0)
    return false;
  fprintf(stderr, "tgcall: metrics at http://127.0.0.1:%u/metrics\n", ntohs(where.sin_port));
  return true;
}

static bool listen_at(pool_program *program, long port) {
  struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int one = 1;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd >= 0)
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (fd >= 0 && bind(fd, (struct sockaddr *)&where, sizeof where) == 0 && listen(fd, 8) == 0 &&
      announce(fd)) {
    program->listener = fd;
    return true;
  }
  usage_error("--metrics %s: %s", program->metrics, strerror(errno));
  if (fd >= 0)
    close(fd);
  return false;
}

static void write_all(int fd, const void *data, size_t size) {
  const char *at = data;
  while (size > 0) {
    ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
    if (n <= 0)
      return;
    at += n;
    size -= (size_t)n;
  }
}

static bool all_metrics(const pool_program *program, tl_buffer *out) {
  return tgpool_metrics(program->pool, out) == MTP_OK &&
         pool_streams_metrics(program, out) == MTP_OK;
}

/* Whatever is asked, these are the answer; nobody holds the pool up for long. */
static void answer(const pool_program *program, int fd) {
  static const struct timeval limit = {0, ASK_US};
  static const char head[] = "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n\r\n";
  char request[2048];
  tl_buffer text;
  (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (recv(fd, request, sizeof request, 0) <= 0)
    return;
  tl_buffer_init(&text, NULL, 0);
  if (tl_buffer_append(&text, head, sizeof head - 1) == TL_OK && all_metrics(program, &text))
    write_all(fd, text.data, text.size);
  tl_buffer_free(&text);
}

/* ---- a file ---- */

/* Who reads it finds all of the old ones or all of the new ones. */
static bool write_file(const pool_program *program) {
  char path[4200];
  tl_buffer text;
  tl_buffer_init(&text, NULL, 0);
  snprintf(path, sizeof path, "%s.new", program->metrics);
  FILE *file = all_metrics(program, &text) ? fopen(path, "we") : NULL;
  bool ok = file && fwrite(text.data, 1, text.size, file) == text.size;
  if (file)
    ok = fclose(file) == 0 && ok;
  ok = ok && rename(path, program->metrics) == 0;
  if (!ok) {
    usage_error("--metrics %s: %s", program->metrics, strerror(errno));
    if (file)
      (void)unlink(path);
  }
  tl_buffer_free(&text);
  return ok;
}

/* ---- both ---- */

bool pool_metrics_begin(pool_program *program) {
  char host[64];
  long port;
  program->listener = -1;
  if (!program->metrics)
    return true;
  if (!is_address(program->metrics, host, sizeof host, &port))
    return write_file(program);
  if (strcmp(host, "127.0.0.1") != 0 && strcmp(host, "localhost") != 0)
    return usage_error("--metrics: HOST is 127.0.0.1, where nobody else can ask"), false;
  return listen_at(program, port);
}

int pool_metrics_timeout(const pool_program *program) {
  if (!program->metrics || program->listener >= 0)
    return -1;
  int64_t left = program->written_at + WRITE_MS - now_ms();
  return left < 0 ? 0 : (int)left;
}

void pool_metrics_turn(pool_program *program, bool asked) {
  int fd = asked ? accept(program->listener, NULL, NULL) : -1;
  if (fd >= 0) {
    answer(program, fd);
    close(fd);
  }
  if (pool_metrics_timeout(program) != 0)
    return;
  (void)write_file(program);
  program->written_at = now_ms();
}

void pool_metrics_end(pool_program *program) {
  if (program->metrics && program->listener < 0)
    (void)write_file(program);
  if (program->listener >= 0)
    close(program->listener);
}
