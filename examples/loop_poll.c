/* The client in a loop of one's own, with poll(): descriptors and a time-out out, process in. */
#include <mtp/state.h>
#include <poll.h>

#include "example.h"

/* As many as there are, and how many that is. */
static struct pollfd *list_fds(mtp_client *client, size_t *n) {
  *n = mtp_client_fds(client, NULL, 0);
  struct pollfd *fds = (struct pollfd *)calloc(*n, sizeof *fds);
  if (!fds)
    abort();
  mtp_client_fds(client, fds, *n);
  return fds;
}

static void turn(mtp_client *client) {
  size_t n;
  struct pollfd *fds = list_fds(client, &n);
  /* Add descriptors of your own here, and look at them after poll(). */
  if (poll(fds, (nfds_t)n, mtp_client_timeout(client)) >= 0)
    mtp_client_process(client, fds, n);
  free(fds);
}

static void show_events(mtp_client *client) {
  mtp_event event;
  while (mtp_client_next_event(client, &event)) {
    if (event.type == MTP_EVENT_CONNECTION)
      printf("data centre %d: %s\n", event.dc, mtp_connection_state_name(event.state));
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
