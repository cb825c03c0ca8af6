/* The proxy's sockets: one that listens, two for each client. */
#ifndef TGPROXY_SERVE_H
#define TGPROXY_SERVE_H

#include <mtp/proxy.h>
#include <netinet/in.h>

#define SERVE_TARGETS 8

typedef struct serve_target {
  int dc; /* 0: any that no other target is for */
  struct sockaddr_in address;
} serve_target;

typedef struct serve_options {
  mtp_secret secret; /* its kind is the mode that clients may use; NONE: plain, without a secret */
  struct sockaddr_in listen;
  serve_target targets[SERVE_TARGETS];
  size_t n_targets;
  bool silent, exit_with_stdin;
} serve_options;

/* Serves until serve_stop(), or the end of standard input if the options say so. Prints the address
 * on stdout when it is ready, and a line per client on stderr. False when it cannot start or go on;
 * stderr says why. One at a time. */
bool serve(const serve_options *options);

/* Ends serve(); may be called by a signal handler. */
void serve_stop(void);

#endif
