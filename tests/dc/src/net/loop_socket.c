/* Clients' sockets: bytes between them and their connections. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"

#define MOST_UNSENT ((size_t)64 << 20) /* of a client that does not read */

static void close_socket(dc_socket *sock) {
  close(sock->fd);
  if (sock->conn != NULL)
    tgdc_conn_close(sock->conn);
  free(sock);
}

void dc_sockets_close(tgdc_loop *loop) {
  while (loop->sockets != NULL) {
    dc_socket *sock = loop->sockets;
    loop->sockets = sock->next;
    close_socket(sock);
  }
}

void dc_socket_accept(tgdc_loop *loop, const dc_listener *listener) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  char peer[64] = "";
  int one = 1, fd = accept(listener->fd, (struct sockaddr *)&address, &size);
  if (fd < 0) {
    loop->full = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    return;
  }
  dc_socket *sock = calloc(1, sizeof *sock);
  if (sock == NULL || !dc_unblock(fd)) {
    free(sock);
    close(fd);
    return;
  }
  sock->fd = fd;
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  getnameinfo((struct sockaddr *)&address, size, peer, sizeof peer, NULL, 0, NI_NUMERICHOST);
  sock->conn = tgdc_conn_open(loop->dc, listener->dc, peer, dc_loop_now(loop));
  if (sock->conn == NULL) {
    close_socket(sock);
    return;
  }
  sock->next = loop->sockets;
  loop->sockets = sock;
}

/* False: the client is gone. */
static bool read_some(tgdc_loop *loop, const dc_socket *sock) {
  ssize_t n = recv(sock->fd, loop->chunk, sizeof loop->chunk, 0);
  if (n <= 0)
    return n < 0 && (errno == EAGAIN || errno == EINTR);
  tgdc_conn_recv(sock->conn, loop->chunk, (size_t)n, dc_loop_now(loop));
  return true;
}

/* False: everything is said and the connection is over, or the client is gone. */
static bool write_some(const dc_socket *sock) {
  tl_buffer *out = tgdc_conn_output(sock->conn);
  while (out->size > 0) {
    ssize_t n = send(sock->fd, out->data, out->size, MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
      return out->size < MOST_UNSENT;
    if (n < 0)
      return false;
    tl_buffer_consume(out, (size_t)n);
  }
  return !tgdc_conn_finished(sock->conn);
}

bool dc_sockets_gather(tgdc_loop *loop) {
  for (dc_socket *sock = loop->sockets; sock != NULL; sock = sock->next) {
    sock->slot = loop->n_fds;
    if (!dc_add_fd(loop, sock->fd,
                   (short)(POLLIN | (tgdc_conn_output(sock->conn)->size > 0 ? POLLOUT : 0))))
      return false;
  }
  return true;
}

void dc_sockets_serve(tgdc_loop *loop, size_t polled) {
  for (dc_socket *sock = loop->sockets; sock != NULL; sock = sock->next)
    if (sock->slot > 0 && sock->slot < polled &&
        (loop->fds[sock->slot].revents & (POLLIN | POLLHUP | POLLERR)) != 0 &&
        !read_some(loop, sock))
      sock->slot = SIZE_MAX;
  dc_socket **at = &loop->sockets;
  while (*at != NULL) {
    dc_socket *sock = *at;
    bool open = write_some(sock);
    if (open && sock->slot != SIZE_MAX) {
      at = &sock->next;
      continue;
    }
    *at = sock->next;
    close_socket(sock);
  }
}
