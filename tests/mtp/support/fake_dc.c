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
#include "packet_key.h"
#include "rsa_pems.h"
#include "support.h"

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

static int64_t system_ms(void) {
  struct timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

int64_t fake_dc_wall_ms(const fake_dc *dc) {
  return (dc->real_time ? system_ms() : dc->started_ms) + dc->clock_ms;
}

void fake_dc_open(fake_dc *dc, int32_t id) {
  memset(dc, 0, sizeof *dc);
  dc->id = id;
  dc->started_ms = system_ms();
  dc->listen_fd = listen_somewhere(&dc->port);
  for (size_t i = 0; i < FAKE_CONNS; i++)
    dc->conns[i].fd = -1;
  assert_ok(rsa_private_from_pem(pem_private, sizeof pem_private - 1, &dc->rsa));
  dc->kx_config = (kx_server_config){.key = dc->rsa};
  assert_ok(kx_server_new(&dc->kx_config, &dc->kx));
}

void fake_dc_drop(fake_conn *conn) {
  if (conn->fd < 0)
    return;
  close(conn->fd);
  dc_wire_destroy(conn->wire);
  for (size_t i = 0; i < conn->n_waiting; i++)
    tl_buffer_free(&conn->waiting[i]);
  conn->fd = -1;
}

void fake_dc_hang_up(fake_dc *dc) {
  for (size_t i = 0; i < FAKE_CONNS; i++)
    fake_dc_drop(&dc->conns[i]);
}

void fake_dc_close(fake_dc *dc) {
  fake_dc_hang_up(dc);
  if (dc->listen_fd >= 0)
    close(dc->listen_fd);
  kx_server_free(dc->kx);
  rsa_private_free(dc->rsa);
  memset(dc, 0, sizeof *dc);
  dc->listen_fd = -1;
}

mtp_dc_option fake_dc_address(const fake_dc *dc) {
  return (mtp_dc_option){.dc = dc->id, .port = dc->port, .host = "127.0.0.1"};
}

/* ---- packets ---- */

void fake_send_packet(fake_conn *conn, const void *data, size_t size) {
  if (dc_wire_can_send(conn->wire)) {
    conn->long_poll = false;
    assert_int_equal(dc_wire_send(conn->wire, tl_bytes_of(data, size)), TL_OK);
    return;
  }
  assert_true(dc_wire_is_http(conn->wire) && conn->n_waiting < 8);
  tl_buffer *packet = &conn->waiting[conn->n_waiting++];
  tl_buffer_init(packet, NULL, 0);
  assert_int_equal(tl_buffer_append(packet, data, size), TL_OK);
}

void fake_send_transport_error(fake_conn *conn, int32_t code) {
  assert_int_equal(dc_wire_send_error(conn->wire, code), TL_OK);
}

/* Over HTTP each request has one answer: something that waits, or nothing, or later. */
static void answer_request(fake_conn *conn) {
  if (!dc_wire_is_http(conn->wire) || !dc_wire_can_send(conn->wire))
    return;
  if (conn->n_waiting) {
    tl_buffer packet = conn->waiting[0];
    conn->n_waiting--;
    memmove(conn->waiting, conn->waiting + 1, conn->n_waiting * sizeof *conn->waiting);
    assert_int_equal(dc_wire_send(conn->wire, tl_bytes_of(packet.data, packet.size)), TL_OK);
    tl_buffer_free(&packet);
  } else if (!conn->long_poll) {
    assert_int_equal(dc_wire_send(conn->wire, tl_bytes_of("", 0)), TL_OK);
  }
}

static void take_packet(fake_dc *dc, fake_conn *conn, tl_bytes packet) {
  int64_t key_id = 0;
  uint8_t *copy = malloc(packet.size); /* opened in place */
  assert_non_null(copy);
  memcpy(copy, packet.data, packet.size);
  conn->long_poll = false;
  if (dc->garbage) {
    uint8_t noise[64];
    for (size_t i = 0; i < sizeof noise; i++)
      noise[i] = (uint8_t)(i * 37 + dc->accepted);
    fake_send_packet(conn, noise, sizeof noise);
  } else if (dc->transport_error) {
    fake_send_transport_error(conn, dc->transport_error);
  } else if (dc->empty) {
    fake_send_packet(conn, "", 0);
    conn->closing = true;
  } else if (!dc->silent) {
    assert_true(packet_key_id(copy, packet.size, &key_id));
    if (key_id == 0)
      fake_take_plain(dc, conn, copy, packet.size);
    else
      fake_take_sealed(dc, conn, key_id, copy, packet.size);
    answer_request(conn);
    conn->closing = conn->closing || (dc->one_answer && conn->n_waiting == 0 && !conn->long_poll);
  }
  free(copy);
}

static void take_packets(fake_dc *dc, fake_conn *conn) {
  dc_wire_event event;
  while (conn->fd >= 0 && dc_wire_next(conn->wire, &event) != DC_WIRE_NONE) {
    if (event.kind == DC_WIRE_PACKET)
      take_packet(dc, conn, event.packet);
    else
      conn->closing = true;
    if (conn->fd >= 0)
      conn->transport = dc_wire_transport(conn->wire);
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
  dc->conns[i].serial = dc->accepted;
  dc_wire_options options = {.secrets = dc->secrets, .secret_count = dc->n_secrets};
  assert_int_equal(dc_wire_create(&options, &dc->conns[i].wire), TL_OK);
}

/* How many of `want` bytes may pass until the cut; *cut is told when the cut is reached. */
static size_t until_cut(size_t at, size_t passed, size_t want, bool *cut) {
  if (at == 0 || passed + want < at)
    return want;
  *cut = true;
  return at > passed ? at - passed : 0;
}

static void read_conn(fake_dc *dc, fake_conn *conn) {
  uint8_t bytes[65536];
  ssize_t n = recv(conn->fd, bytes, sizeof bytes, 0);
  if (n == 0 || (n < 0 && errno != EAGAIN)) {
    fake_dc_drop(conn);
    return;
  }
  if (n < 0)
    return;
  bool cut = false;
  size_t take = until_cut(dc->cut_in, conn->bytes_in, (size_t)n, &cut);
  conn->bytes_in += take;
  dc_wire_recv(conn->wire, bytes, take);
  take_packets(dc, conn);
  if (cut) {
    dc->cut_in = 0;
    fake_dc_drop(conn);
  }
}

bool fake_dc_may_write(const fake_dc *dc, const fake_conn *conn) {
  return dc_wire_output(conn->wire).size && !conn->deaf && (dc->rate == 0 || conn->credit);
}

/* What a slow line has room for by now. */
static size_t within_rate(const fake_dc *dc, fake_conn *conn, size_t size) {
  if (dc->rate == 0)
    return size;
  conn->credit += (size_t)(dc->clock_ms - conn->credit_at) * dc->rate / 1000;
  conn->credit_at = dc->clock_ms;
  return size < conn->credit ? size : conn->credit;
}

static void write_conn(fake_dc *dc, fake_conn *conn) {
  bool cut = false;
  tl_bytes out = dc_wire_output(conn->wire);
  size_t size = within_rate(dc, conn, out.size);
  size_t want = until_cut(dc->cut_out, conn->bytes_out, size, &cut);
  if (want) {
    ssize_t n = send(conn->fd, out.data, want, MSG_NOSIGNAL);
    if (n > 0) {
      conn->credit -= dc->rate ? (size_t)n : 0;
      conn->bytes_out += (size_t)n;
      dc_wire_written(conn->wire, (size_t)n);
    }
  }
  if (cut)
    dc->cut_out = 0;
  bool finished = conn->closing || dc_wire_finished(conn->wire);
  if (cut || (finished && dc_wire_output(conn->wire).size == 0))
    fake_dc_drop(conn);
}

void fake_dc_step(fake_dc *dc) {
  accept_one(dc);
  for (size_t i = 0; i < FAKE_CONNS; i++) {
    if (dc->conns[i].fd >= 0 && !dc->conns[i].deaf)
      read_conn(dc, &dc->conns[i]);
    if (dc->conns[i].fd >= 0 && !dc->conns[i].deaf)
      write_conn(dc, &dc->conns[i]);
  }
}
