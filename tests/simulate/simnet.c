/* The simulated network: what is on its way, and when it arrives. */
#include "simnet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LATE_US = 10000000, PIECES = 8 };

static simnet *current;

simnet *simnet_current(void) {
  return current;
}

/* ---- one direction ---- */

static void flow_open(simnet_flow *flow) {
  memset(flow, 0, sizeof *flow);
  tl_buffer_init(&flow->bytes, NULL, 0);
}

static void flow_close(simnet_flow *flow) {
  tl_buffer_free(&flow->bytes);
  free(flow->pieces);
  memset(flow, 0, sizeof *flow);
}

static void add_piece(simnet_flow *flow, int64_t at_us, size_t size) {
  if (flow->n_pieces == flow->room) {
    flow->room = flow->room ? 2 * flow->room : 16;
    flow->pieces = realloc(flow->pieces, flow->room * sizeof *flow->pieces);
    if (!flow->pieces)
      abort();
  }
  flow->last_us = at_us;
  flow->pieces[flow->n_pieces++] = (simnet_piece){at_us, size};
}

/* How long a piece takes. */
static int64_t delay(simnet *net) {
  const simnet_weather *w = &net->weather;
  int64_t us = dice_between(net->dice, w->least_us, w->most_us);
  return dice_is(net->dice, w->slow) ? us + dice_between(net->dice, 0, LATE_US) : us;
}

/* Puts bytes on their way, whole or in pieces. */
static void flow_write(simnet *net, simnet_flow *flow, const uint8_t *data, size_t size) {
  bool dribbled = dice_is(net->dice, net->weather.dribbled);
  flow->passed += size;
  if (flow->silent || size == 0)
    return;
  if (tl_buffer_append(&flow->bytes, data, size) != TL_OK)
    abort();
  int64_t at = net->now_us + delay(net);
  at = at < flow->last_us ? flow->last_us : at;
  for (int i = 0; dribbled && i < PIECES && size > 1; i++) {
    size_t most = size < 20 ? size : 20;
    size_t part = 1 + dice_below(net->dice, (uint32_t)most - 1);
    add_piece(flow, at, part);
    at += dice_between(net->dice, 1, 200000);
    size -= part;
  }
  add_piece(flow, at, size);
}

/* How much of it has arrived. */
static size_t arrived(const simnet_flow *flow, int64_t now_us) {
  size_t size = 0;
  for (size_t i = 0; i < flow->n_pieces && flow->pieces[i].at_us <= now_us; i++)
    size += flow->pieces[i].size;
  return size;
}

static void flow_consume(simnet_flow *flow, size_t size) {
  size_t whole = 0;
  tl_buffer_consume(&flow->bytes, size);
  while (whole < flow->n_pieces && size >= flow->pieces[whole].size)
    size -= flow->pieces[whole++].size;
  flow->n_pieces -= whole;
  memmove(flow->pieces, flow->pieces + whole, flow->n_pieces * sizeof *flow->pieces);
  if (size)
    flow->pieces[0].size -= size;
}

/* The first moment after now at which something of it arrives. */
static int64_t flow_next(const simnet_flow *flow, int64_t now_us) {
  for (size_t i = 0; i < flow->n_pieces; i++)
    if (flow->pieces[i].at_us > now_us)
      return flow->pieces[i].at_us;
  return INT64_MAX;
}

/* ---- connections ---- */

static simnet_conn *conn_of(simnet *net, int fd) {
  size_t i = (size_t)(fd - SIMNET_FIRST_FD);
  return fd >= SIMNET_FIRST_FD && i < SIMNET_CONNS ? &net->conns[i] : NULL;
}

simnet_conn *simnet_of(simnet *net, const tgdc_conn *server) {
  for (size_t i = 0; i < SIMNET_CONNS; i++)
    if (net->conns[i].server && net->conns[i].server == server)
      return &net->conns[i];
  return NULL;
}

static void leave_server(simnet_conn *conn) {
  if (conn->server)
    tgdc_conn_close(conn->server);
  conn->server = NULL;
}

/* Both ends find the connection broken. */
static void break_off(simnet *net, simnet_conn *conn, const char *what) {
  record_note(net->record, what, (int64_t)conn->serial, conn->port);
  leave_server(conn);
  conn->state = SIMNET_FAILED;
  conn->error = ECONNRESET;
  net->cuts++;
}

/* The server hangs up: what it said still arrives. */
static void end(simnet *net, simnet_conn *conn) {
  leave_server(conn);
  conn->ended = true;
  conn->ended_us = net->now_us + delay(net);
  if (conn->ended_us < conn->down.last_us)
    conn->ended_us = conn->down.last_us;
  record_note(net->record, "connection %lld: the server hangs up", (int64_t)conn->serial, 0);
}

