/* tgproxy: an MTProxy for tests, as a program. */
#include <signal.h>
#include <stdio.h>

#include "options.h"

static void stop(int signal) {
  (void)signal;
  serve_stop();
}

int main(int argc, char **argv) {
  serve_options options;
  bool help;
  if (!tgproxy_options_parse(argc, argv, &options, &help)) {
    fputs("tgproxy --help tells more\n", stderr);
    return 2;
  }
  if (help)
    return fputs(tgproxy_usage, stdout) < 0;
  struct sigaction action = {.sa_handler = stop};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  return serve(&options) ? 0 : 1;
}
