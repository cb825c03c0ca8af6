/* The inside of a loop, shared by its files. */
#ifndef TGDC_LOOP_PRIVATE_H
#define TGDC_LOOP_PRIVATE_H

#include <poll.h>
#include <signal.h>
#include <tgdc/loop.h>

#include "dc.h"

typedef struct dc_listener {
  int fd;
  int dc;
  uint16_t port;
} dc_listener;

/* One client. */
typedef struct dc_socket {
  struct dc_socket *next;
  int fd;
  size_t slot; /* in fds; 0: not polled yet */
  tgdc_conn *conn;
} dc_socket;

#define DC_CONTROL_CLIENTS 8

/* Somebody who sends control commands; fd -1: a free place. */
typedef struct dc_controller {
  int fd;
  size_t slot;
  tl_buffer in;
} dc_controller;

struct tgdc_loop {
  tgdc *dc;
  dc_listener listeners[TGDC_MAX_DCS];
  int n_listeners;
  dc_socket *sockets;
  int end_with; /* -1: nothing */
  size_t end_slot;
  int control; /* listening Unix socket; -1: none */
  size_t control_slot;
  char *control_path;
  dc_controller controllers[DC_CONTROL_CLIENTS];
  int wake[2];
  volatile sig_atomic_t stopped;
  bool
      full; /* no descriptor was left for the last client that came: nobody is let in for a while */
  int64_t now;
  struct pollfd *fds;
  size_t n_fds, most_fds;
  uint8_t chunk[65536];
};

int64_t dc_loop_now(tgdc_loop *loop);
bool dc_unblock(int fd);
bool dc_add_fd(tgdc_loop *loop, int fd, short events);

/* loop_socket.c */
/* Lets one client in, or finds that there is no room. */
void dc_socket_accept(tgdc_loop *loop, const dc_listener *listener);
bool dc_sockets_gather(tgdc_loop *loop);
/* Serves those that were polled among the first `polled` descriptors, writes for all, and closes
 * what is over. */
void dc_sockets_serve(tgdc_loop *loop, size_t polled);
void dc_sockets_close(tgdc_loop *loop);

/* loop_control.c */
bool dc_control_gather(tgdc_loop *loop);
void dc_control_serve(tgdc_loop *loop);
void dc_control_close(tgdc_loop *loop);

#endif
