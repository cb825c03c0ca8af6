/* The loop: descriptors and time out, process in; and the built-in one for those who want to
 * wait.*/
#include <errno.h>

#include "client/internal.h"

enum { MAX_ROUNDS = 16, MAX_FDS = 64, UNWATCHED_MS = 50, MAX_WAIT_MS = 3600000 };

size_t mtp_client_fds(const mtp_client *client, struct pollfd *fds, size_t n) {
  size_t used = 0;
  if (n > 0)
    fds[0] = (struct pollfd){.fd = client->inbox.wake.read_fd, .events = POLLIN};
  used++;
  for (const mtp_centre *centre = client->centres; centre; centre = centre->next)
    used += mtp_centre_fds(centre, used < n ? fds + used : NULL, used < n ? n - used : 0);
  return used;
}

int mtp_client_timeout(const mtp_client *client) {
  if (client->ended.first || client->dirty)
    return 0;
  if (client->closed)
    return -1;
  mtp_now now = mtp_client_now(client);
  int64_t first = MTP_NEVER;
  for (const mtp_centre *centre = client->centres; centre; centre = centre->next) {
    int64_t at = mtp_centre_deadline(centre, now);
    if (at < first)
      first = at;
  }
  int64_t updates = mtp_updates_deadline(client);
  if (updates < first)
    first = updates;
  if (first == MTP_NEVER)
    return -1;
  if (first <= now.monotonic_ms)
    return 0;
  int64_t left = first - now.monotonic_ms;
  return left < MAX_WAIT_MS ? (int)left : MAX_WAIT_MS;
}

static bool process_once(mtp_client *client) {
  mtp_now now = mtp_client_now(client);
  mtp_client_notice_sleep(client, now);
  bool did = mtp_inbox_drain(client);
  for (mtp_centre *centre = client->centres; centre && !client->closed; centre = centre->next)
    did = mtp_centre_process(centre, now) || did;
  did = mtp_updates_tick(client, now) || did;
  return mtp_calls_deliver(client) || did;
}

/* Callbacks start calls, and answers open gates: go on until nothing moves, but let others of the
 * program have their turn. */
void mtp_client_process(mtp_client *client, const struct pollfd *fds, size_t n) {
  (void)fds; /* sockets do not block: trying each costs less than looking it up */
  (void)n;
  if (client->delivering)
    return;
  for (int i = 0; i < MAX_ROUNDS; i++) {
    client->dirty = false;
    if (!process_once(client) && !client->dirty)
      break;
  }
}

void mtp_client_poll(mtp_client *client, int timeout_ms) {
  struct pollfd fds[MAX_FDS];
  if (client->delivering)
    return;
  size_t n = mtp_client_fds(client, fds, MAX_FDS);
  int wait = mtp_client_timeout(client);
  if (n > MAX_FDS) { /* those that are not watched are looked at often */
    n = MAX_FDS;
    wait = wait < 0 || wait > UNWATCHED_MS ? UNWATCHED_MS : wait;
  }
  if (timeout_ms >= 0 && (wait < 0 || timeout_ms < wait))
    wait = timeout_ms;
  int ready;
  do
    ready = poll(fds, (nfds_t)n, wait);
  while (ready < 0 && errno == EINTR && wait < 0);
  mtp_client_process(client, fds, n);
}

/* ---- calls from outside ---- */

mtp_status mtp_client_call(mtp_client *client, const tl_call *call, const mtp_call_options *options,
                           mtp_call_done done, void *ctx, mtp_call_id *id, mtp_error *error) {
  if (id)
    *id = 0;
  if (client->closed)
    return mtp_error_set(error, MTP_ERR_CLOSED, NULL);
  mtp_call_start start = {.options = options, .done = done, .ctx = ctx};
  mtp_call *made;
  mtp_status status = mtp_call_make(client, call, &start, &made, error);
  if (status != MTP_OK)
    return status;
  mtp_centre *centre = mtp_centre_for(client, &made->options);
  if (!centre) {
    mtp_call_destroy(made);
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  }
  mtp_call_admit(made, centre);
  if (id)
    *id = made->id;
  return MTP_OK;
}

void mtp_client_cancel(mtp_client *client, mtp_call_id id) {
  mtp_call *call = mtp_call_find(client, id);
  if (call)
    mtp_call_fail(call, MTP_ERR_CANCELLED, NULL);
}

typedef struct waiting {
  bool done;
  mtp_status status;
  mtp_error *error;
  mtp_reply **reply;
} waiting;

static void wake_up(void *ctx, const mtp_error *error, mtp_reply *reply) {
  waiting *wait = ctx;
  wait->done = true;
  wait->status = error ? error->status : MTP_OK;
  if (error && wait->error)
    *wait->error = *error;
  if (!error)
    *wait->reply = reply;
  else
    mtp_reply_free(reply); /* the bytes of an answer that could not be decoded */
}

mtp_status mtp_call_sync(mtp_client *client, const tl_call *call, const mtp_call_options *options,
                         mtp_reply **reply, mtp_error *error) {
  *reply = NULL;
  if (client->delivering)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, "not from inside a callback");
  waiting wait = {.error = error, .reply = reply};
  mtp_status status = mtp_client_call(client, call, options, wake_up, &wait, NULL, error);
  if (status != MTP_OK)
    return status;
  while (!wait.done)
    mtp_client_poll(client, -1);
  return wait.status;
}
