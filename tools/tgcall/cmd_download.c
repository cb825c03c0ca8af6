/* tgcall download: the file of a message, or of a location. */
#include "progress.h"
#include "talk.h"
#include <mtp/files.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help_download[] =
    "Downloads a file to the path TO, which appears only when all of it is there. MESSAGE is\n"
    "PEER/NUMBER (me/7, @name/7, an id of tgcall dialogs/7), a link to a message of t.me, the "
    "number "
    "of\n"
    "a message in a chat that is no channel, or an InputFileLocation as JSON. With - as TO it is\n"
    "written to standard output, and nothing else is; a PEER/NUMBER or link without TO gets the "
    "name that it was "
    "sent\n"
    "with, in the current folder, if nothing is there by that name. What has come of a download "
    "that\n"
    "ended early stays in TO.part and TO.part.state.\n"
    "\n"
    "  --continue      go on where an earlier download stopped, if it is of the same file\n"
    "  --dc-of-file N  data centre that has the file, as its dc_id says; found out otherwise\n"
    "  --size N        bytes, if known\n"
    "  --progress      how far it is, on standard error, even when that is no terminal\n"
    "  --quiet         not even on one\n"
    "\n"
    "examples:\n"
    "  tgcall download https://t.me/durov/7 photo.jpg\n"
    "  tgcall download me/12 - | tar tz\n";

typedef struct download_args {
  const char *from, *to, *dc, *size;
  bool resume;
  progress *progress;
  bool named; /* `to` was made of the message */
} download_args;

static mtp_status fetch(tgauth *auth, const mtp_remote_file *file, const download_args *args,
                        mtp_error *error) {
  int64_t size;
  mtp_client *client = tgauth_client(auth);
  mtp_transfer_options options = {
      .progress = show_progress, .progress_ctx = args->progress, .resume = args->resume};
  bool out = strcmp(args->to, "-") == 0;
  mtp_status status = out ? mtp_download_fd(client, file, STDOUT_FILENO, &options, &size, error)
                          : mtp_download_path(client, file, args->to, &options, &size, error);
  progress_end(args->progress);
  if (status != MTP_OK || out)
    return status;
  json_t *line = json_pack("{s:I}", "bytes", (json_int_t)size);
  if (args->named)
    json_object_set_new(line, "file", json_string(args->to));
  return print_line(line, error);
}

/* ---- a message's file ---- */

static mtp_status fetch_named(talk *t, const tg_message *message, download_args args,
                              mtp_error *error) {
  char name[200];
  tgkit_remote remote;
  if (!tgkit_remote_file(t->kit, message, &remote))
    return refuse_file(error, "message %s has no document and no photo", args.from);
  if (!args.to) {
    name_of_file(message, name, sizeof name);
    if (access(name, F_OK) == 0)
      return refuse_file(error, "there is a file %s already: say where TO", name);
    args.named = true;
    args.to = name;
  }
  return fetch(t->auth, &remote.file, &args, error);
}

static mtp_status fetch_message(talk *t, void *ctx, mtp_error *error) {
  const download_args *args = ctx;
  mtp_reply *reply;
  const tg_message *message;
  mtp_status status = find_message(t, args->from, &reply, &message, error);
  if (status != MTP_OK)
    return status;
  status = fetch_named(t, message, *args, error);
  mtp_reply_free(reply);
  return status;
}

/* ---- a location ---- */

static bool number(const char *name, const char *text, long long *out) {
  char *end;
  *out = text ? strtoll(text, &end, 10) : 0;
  if (text && (!*text || *end || *out < 0))
    return usage_error("%s takes a number, not \"%s\"", name, text), false;
  return true;
}

static int fetch_location(const connection_args *connection, download_args *args) {
  mtp_error failed;
  tl_arena arena;
  tl_value value;
  tl_error error = {0};
  long long dc, size;
  int status = EXIT_USAGE;
  uint16_t type = tl_find_type(&tg_schema, "InputFileLocation", strlen("InputFileLocation"));
  if (!number("--dc-of-file", args->dc, &dc) || !number("--size", args->size, &size))
    return EXIT_USAGE;
  tl_arena_init(&arena, NULL, 0);
  if (tl_json_read(&tg_schema, type, args->from, strlen(args->from), &arena, &value, &error) !=
      TL_OK) {
    usage_error("the location: %s: %s", error.path, error.text);
  } else {
    mtp_remote_file file = {.dc = (int32_t)dc, .size = size};
    memcpy(&file.location, value.slot, sizeof file.location);
    tgauth *auth = connect_session(connection, &status);
    if (auth && fetch(auth, &file, args, &failed) != MTP_OK)
      status = report_error(&failed);
    tgauth_close(auth);
  }
  tl_arena_free(&arena);
  return status;
}

static int cmd_download(int argc, char **argv) {
  progress shown = {0};
  download_args own = {.progress = &shown};
  const option_spec specs[] = {{"--dc-of-file", &own.dc, NULL},
                               {"--size", &own.size, NULL},
                               {"--continue", NULL, &own.resume},
                               {"--progress", NULL, &shown.always},
                               {"--quiet", NULL, &shown.quiet}};
  connection_args args;
  const char *words[2] = {NULL, NULL};
  size_t n_words;
  if (!parse_options(argc, argv, specs, sizeof specs / sizeof *specs, &args, words, 2, &n_words))
    return EXIT_USAGE;
  shown.resumed = own.resume;
  own.from = words[0];
  own.to = words[1];
  if (n_words == 0)
    return usage_error("download needs a MESSAGE, as PEER/NUMBER or a link, and a path TO");
  if (!own.to && (*own.from == '{' || !own.from[strspn(own.from, "0123456789")]))
    return usage_error("download of a location, or of a number alone, needs a path TO");
  return *own.from == '{' ? fetch_location(&args, &own)
                          : talk_and_report(&args, fetch_message, &own);
}

const command tgcall_download = {"download",   "MESSAGE [TO]", "download the file of a message",
                                 cmd_download, help_download,  NULL};
