/* tgcall upload: files to Telegram, and to somebody. */
#include "progress.h"
#include "talk.h"
#include <mtp/files.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help_upload[] =
    "Uploads each FILE and prints its InputFile, for use in a call such as messages.sendMedia "
    "within\n"
    "the next hours; with --to sends them and prints the numbers of the messages. With - as FILE "
    "it "
    "is\n"
    "read from standard input to its end. Several photos, and several other files, are sent as "
    "albums\n"
    "of up to ten.\n"
    "\n"
    "  --to PEER       send them: to me, @name, +phone, a t.me link, an id of tgcall dialogs\n"
    "  --caption TEXT  what stands below the first; - reads it from standard input\n"
    "  --format F      of the caption: html, markdown or markdown-v2, as bots have them\n"
    "  --reply-to N    as an answer to that message of the chat\n"
    "  --silent        without a sound\n"
    "  --as-file       photos as files, as they are\n"
    "  --send          send one to oneself as a file, and print the Updates\n"
    "  --mime TYPE     what it is, if its name does not say so\n"
    "  --name NAME     the file's name for others; that of FILE otherwise\n"
    "  --continue      keep in FILE.upload what has been sent, and go on from there if it is "
    "there\n"
    "  --progress      how far it is, on standard error, even when that is no terminal\n"
    "  --quiet         not even on one\n"
    "\n"
    "examples:\n"
    "  tgcall upload --to me --caption 'The garden' rose.jpg tulip.jpg\n"
    "  tar cz src | tgcall upload - --name src.tar.gz --to @durov\n";

enum { MOST_FILES = 100 };

typedef struct sending {
  const char *to, *caption, *mime, *name;
  bool send, as_file;
  outgoing message; /* its format and the like */
  const char *paths[MOST_FILES];
  size_t n;
  mtp_transfer_options transfer;
  int status;
} sending;

/* ---- uploaded, no more ---- */

static int print_input(const mtp_uploaded *file) {
  mtp_input_file storage;
  tg_InputFile input = mtp_uploaded_input(file, &storage);
  tl_object object = input.kind == TG_inputFileBig ? tg_inputFileBig_object(input.inputFileBig)
                                                   : tg_inputFile_object(input.inputFile);
  return print_object(&object);
}

static int send_document(tgauth *auth, const mtp_uploaded *file, const char *mime) {
  mtp_input_file storage;
  tg_documentAttributeFilename name = {tl_string_of(file->name)};
  tg_DocumentAttribute attribute = tg_documentAttributeFilename_box(&name);
  tg_inputMediaUploadedDocument document = {.file = mtp_uploaded_input(file, &storage),
                                            .mime_type = tl_string_of(mime),
                                            .attributes = {&attribute, 1},
                                            .force_file = true};
  tg_messages_sendMedia request = {.message = TL_STR("")};
  mtp_reply *reply;
  mtp_error error;
  unsigned char random[8];
  if (RAND_bytes(random, sizeof random) != 1)
    return local_error("the random generator failed");
  memcpy(&request.random_id, random, sizeof random);
  request.peer.kind = TG_inputPeerSelf;
  request.media = tg_inputMediaUploadedDocument_box(&document);
  tl_call call = tg_messages_sendMedia_call(&request);
  if (mtp_call_sync(tgauth_client(auth), &call, NULL, &reply, &error) != MTP_OK)
    return report_error(&error);
  int status = print_value(mtp_reply_value(reply));
  mtp_reply_free(reply);
  return status;
}

static int put_up(tgauth *auth, const sending *s, const char *path) {
  mtp_client *client = tgauth_client(auth);
  mtp_uploaded file;
  mtp_error error;
  mtp_status status =
      strcmp(path, "-") == 0
          ? mtp_upload_fd(client, STDIN_FILENO, s->name, &s->transfer, &file, &error)
          : mtp_upload_path(client, path, &s->transfer, &file, &error);
  progress_end(s->transfer.progress_ctx);
  if (status != MTP_OK)
    return report_error(&error);
  if (s->name)
    snprintf(file.name, sizeof file.name, "%s", s->name);
  if (s->send)
    return send_document(auth, &file, s->mime ? s->mime : "application/octet-stream");
  return print_input(&file);
}

static int put_up_all(const connection_args *args, const sending *s) {
  int status;
  tgauth *auth = connect_session(args, &status);
  for (size_t i = 0; auth && status == EXIT_OK && i < s->n; i++)
    status = put_up(auth, s, s->paths[i]);
  tgauth_close(auth);
  return status;
}

