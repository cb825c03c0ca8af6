/* Two bots in one thread, each with a session of its own: what one hears, the other one says to
 * whom OWNER names.
 *   two_accounts OWNER      with TGCALL_API_ID, TGCALL_API_HASH, BOT_TOKEN and BOT_TOKEN_2 in the
 *                           environment */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <tgauth/tgauth.h>
#include <tgkit/tgkit.h>

typedef struct account {
  const char *name, *owner;
  tgauth *auth;
  tgkit *kit;
  struct account *other;
} account;

static mtp_status save(void *ctx, mtp_error *error) {
  return tgauth_save(((account *)ctx)->auth, error);
}

static void pass_on(void *ctx, const tgkit_update *update) {
  account *other = ((account *)ctx)->other;
  tgkit_input to;
  mtp_error error;
  mtp_status status = tgkit_resolve(tgkit_peers_of(other->kit), other->owner, &to, &error);
  status =
      status ? status : tgkit_send(other->kit, &to, update->message->message, NULL, NULL, &error);
  if (status != MTP_OK)
    fprintf(stderr, "%s: %s\n", other->name, error.text);
}

static mtp_status open_account(account *a, const char *file, const char *token, mtp_error *error) {
  tgauth_options options;
  tgauth_start_callbacks nobody = {0}; /* to be asked */
  mtp_env env;
  tgkit_settings settings = {NULL, save, NULL, a};
  tgkit_filter incoming = {true, false, false, false, false, 0, NULL};
  tgauth_options_init(&options);
  tgkit_options(&options.client);
  options.api_hash = getenv("TGCALL_API_HASH");
  options.store = tgauth_store_file(file, NULL);
  mtp_status status = mtp_options_from_env(&options.client, &env, error);
  status = status ? status : tgauth_open(&options, &a->auth, error);
  status = status ? status : tgauth_start(a->auth, token, &nobody, error);
  status = status ? status : tgkit_open(tgauth_client(a->auth), &settings, &a->kit, error);
  return status ? status : tgkit_on(a->kit, TGKIT_MESSAGES, &incoming, pass_on, a);
}

/* Whichever is due first; -1 is never. */
static int sooner(int one, int other) {
  return one < 0 ? other : other < 0 || one < other ? one : other;
}

/* One turn of the loop for both. */
static mtp_status turn(account *a, account *b, mtp_error *error) {
  enum { MOST = 64 };
  struct pollfd fds[2 * MOST];
  mtp_client *one = tgauth_client(a->auth), *two = tgauth_client(b->auth);
  size_t n = mtp_client_fds(one, fds, MOST);
  if (n > MOST)
    n = MOST;
  size_t m = mtp_client_fds(two, fds + n, MOST);
  if (m > MOST)
    m = MOST;
  if (poll(fds, (nfds_t)(n + m), sooner(mtp_client_timeout(one), mtp_client_timeout(two))) < 0)
    return MTP_OK; /* a signal */
  mtp_client_process(one, fds, n);
  mtp_client_process(two, fds + n, m);
  mtp_status status = tgkit_process(a->kit, error);
  return status ? status : tgkit_process(b->kit, error);
}

int main(int argc, char **argv) {
  mtp_error error;
  if (argc < 2)
    return fprintf(stderr, "usage: %s OWNER\n", argv[0]), 2;
  account a = {"the first", argv[1], NULL, NULL, NULL};
  account b = {"the second", argv[1], NULL, NULL, &a};
  a.other = &b;
  mtp_status status = open_account(&a, "one.session", getenv("BOT_TOKEN"), &error);
  status = status ? status : open_account(&b, "two.session", getenv("BOT_TOKEN_2"), &error);
  while (status == MTP_OK)
    status = turn(&a, &b, &error);
  fprintf(stderr, "%s\n", error.text);
  tgkit_close(a.kit);
  tgkit_close(b.kit);
  tgauth_close(a.auth);
  tgauth_close(b.auth);
  return 1;
}
