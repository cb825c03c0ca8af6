/* The sockets and packets of the scripted data centre. */
#include "fake_dc.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "fake_dc_rpc.h"
#include "rsa_pems.h"
#include "support.h"
#include <tl/wire.h>

const char *const fake_public_keys[1] = {pem_public};

static int listen_somewhere(uint16_t *port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  assert_true(fd >= 0);
  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
  assert_int_equal(listen(fd, 16), 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
  assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
  *port = ntohs(address.sin_port);
  return fd;
}

void fake_dc_open(fake_dc *dc, int32_t id) {
  memset(dc, 0, sizeof *dc);
  dc->id = id;
  dc->listen_fd = listen_somewhere(&dc->port);
  for (size_t i = 0; i < FAKE_CONNS; i++)
    dc->conns[i].fd = -1;
  assert_ok(mtp_rsa_key_from_pem(pem_private, sizeof pem_private - 1, NULL, &dc->rsa));
  dc->kx_config = (kx_server_config){.key = dc->rsa};
  assert_ok(kx_server_new(&dc->kx_config, &dc->kx));
}

static void drop(fake_conn *conn) {
  if (conn->fd < 0)
    return;
  close(conn->fd);
  tl_buffer_free(&conn->in);
  tl_buffer_free(&conn->out);
  conn->fd = -1;
}

void fake_dc_hang_up(fake_dc *dc) {
  for (size_t i = 0; i < FAKE_CONNS; i++)
    drop(&dc->conns[i]);
}

void fake_dc_close(fake_dc *dc) {
  fake_dc_hang_up(dc);
  if (dc->listen_fd >= 0)
    close(dc->listen_fd);
  kx_server_free(dc->kx);
  mtp_rsa_key_free(dc->rsa);
  memset(dc, 0, sizeof *dc);
  dc->listen_fd = -1;
}

mtp_dc_option fake_dc_address(const fake_dc *dc) {
  return (mtp_dc_option){.dc = dc->id, .port = dc->port, .host = "127.0.0.1"};
}

/* ---- packets ---- */

void fake_send_packet(fake_conn *conn, const void *data, size_t size) {
  uint8_t length[4];
  tl_store32(length, (uint32_t)size);
  assert_int_equal(tl_buffer_append(&conn->out, length, 4), TL_OK);
  assert_int_equal(tl_buffer_append(&conn->out, data, size), TL_OK);
}

void fake_send_transport_error(fake_conn *conn, int32_t code) {
  uint8_t bytes[4];
  tl_store32(bytes, (uint32_t)code);
  fake_send_packet(conn, bytes, 4);
}

static void take_packet(fake_dc *dc, fake_conn *conn, uint8_t *packet, size_t size) {
  int64_t key_id = 0;
  if (dc->silent)
    return;
  if (dc->transport_error) {
    fake_send_transport_error(conn, dc->transport_error);
    return;
  }
  assert_true(mtp_packet_key_id(packet, size, &key_id));
  if (key_id == 0)
    fake_take_plain(dc, conn, packet, size);
  else
    fake_take_sealed(dc, conn, key_id, packet, size);
}

static void take_packets(fake_dc *dc, fake_conn *conn) {
  if (!conn->tagged && conn->in.size >= 4) {
    assert_int_equal(tl_load32(conn->in.data), 0xeeeeeeeeu);
    tl_buffer_consume(&conn->in, 4);
    conn->tagged = true;
  }
  while (conn->fd >= 0 && conn->tagged && conn->in.size >= 4) {
    size_t size = tl_load32(conn->in.data) & 0x7fffffffu;
    if (conn->in.size < 4 + size)
      break;
    take_packet(dc, conn, conn->in.data + 4, size);
    if (conn->fd >= 0)
      tl_buffer_consume(&conn->in, 4 + size);
  }
}

/* ---- sockets ---- */

static void accept_one(fake_dc *dc) {
  int fd = accept(dc->listen_fd, NULL, NULL);
  if (fd < 0)
    return;
  dc->accepted++;
  size_t i = 0;
  while (i < FAKE_CONNS && dc->conns[i].fd >= 0)
    i++;
  if (dc->refuse || i == FAKE_CONNS) {
    close(fd);
    return;
  }
  assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
  memset(&dc->conns[i], 0, sizeof dc->conns[i]);
  dc->conns[i].fd = fd;
  tl_buffer_init(&dc->conns[i].in, NULL, 0);
  tl_buffer_init(&dc->conns[i].out, NULL, 0);
}

/* How many of `want` bytes may pass until the cut; *cut is told when the cut is reached. */
static size_t until_cut(size_t at, size_t passed, size_t want, bool *cut) {
  if (at == 0 || passed + want < at)
    return want;
  *cut = true;
  return at - passed;
}

static void read_conn(fake_dc *dc, fake_conn *conn) {
  uint8_t bytes[65536];
  ssize_t n = recv(conn->fd, bytes, sizeof bytes, 0);
  if (n == 0 || (n < 0 && errno != EAGAIN)) {
    drop(conn);
    return;
  }
  if (n < 0)
    return;
  bool cut = false;
  size_t take = until_cut(dc->cut_in, conn->bytes_in, (size_t)n, &cut);
  conn->bytes_in += take;
  assert_int_equal(tl_buffer_append(&conn->in, bytes, take), TL_OK);
  take_packets(dc, conn);
  if (cut) {
    dc->cut_in = 0;
    drop(conn);
  }
}

static void write_conn(fake_dc *dc, fake_conn *conn) {
  bool cut = false;
  size_t want = until_cut(dc->cut_out, conn->bytes_out, conn->out.size, &cut);
  if (want) {
    ssize_t n = send(conn->fd, conn->out.data, want, MSG_NOSIGNAL);
    if (n > 0) {
      conn->bytes_out += (size_t)n;
      tl_buffer_consume(&conn->out, (size_t)n);
    }
  }
  if (cut)
    dc->cut_out = 0;
  if (cut || (conn->closing && conn->out.size == 0))
    drop(conn);
}

void fake_dc_step(fake_dc *dc) {
  accept_one(dc);
  for (size_t i = 0; i < FAKE_CONNS; i++) {
    if (dc->conns[i].fd >= 0)
      read_conn(dc, &dc->conns[i]);
    if (dc->conns[i].fd >= 0)
      write_conn(dc, &dc->conns[i]);
  }
}
