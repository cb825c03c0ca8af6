/* Signs in, lists the dialogs and the newest messages of one, keeps its newest photo, sends a file.
 *   dialogs WHO [FILE]      with TGCALL_API_ID and TGCALL_API_HASH in the environment */
#include <stdio.h>
#include <stdlib.h>
#include <tgauth/tgauth.h>
#include <tgkit/tgkit.h>

static mtp_status list_dialogs(tgkit *kit, mtp_error *error) {
  mtp_status status;
  const tg_dialog *dialog;
  char title[256];
  tgkit_pages *pages = tgkit_dialogs(kit);
  while (pages && (dialog = tgkit_next_dialog(pages, &status, error)))
    printf("%16lld  %s\n", (long long)tgkit_marked_peer(&dialog->peer),
           tgkit_title(pages, &dialog->peer, title, sizeof title));
  tgkit_pages_free(pages);
  return pages ? status : MTP_ERR_NOMEM;
}

/* The ten newest messages; the first photo or file among them is kept. */
static mtp_status list_history(tgkit *kit, const tgkit_input *chat, mtp_error *error) {
  mtp_status status;
  const tg_Message *one;
  bool kept = false;
  tgkit_pages *pages = tgkit_history(kit, chat);
  for (int i = 0; pages && i < 10 && (one = tgkit_next_message(pages, &status, error)); i++) {
    if (one->kind != TG_message)
      continue;
    printf("%6d  %.*s\n", (int)one->message->id, (int)one->message->message.size,
           one->message->message.data);
    if (!kept && one->message->media.kind != TG_MessageMedia_none)
      kept = tgkit_download(kit, one->message, "newest", NULL, NULL, error) == MTP_OK;
  }
  tgkit_pages_free(pages);
  return pages ? status : MTP_ERR_NOMEM;
}

static void progress(void *ctx, int64_t done, int64_t total) {
  (void)ctx;
  fprintf(stderr, "\r%lld of %lld bytes", (long long)done, (long long)total);
}

static mtp_status run(tgauth *auth, tgkit *kit, int argc, char **argv, mtp_error *error) {
  tgkit_input chat;
  tgauth_start_callbacks ask;
  mtp_transfer_options transfer = {0};
  transfer.progress = progress;
  tgauth_terminal_callbacks(&ask); /* or callbacks of your own */
  mtp_status status = tgauth_start(auth, NULL, &ask, error);
  status = status ? status : list_dialogs(kit, error);
  status = status ? status : tgkit_resolve(tgkit_peers_of(kit), argv[1], &chat, error);
  status = status ? status : list_history(kit, &chat, error);
  if (status == MTP_OK && argc > 2)
    status = tgkit_send_file(kit, &chat, argv[2], TL_STR("Here it is."), false, NULL, &transfer,
                             NULL, error);
  return status;
}

int main(int argc, char **argv) {
  tgauth_options options;
  mtp_error error;
  mtp_env env;
  tgauth *auth = NULL;
  tgkit *kit = NULL;
  if (argc < 2)
    return fprintf(stderr, "usage: %s WHO [FILE]\n", argv[0]), 2;
  tgauth_options_init(&options);
  options.api_hash = getenv("TGCALL_API_HASH");
  options.store = tgauth_store_file("dialogs.session", NULL);
  mtp_status status = mtp_options_from_env(&options.client, &env, &error);
  status = status ? status : tgauth_open(&options, &auth, &error);
  status = status ? status : tgkit_open(tgauth_client(auth), NULL, &kit, &error);
  status = status ? status : run(auth, kit, argc, argv, &error);
  if (status != MTP_OK)
    fprintf(stderr, "%s\n", error.text);
  tgkit_close(kit);
  tgauth_close(auth);
  return status != MTP_OK;
}
