/* A client that is connected and says over HTTP how it is, for Prometheus to ask on this machine.
 *   prometheus API_ID [HOST:PORT KEY.pem]      METRICS_PORT in the environment; 0 for any, 9109 */
#include "example.h"

#include <arpa/inet.h>
#include <mtp/state.h>
#include <mtp/stats.h>
#include <sys/socket.h>
#include <unistd.h>

/* Nobody but this machine can ask. -1 with a word on why not. */
static int listen_here(int port) {
  struct sockaddr_in at;
  socklen_t size = sizeof at;
  int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  memset(&at, 0, sizeof at);
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons((uint16_t)port);
  if (fd >= 0)
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (fd < 0 || bind(fd, (struct sockaddr *)&at, size) != 0 || listen(fd, 8) != 0 ||
      getsockname(fd, (struct sockaddr *)&at, &size) != 0)
    return perror("METRICS_PORT"), -1;
  printf("http://127.0.0.1:%u/metrics\n", ntohs(at.sin_port));
  fflush(stdout);
  return fd;
}

/* Whether it is connected, and what it has counted. */
static bool write_metrics(mtp_client *client, tl_buffer *out) {
  char line[200];
  mtp_state now;
  mtp_client_state(client, &now);
  int n = snprintf(line, sizeof line,
                   "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n\r\n"
                   "# TYPE mtp_connected gauge\nmtp_connected %d\n",
                   now.is == MTP_CONNECTED);
  return tl_buffer_append(out, line, (size_t)n) == TL_OK &&
         mtp_stats_write(mtp_client_stats(client), NULL, out) == MTP_OK;
}

static void answer(mtp_client *client, int fd) {
  struct timeval limit = {0, 200000}; /* nobody holds the client up for long */
  char request[2048];
  tl_buffer text;
  tl_buffer_init(&text, NULL, 0);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (recv(fd, request, sizeof request, 0) > 0 && write_metrics(client, &text))
    for (size_t at = 0; at < text.size;) {
      ssize_t n = send(fd, text.data + at, text.size - at, MSG_NOSIGNAL);
      if (n <= 0)
        break;
      at += (size_t)n;
    }
  tl_buffer_free(&text);
  close(fd);
}

int main(int argc, char **argv) {
  enum { MOST = 64 };
  const char *port = getenv("METRICS_PORT");
  mtp_client *client = example_client(argc, argv);
  mtp_error error;
  mtp_event event;
  int left = 1, fd = listen_here(port ? atoi(port) : 9109);
  if (fd < 0 || mtp_client_stats_begin(client) != MTP_OK ||
      mtp_client_connect(client, &error) != MTP_OK || !example_call(client, &left))
    return 1;
  for (;;) { /* until it is killed */
    struct pollfd fds[MOST];
    size_t n = mtp_client_fds(client, fds + 1, MOST - 1);
    n = n < MOST - 1 ? n : MOST - 1;
    fds[0].fd = fd;
    fds[0].events = POLLIN;
    if (poll(fds, (nfds_t)n + 1, mtp_client_timeout(client)) < 0)
      continue;
    if (fds[0].revents) {
      int asks = accept(fd, NULL, NULL);
      if (asks >= 0)
        answer(client, asks);
    }
    mtp_client_process(client, fds + 1, n);
    while (mtp_client_next_event(client, &event)) /* nobody listens to updates here */
      mtp_reply_free(event.updates);
  }
}
