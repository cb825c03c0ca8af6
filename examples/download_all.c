/* Keeps all photos and files of a chat. What is there already is not fetched again, and what was
 * broken off goes on where it stopped: run it once more after whatever ended it.
 *   download_all WHO FOLDER      with TGCALL_API_ID and TGCALL_API_HASH in the environment */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <tgauth/tgauth.h>
#include <tgkit/tgkit.h>

typedef struct counts {
  int fetched, there, failed;
} counts;

/* FOLDER/ID-NAME, so that two files of one name do not meet. Names come from others: no folder and
 * no control character of theirs gets through. */
static void path_of(const tg_message *message, const char *folder, char *out, size_t size) {
  enum { LONGEST = 120 };
  char name[LONGEST + 1] = "photo.jpg";
  tl_string given = tgkit_file_name(message);
  size_t n = given.size;
  if (n > LONGEST)
    n = LONGEST;
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)given.data[i];
    name[i] = (char)(c < ' ' || c == '/' || c == 127 ? '_' : c);
  }
  if (n)
    name[n] = 0;
  snprintf(out, size, "%s/%d-%s", folder, (int)message->id, name);
}

/* What ends the whole of it is returned; one file that cannot be had does not. */
static mtp_status keep(tgkit *kit, const tg_message *message, const char *folder, counts *n,
                       mtp_error *error) {
  char path[4096];
  struct stat found;
  tgkit_remote remote;
  mtp_transfer_options transfer = {0};
  transfer.resume = true;
  if (!tgkit_remote_file(kit, message, &remote))
    return MTP_OK; /* there is nothing to keep */
  path_of(message, folder, path, sizeof path);
  if (stat(path, &found) == 0) {
    n->there++;
    return MTP_OK;
  }
  mtp_status status =
      mtp_download_path(tgkit_client(kit), &remote.file, path, &transfer, NULL, error);
  if (status == MTP_OK)
    printf("%s\n", path);
  n->fetched += status == MTP_OK;
  if (status != MTP_ERR_RPC)
    return status;
  fprintf(stderr, "%s: %s\n", path, error->text);
  n->failed++;
  return MTP_OK;
}

static mtp_status keep_all(tgkit *kit, const tgkit_input *chat, const char *folder, counts *n,
                           mtp_error *error) {
  mtp_status status = MTP_OK, paged = MTP_OK;
  const tg_Message *one;
  tgkit_pages *pages = tgkit_history(kit, chat);
  while (pages && !status && (one = tgkit_next_message(pages, &paged, error)))
    if (one->kind == TG_message)
      status = keep(kit, one->message, folder, n, error);
  tgkit_pages_free(pages);
  return !pages ? MTP_ERR_NOMEM : status ? status : paged;
}

int main(int argc, char **argv) {
  tgauth_options options;
  tgauth_start_callbacks ask;
  tgkit_input chat;
  counts n = {0, 0, 0};
  mtp_error error;
  mtp_env env;
  tgauth *auth = NULL;
  tgkit *kit = NULL;
  if (argc < 3)
    return fprintf(stderr, "usage: %s WHO FOLDER\n", argv[0]), 2;
  tgauth_options_init(&options);
  tgauth_terminal_callbacks(&ask);
  options.api_hash = getenv("TGCALL_API_HASH");
  options.store = tgauth_store_file("download_all.session", NULL);
  mtp_status status = mtp_options_from_env(&options.client, &env, &error);
  status = status ? status : tgauth_open(&options, &auth, &error);
  status = status ? status : tgauth_start(auth, NULL, &ask, &error);
  status = status ? status : tgkit_open(tgauth_client(auth), NULL, &kit, &error);
  status = status ? status : tgkit_resolve(tgkit_peers_of(kit), argv[1], &chat, &error);
  status = status ? status : keep_all(kit, &chat, argv[2], &n, &error);
  if (status != MTP_OK)
    fprintf(stderr, "%s\n", error.text);
  printf("%d fetched, %d were there, %d failed\n", n.fetched, n.there, n.failed);
  tgkit_close(kit);
  tgauth_close(auth);
  return status != MTP_OK || n.failed;
}