static bool is_cut(const simnet_flow *flow) {
  return flow->cut_at && flow->passed >= flow->cut_at;
}

void simnet_take_output(simnet *net, simnet_conn *conn) {
  tl_buffer *out = tgdc_conn_output(conn->server);
  size_t size = out->size;
  if (conn->down.cut_at && conn->down.passed + size > conn->down.cut_at)
    size = conn->down.cut_at - conn->down.passed;
  flow_write(net, &conn->down, out->data, size);
  tl_buffer_consume(out, out->size);
  if (tgdc_conn_finished(conn->server) || is_cut(&conn->down))
    end(net, conn);
}

static void decide_fate(simnet *net, simnet_conn *conn) {
  const simnet_weather *w = &net->weather;
  if (dice_is(net->dice, w->cut))
    *(dice_below(net->dice, 2) ? &conn->up.cut_at : &conn->down.cut_at) =
        1 + dice_below(net->dice, w->cut_within);
  if (dice_is(net->dice, w->silent))
    (dice_below(net->dice, 2) ? &conn->up : &conn->down)->silent = true;
}

static void open_conn(simnet *net, simnet_conn *conn) {
  conn->server = conn->refused || net->weather.down
                     ? NULL
                     : tgdc_conn_open(net->dc, conn->port - SIMNET_PORT, "192.0.2.1", net->now_us);
  record_note(net->record,
              conn->server ? "connection %lld to %lld is open" : "%lld to %lld: refused",
              (int64_t)conn->serial, conn->port);
  conn->state = conn->server ? SIMNET_OPEN : SIMNET_FAILED;
  conn->error = conn->server ? 0 : ECONNREFUSED;
  net->opened += conn->server != NULL;
}

/* What has arrived at the server is read there. */
static void serve(simnet *net, simnet_conn *conn) {
  size_t size = arrived(&conn->up, net->now_us);
  if (size)
    tgdc_conn_recv(conn->server, conn->up.bytes.data, size, net->now_us);
  if (size)
    flow_consume(&conn->up, size);
  if (is_cut(&conn->up) && conn->up.n_pieces == 0) {
    break_off(net, conn, "connection %lld to %lld is cut");
    return;
  }
  simnet_take_output(net, conn);
}

void simnet_run(simnet *net, int64_t now_us) {
  net->now_us = now_us;
  if (tgdc_deadline(net->dc) <= now_us)
    tgdc_tick(net->dc, now_us);
  for (size_t i = 0; i < SIMNET_CONNS; i++) {
    simnet_conn *conn = &net->conns[i];
    if (conn->state == SIMNET_DIALING && conn->opens_us <= now_us)
      open_conn(net, conn);
    if (conn->server)
      serve(net, conn);
  }
}

int64_t simnet_next(const simnet *net) {
  int64_t next = tgdc_deadline(net->dc);
  for (size_t i = 0; i < SIMNET_CONNS; i++) {
    const simnet_conn *conn = &net->conns[i];
    int64_t at = INT64_MAX;
    if (conn->state == SIMNET_DIALING)
      at = conn->opens_us;
    else if (conn->state == SIMNET_OPEN) {
      int64_t up = conn->server ? flow_next(&conn->up, net->now_us) : INT64_MAX;
      at = flow_next(&conn->down, net->now_us);
      at = up < at ? up : at;
      if (conn->ended && conn->ended_us > net->now_us && conn->ended_us < at)
        at = conn->ended_us;
    }
    next = at < next ? at : next;
  }
  return next;
}

static bool at_end(const simnet *net, const simnet_conn *conn) {
  return conn->ended && conn->ended_us <= net->now_us && conn->down.n_pieces == 0;
}

int simnet_poll(simnet *net, struct pollfd *fds, size_t n) {
  int ready = 0;
  for (size_t i = 0; i < n; i++) {
    const simnet_conn *conn = conn_of(net, fds[i].fd);
    fds[i].revents = 0;
    if (!conn)
      continue;
    if (conn->state == SIMNET_FAILED)
      fds[i].revents = POLLERR | (fds[i].events & (POLLIN | POLLOUT));
    if (conn->state == SIMNET_OPEN && (arrived(&conn->down, net->now_us) || at_end(net, conn)))
      fds[i].revents |= fds[i].events & POLLIN;
    if (conn->state == SIMNET_OPEN && conn->up.bytes.size < SIMNET_WINDOW)
      fds[i].revents |= fds[i].events & POLLOUT;
    ready += fds[i].revents != 0;
  }
  return ready;
}

