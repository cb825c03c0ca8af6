/* Calls from other threads: encoded there, handed over under a mutex, and admitted by the owner. A
 * byte in a pipe makes the owner's poll() return. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "client/internal.h"

static bool make_pipe(mtp_inbox *inbox) {
  int fds[2];
  if (pipe(fds) != 0)
    return false;
  for (int i = 0; i < 2; i++) {
    (void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
    (void)fcntl(fds[i], F_SETFL, O_NONBLOCK);
  }
  inbox->read_fd = fds[0];
  inbox->write_fd = fds[1];
  return true;
}

mtp_status mtp_inbox_init(mtp_client *client) {
  mtp_inbox *inbox = &client->inbox;
  if (pthread_mutex_init(&inbox->lock, NULL) != 0)
    return MTP_ERR_NOMEM;
  if (!make_pipe(inbox)) {
    pthread_mutex_destroy(&inbox->lock);
    return MTP_ERR_NETWORK;
  }
  inbox->ready = true;
  return MTP_OK;
}

void mtp_inbox_free(mtp_client *client) {
  mtp_inbox *inbox = &client->inbox;
  if (!inbox->ready)
    return;
  close(inbox->read_fd);
  close(inbox->write_fd);
  pthread_mutex_destroy(&inbox->lock);
  inbox->ready = false;
}

/* A full pipe is fine: the owner has a byte to read already. */
void mtp_client_wake(mtp_client *client) {
  ssize_t n;
  do
    n = write(client->inbox.write_fd, "", 1);
  while (n < 0 && errno == EINTR);
}

mtp_status mtp_client_submit(mtp_client *client, const tl_call *call,
                             const mtp_call_options *options, mtp_call_done done, void *ctx,
                             mtp_error *error) {
  mtp_call_start start = {.options = options, .done = done, .ctx = ctx};
  mtp_call *made;
  mtp_status status = mtp_call_make(client, call, &start, &made, error);
  if (status != MTP_OK)
    return status;
  mtp_inbox *inbox = &client->inbox;
  pthread_mutex_lock(&inbox->lock);
  bool closed = inbox->closed;
  if (!closed)
    mtp_list_add(&inbox->calls, made);
  pthread_mutex_unlock(&inbox->lock);
  if (closed) {
    mtp_call_destroy(made);
    return mtp_error_set(error, MTP_ERR_CLOSED, NULL);
  }
  mtp_client_wake(client);
  return MTP_OK;
}

static mtp_call_list take(mtp_inbox *inbox, bool close) {
  pthread_mutex_lock(&inbox->lock);
  mtp_call_list taken = inbox->calls;
  inbox->calls = (mtp_call_list){0};
  inbox->closed = inbox->closed || close;
  pthread_mutex_unlock(&inbox->lock);
  return taken;
}

static void read_all(int fd) {
  char bytes[64];
  ssize_t n;
  do
    n = read(fd, bytes, sizeof bytes);
  while (n > 0 || (n < 0 && errno == EINTR));
}

bool mtp_inbox_drain(mtp_client *client) {
  read_all(client->inbox.read_fd);
  mtp_call_list taken = take(&client->inbox, false);
  bool any = taken.first != NULL;
  for (mtp_call *call; (call = taken.first);) {
    mtp_list_remove(&taken, call);
    mtp_centre *centre = mtp_centre_for(client, &call->options);
    if (centre)
      mtp_call_admit(call, centre);
    else
      mtp_call_end_unadmitted(call, MTP_ERR_NOMEM);
  }
  return any;
}

void mtp_inbox_close(mtp_client *client) {
  mtp_call_list taken = take(&client->inbox, true);
  for (mtp_call *call; (call = taken.first);) {
    mtp_list_remove(&taken, call);
    mtp_call_end_unadmitted(call, MTP_ERR_CLOSED);
  }
}
