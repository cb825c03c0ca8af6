/* The client in a loop of one's own, with poll(): descriptors and a time-out out, process in. */
#include <poll.h>

#include "example.h"

enum { MAX_FDS = 16 };

static void turn(mtp_client *client) {
  struct pollfd fds[MAX_FDS];
  size_t n = mtp_client_fds(client, fds, MAX_FDS);
  if (n > MAX_FDS)
    n = MAX_FDS;
  /* Add descriptors of your own here, and look at them after poll(). */
  if (poll(fds, (nfds_t)n, mtp_client_timeout(client)) >= 0)
    mtp_client_process(client, fds, n);
}

static void show_events(mtp_client *client) {
  mtp_event event;
  while (mtp_client_next_event(client, &event)) {
    if (event.type == MTP_EVENT_CONNECTION)
      printf("data centre %d: connection state %d\n", event.dc, (int)event.state);
    mtp_reply_free(event.updates);
  }
}

int main(int argc, char **argv) {
  mtp_client *client = example_client(argc, argv);
  int left = 3;
  for (int i = 0; i < 3; i++)
    if (!example_call(client, &left))
      left--;
  while (left > 0) {
    turn(client);
    show_events(client);
  }
  mtp_client_free(client);
  return 0;
}