static simnet_conn *some_open(simnet *net) {
  uint32_t from = dice_below(net->dice, SIMNET_CONNS);
  for (uint32_t i = 0; i < SIMNET_CONNS; i++) {
    simnet_conn *conn = &net->conns[(from + i) % SIMNET_CONNS];
    if (conn->server)
      return conn;
  }
  return NULL;
}

void simnet_hang_up(simnet *net, bool all) {
  simnet_conn *one = all ? NULL : some_open(net);
  for (size_t i = 0; i < SIMNET_CONNS; i++)
    if (net->conns[i].server && (all || one == &net->conns[i]))
      break_off(net, &net->conns[i], "connection %lld to %lld is broken off");
}

void simnet_silence(simnet *net) {
  simnet_conn *conn = some_open(net);
  if (!conn)
    return;
  record_note(net->record, "connection %lld falls silent", (int64_t)conn->serial, 0);
  conn->up.silent = conn->down.silent = true;
}

/* ---- what sockets do ---- */

int simnet_socket(simnet *net) {
  for (size_t i = 0; i < SIMNET_CONNS; i++) {
    simnet_conn *conn = &net->conns[i];
    if (conn->state != SIMNET_FREE)
      continue;
    memset(conn, 0, sizeof *conn);
    flow_open(&conn->up);
    flow_open(&conn->down);
    conn->state = SIMNET_NEW;
    return SIMNET_FIRST_FD + (int)i;
  }
  errno = EMFILE;
  return -1;
}

int simnet_connect(simnet *net, int fd, int port) {
  simnet_conn *conn = conn_of(net, fd);
  conn->port = port;
  conn->serial = ++net->dialed;
  if (net->weather.down && dice_below(net->dice, 2)) {
    errno = ENETUNREACH;
    return -1;
  }
  conn->refused = dice_is(net->dice, net->weather.refused);
  conn->state = SIMNET_DIALING;
  conn->opens_us = dice_is(net->dice, net->weather.unheard) ? INT64_MAX : net->now_us + delay(net);
  decide_fate(net, conn);
  errno = EINPROGRESS;
  return -1;
}

long simnet_send(simnet *net, int fd, const void *data, size_t size) {
  simnet_conn *conn = conn_of(net, fd);
  size_t room =
      SIMNET_WINDOW - (conn->up.bytes.size < SIMNET_WINDOW ? conn->up.bytes.size : SIMNET_WINDOW);
  if (conn->state != SIMNET_OPEN || conn->ended) {
    errno = conn->state == SIMNET_OPEN ? EPIPE : ECONNRESET;
    return -1;
  }
  if (room == 0) {
    errno = EAGAIN;
    return -1;
  }
  size = size < room ? size : room;
  size_t passes = size;
  if (conn->up.cut_at && conn->up.passed + size > conn->up.cut_at)
    passes = conn->up.cut_at > conn->up.passed ? conn->up.cut_at - conn->up.passed : 0;
  flow_write(net, &conn->up, data, passes);
  return (long)size;
}

long simnet_recv(simnet *net, int fd, void *out, size_t size) {
  simnet_conn *conn = conn_of(net, fd);
  size_t there = conn->state == SIMNET_OPEN ? arrived(&conn->down, net->now_us) : 0;
  if (there) {
    size = size < there ? size : there;
    memcpy(out, conn->down.bytes.data, size);
    flow_consume(&conn->down, size);
    net->received += size;
    return (long)size;
  }
  if (conn->state == SIMNET_OPEN && at_end(net, conn))
    return 0;
  errno = conn->state == SIMNET_FAILED ? conn->error : EAGAIN;
  return -1;
}

int simnet_error(simnet *net, int fd) {
  const simnet_conn *conn = conn_of(net, fd);
  return conn->state == SIMNET_FAILED ? conn->error : 0;
}

void simnet_shut(simnet *net, int fd) {
  simnet_conn *conn = conn_of(net, fd);
  if (conn->server) { /* what has left still arrives, and so does the end */
    tgdc_conn_recv(conn->server, conn->up.bytes.data, conn->up.bytes.size, net->now_us);
    leave_server(conn);
  }
  flow_close(&conn->up);
  flow_close(&conn->down);
  conn->state = SIMNET_FREE;
}

void simnet_open(simnet *net, record *r, dice *d, tgdc *dc) {
  memset(net, 0, sizeof *net);
  net->record = r;
  net->dice = d;
  net->dc = dc;
  current = net;
}

void simnet_close(simnet *net) {
  for (size_t i = 0; i < SIMNET_CONNS; i++)
    if (net->conns[i].state != SIMNET_FREE)
      simnet_shut(net, SIMNET_FIRST_FD + (int)i);
  current = NULL;
}