/* ---- sent to somebody ---- */

static mtp_status print_numbers(const int32_t *ids, size_t n, mtp_error *error) {
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++)
    json_array_append_new(list, json_integer(ids[i]));
  return print_line(json_pack("{s:o}", "message_ids", list), error);
}

static mtp_status send_all(talk *t, void *ctx, mtp_error *error) {
  const sending *s = ctx;
  tgkit_file files[MOST_FILES];
  int32_t ids[MOST_FILES];
  tgkit_input to;
  mtp_status status = whom(t, s->to, &to, error);
  for (size_t i = 0; i < s->n; i++) {
    bool path = strcmp(s->paths[i], "-") != 0;
    files[i] = (tgkit_file){.path = path ? s->paths[i] : NULL,
                            .fd = STDIN_FILENO,
                            .name = s->name,
                            .mime = s->mime,
                            .as_file = s->as_file};
  }
  if (status == MTP_OK)
    status = tgkit_send_files(t->kit, &to, files, s->n, tl_string_of(s->caption),
                              &s->message.options, &s->transfer, ids, error);
  progress_end(s->transfer.progress_ctx);
  return status == MTP_OK ? print_numbers(ids, s->n, error) : status;
}

static int send_with_caption(const connection_args *args, sending *s) {
  tl_buffer input;
  tl_buffer_init(&input, NULL, 0);
  int status = text_or_input("--caption", s->caption ? s->caption : "", &input, &s->caption);
  if (status == EXIT_OK)
    status = talk_and_report(args, send_all, s);
  tl_buffer_free(&input);
  return status;
}

/* What others get to see of a path is its last part. */
static bool name_is_text(const char *path) {
  char what[600];
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  (void)snprintf(what, sizeof what, "the name of %.500s", path);
  return check_text(what, name, strlen(name));
}

static bool names_are_text(const sending *s) {
  const char *given[] = {s->to, s->name, s->mime};
  static const char *const options[] = {"--to", "--name", "--mime"};
  for (size_t i = 0; i < sizeof given / sizeof *given; i++)
    if (given[i] && !check_text(options[i], given[i], strlen(given[i])))
      return false;
  for (size_t i = 0; i < s->n; i++)
    if (!s->name && !name_is_text(s->paths[i]))
      return false;
  return true;
}

/* What does not go together. False with a message. */
static bool makes_sense(const sending *s) {
  size_t streams = s->caption && strcmp(s->caption, "-") == 0;
  for (size_t i = 0; i < s->n; i++)
    streams += strcmp(s->paths[i], "-") == 0;
  if (s->n == 0)
    usage_error("upload needs a FILE");
  else if (streams > 1)
    usage_error("standard input, -, can be read only once");
  else if (s->n > 1 && (s->mime || s->name || s->send))
    usage_error("%s is for one FILE; --to me sends several", s->mime   ? "--mime"
                                                             : s->name ? "--name"
                                                                       : "--send");
  else if (s->send && s->to)
    usage_error("--send is for oneself, --to for others: one of them");
  else if (!s->to && s->caption)
    usage_error("--caption needs --to");
  else
    return names_are_text(s);
  return false;
}

static int cmd_upload(int argc, char **argv) {
  sending s = {0};
  progress shown = {0};
  const char *reply = NULL, *format = NULL;
  const option_spec own[] = {{"--to", &s.to, NULL},
                             {"--caption", &s.caption, NULL},
                             {"--format", &format, NULL},
                             {"--reply-to", &reply, NULL},
                             {"--silent", NULL, &s.message.options.silent},
                             {"--as-file", NULL, &s.as_file},
                             {"--mime", &s.mime, NULL},
                             {"--name", &s.name, NULL},
                             {"--send", NULL, &s.send},
                             {"--continue", NULL, &s.transfer.resume},
                             {"--progress", NULL, &shown.always},
                             {"--quiet", NULL, &shown.quiet}};
  connection_args args;
  s.transfer.progress = show_progress;
  s.transfer.progress_ctx = &shown;
  if (!parse_options(argc, argv, own, sizeof own / sizeof *own, &args, s.paths, MOST_FILES, &s.n) ||
      !makes_sense(&s) || !read_outgoing(reply, format, &s.message))
    return EXIT_USAGE;
  shown.resumed = s.transfer.resume;
  return s.to ? send_with_caption(&args, &s) : put_up_all(&args, &s);
}

const command tgcall_upload = {"upload",   "FILE...",   "upload files, and send them",
                               cmd_upload, help_upload, NULL};
