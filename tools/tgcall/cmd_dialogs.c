/* tgcall dialogs: with whom one talks. */
#include "talk.h"

static const char help_dialogs[] = "Prints the chats of the account, the last used first, one JSON "
                                   "object a line: id (to be given\n"
                                   "to other commands), title, unread, top_message.\n"
                                   "\n"
                                   "  --limit N       so many at most; 100\n"
                                   "\n"
                                   "examples:\n"
                                   "  tgcall dialogs | jq -r 'select(.unread > 0) | .title'\n";

static mtp_status print_dialog(const tg_dialog *dialog, tgkit_pages *pages, mtp_error *error) {
  char title[256];
  json_t *line =
      json_pack("{s:I, s:s, s:i, s:i}", "id", (json_int_t)tgkit_marked_peer(&dialog->peer), "title",
                tgkit_title(pages, &dialog->peer, title, sizeof title), "unread",
                (int)dialog->unread_count, "top_message", (int)dialog->top_message);
  return print_line(line, error);
}

static mtp_status list(talk *t, void *ctx, mtp_error *error) {
  int32_t left = *(const int32_t *)ctx;
  const tg_dialog *dialog;
  tgkit_pages *pages = tgkit_dialogs(t->kit);
  mtp_status status = pages ? MTP_OK : MTP_ERR_NOMEM;
  while (status == MTP_OK && left-- > 0 && (dialog = tgkit_next_dialog(pages, &status, error)))
    status = print_dialog(dialog, pages, error);
  tgkit_pages_free(pages);
  return status;
}

static int cmd_dialogs(int argc, char **argv) {
  const char *limit = "100";
  const option_spec own[] = {{"--limit", &limit, NULL}};
  connection_args args;
  size_t n_words;
  int32_t most;
  if (!parse_options(argc, argv, own, 1, &args, NULL, 0, &n_words) ||
      !count_of("--limit", limit, 1, &most))
    return EXIT_USAGE;
  return talk_and_report(&args, list, &most);
}

const command tgcall_dialogs = {"dialogs",   "[--limit N]", "the chats, the last used first",
                                cmd_dialogs, help_dialogs,  NULL};
