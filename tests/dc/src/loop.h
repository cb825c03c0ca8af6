/* The inside of a loop, shared with the control socket. */
#ifndef TGDC_LOOP_PRIVATE_H
#define TGDC_LOOP_PRIVATE_H

#include <poll.h>
#include <signal.h>
#include <tgdc/loop.h>

#include "dc.h"

typedef struct dc_listener {
  int fd, dc;
  uint16_t port;
} dc_listener;

/* What a connection carries. slot: in fds; 0: not polled yet. */
typedef struct dc_socket {
  int fd;
  size_t slot;
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
  int control; /* listening Unix socket; -1: none */
  size_t control_slot;
  char *control_path;
  dc_controller controllers[DC_CONTROL_CLIENTS];
  int wake[2];
  volatile sig_atomic_t stopped;
  int64_t now;
  struct pollfd *fds;
  size_t n_fds, most_fds;
  uint8_t chunk[65536];
};

/* loop_control.c */
bool dc_control_gather(tgdc_loop *loop, bool (*add)(tgdc_loop *loop, int fd, short events));
void dc_control_serve(tgdc_loop *loop);
void dc_control_close(tgdc_loop *loop);

#endif
