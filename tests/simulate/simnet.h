/* A network that is simulated: connections between sockets that are none and the connections of a
 * tgdc, whose bytes take their time, come in pieces, stop coming, or are cut off anywhere. The
 * program's own socket functions lead here (sockets.c). One at a time in a program. */
#ifndef TESTS_SIMULATE_SIMNET_H
#define TESTS_SIMULATE_SIMNET_H

#include <poll.h>
#include <tgdc/tgdc.h>

#include "dice.h"
#include "record.h"

enum {
  SIMNET_CONNS = 64,
  SIMNET_FIRST_FD = 1 << 20,
  SIMNET_WINDOW = 256 << 10,
  SIMNET_PORT = 100
}; /* and the number of the data centre */

/* How the network is, in so many of 10,000 connections or pieces. */
typedef struct simnet_weather {
  int64_t least_us, most_us; /* that a piece takes */
  uint32_t refused;          /* connections that are refused */
  uint32_t unheard;          /* connections that never come about */
  uint32_t cut;              /* connections that end after some bytes more, wherever that is */
  uint32_t cut_within;       /* after at most so many */
  uint32_t silent;           /* connections whose bytes vanish, from some moment on */
  uint32_t dribbled;         /* writes that arrive in pieces of a few bytes */
  uint32_t slow;             /* pieces that take up to ten seconds more */
  bool down;                 /* nothing can be reached */
  bool foul;                 /* any of these */
} simnet_weather;

typedef struct simnet_piece {
  int64_t at_us;
  size_t size;
} simnet_piece;

/* One direction of a connection. */
typedef struct simnet_flow {
  tl_buffer bytes; /* on their way, and arrived but not read */
  simnet_piece *pieces;
  size_t n_pieces, room;
  int64_t last_us; /* when the newest of them arrives */
  size_t passed;   /* bytes ever written */
  size_t cut_at;   /* 0: not */
  bool silent;     /* what is written now is lost */
} simnet_flow;

typedef enum simnet_state {
  SIMNET_FREE,
  SIMNET_NEW,     /* socket() */
  SIMNET_DIALING, /* until opens_us */
  SIMNET_OPEN,
  SIMNET_FAILED /* error says how */
} simnet_state;

typedef struct simnet_conn {
  simnet_state state;
  int port, error;
  int64_t opens_us;
  bool refused;
  tgdc_conn *server; /* NULL: it has hung up, or there is none any more */
  simnet_flow up, down;
  bool ended; /* the server hung up: after what is in `down` comes the end */
  int64_t ended_us;
  uint64_t serial;
} simnet_conn;

typedef struct simnet {
  record *record;
  dice *dice;
  tgdc *dc;
  simnet_weather weather;
  int64_t now_us;
  simnet_conn conns[SIMNET_CONNS];
  uint64_t dialed, opened, cuts;
  size_t received; /* bytes that the program took, ever */
} simnet;

/* From now on the sockets of the program are those of this network. */
void simnet_open(simnet *net, record *r, dice *d, tgdc *dc);
void simnet_close(simnet *net);

/* What is due by then happens: bytes arrive, the server reads, answers and hangs up. */
void simnet_run(simnet *net, int64_t now_us);
/* When the next of that is; INT64_MAX: nothing. */
int64_t simnet_next(const simnet *net);
/* What poll() would say now. Returns how many are ready. */
int simnet_poll(simnet *net, struct pollfd *fds, size_t n);
/* Ends connections from the server's side: one of them (by chance), or all. */
void simnet_hang_up(simnet *net, bool all);
/* All bytes of a connection by chance vanish from now on, in both directions. */
void simnet_silence(simnet *net);
/* The connection that a tgdc_conn is the other end of; NULL: it is gone. */
simnet_conn *simnet_of(simnet *net, const tgdc_conn *server);
/* What the server has to say leaves. */
void simnet_take_output(simnet *net, simnet_conn *conn);

/* For sockets.c. */
simnet *simnet_current(void);
int simnet_socket(simnet *net);
int simnet_connect(simnet *net, int fd, int port);
/* Bytes, 0 at the end, or -1 with errno. */
long simnet_send(simnet *net, int fd, const void *data, size_t size);
long simnet_recv(simnet *net, int fd, void *out, size_t size);
int simnet_error(simnet *net, int fd);
void simnet_shut(simnet *net, int fd);

#endif
