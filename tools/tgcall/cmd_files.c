/* tgcall upload and download. */
#include "tgcall.h"
#include <mtp/files.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help_upload[] =
    "Uploads FILE and prints its InputFile, for use in a call such as messages.sendMedia within\n"
    "the next hours. With - as FILE it is read from standard input to its end.\n"
    "\n"
    "  --send          send it to oneself as a document and print the Updates instead\n"
    "  --mime TYPE     of that document; application/octet-stream otherwise\n"
    "  --name NAME     the file's name for others, where FILE is -\n"
    "  --continue      keep in FILE.upload what has been sent, and go on from there if it is "
    "there\n"
    "  --progress      a progress bar on standard error even when that is no terminal\n";
static const char help_download[] =
    "Downloads a file to the path TO, which appears only when all of it is there. LOCATION is an\n"
    "InputFileLocation as JSON, or the number of a message with a document or photo in a chat that "
    "is\n"
    "no channel. With - as TO it is written to standard output, and nothing else is. What has come "
    "of\n"
    "a download that ended early stays in TO.part and TO.part.state.\n"
    "\n"
    "  --continue      go on where an earlier download stopped, if it is of the same file\n"
    "  --dc-of-file N  data centre that has the file, as its dc_id says; found out otherwise\n"
    "  --size N        bytes, if known\n"
    "  --progress      a progress bar on standard error even when that is no terminal\n";

/* ---- upload ---- */

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

static mtp_status send_file(tgauth *auth, const char *path, const char *name,
                            const mtp_transfer_options *options, mtp_uploaded *file,
                            mtp_error *error) {
  if (strcmp(path, "-") == 0)
    return mtp_upload_fd(tgauth_client(auth), STDIN_FILENO, name, options, file, error);
  return mtp_upload_path(tgauth_client(auth), path, options, file, error);
}

static int cmd_upload(int argc, char **argv) {
  const char *path = NULL, *mime = "application/octet-stream", *name = NULL;
  bool send = false, always = false, resume = false;
  const option_spec own[] = {{"--mime", &mime, NULL},
                             {"--name", &name, NULL},
                             {"--send", NULL, &send},
                             {"--continue", NULL, &resume},
                             {"--progress", NULL, &always}};
  connection_args args;
  size_t n_words;
  int status;
  mtp_uploaded file;
  mtp_error error;
  if (!parse_options(argc, argv, own, sizeof own / sizeof *own, &args, &path, 1, &n_words))
    return EXIT_USAGE;
  if (n_words == 0)
    return usage_error("upload needs a FILE");
  tgauth *auth = connect_session(&args, &status);
  if (!auth)
    return status;
  mtp_transfer_options options = {
      .progress = show_progress, .progress_ctx = &always, .resume = resume};
  if (send_file(auth, path, name, &options, &file, &error) != MTP_OK)
    status = report_error(&error);
  else
    status = send ? send_document(auth, &file, mime) : print_input(&file);
  tgauth_close(auth);
  return status;
}

/* ---- download ---- */

typedef struct download_args {
  const char *location, *to, *dc, *size;
  bool always, resume;
} download_args;

static int fetch(tgauth *auth, const mtp_remote_file *file, download_args *args) {
  int64_t size;
  mtp_error error;
  mtp_client *client = tgauth_client(auth);
  mtp_transfer_options options = {
      .progress = show_progress, .progress_ctx = &args->always, .resume = args->resume};
  bool out = strcmp(args->to, "-") == 0;
  mtp_status status = out ? mtp_download_fd(client, file, STDOUT_FILENO, &options, &size, &error)
                          : mtp_download_path(client, file, args->to, &options, &size, &error);
  if (status != MTP_OK)
    return report_error(&error);
  if (!out)
    printf("{\"bytes\": %lld}\n", (long long)size);
  return EXIT_OK;
}

/* ---- a message's file ---- */

typedef struct found {
  mtp_remote_file file;
  tg_inputDocumentFileLocation document;
  tg_inputPhotoFileLocation photo;
} found;

static bool find_document(const tg_Document *from, found *out) {
  if (from->kind != TG_document)
    return false;
  const tg_document *document = from->document;
  out->document = (tg_inputDocumentFileLocation){.id = document->id,
                                                 .access_hash = document->access_hash,
                                                 .file_reference = document->file_reference,
                                                 .thumb_size = TL_STR("")};
  out->file.location = tg_inputDocumentFileLocation_box(&out->document);
  out->file.dc = document->dc_id;
  out->file.size = document->size;
  return true;
}

/* Its largest size, which comes last. */
static bool find_photo(const tg_Photo *from, found *out) {
  if (from->kind != TG_photo)
    return false;
  const tg_photo *photo = from->photo;
  out->photo = (tg_inputPhotoFileLocation){.id = photo->id,
                                           .access_hash = photo->access_hash,
                                           .file_reference = photo->file_reference,
                                           .thumb_size = TL_STR("")};
  for (size_t i = 0; i < photo->sizes.count; i++) {
    const tg_PhotoSize *size = &photo->sizes.items[i];
    if (size->kind == TG_photoSize)
      out->photo.thumb_size = size->photoSize->type;
    else if (size->kind == TG_photoSizeProgressive)
      out->photo.thumb_size = size->photoSizeProgressive->type;
  }
  out->file.location = tg_inputPhotoFileLocation_box(&out->photo);
  out->file.dc = photo->dc_id;
  return out->photo.thumb_size.size > 0;
}

static bool find_file(const mtp_reply *reply, int32_t id, found *out) {
  tg_messages_Messages answer = tg_messages_getMessages_result(mtp_reply_value(reply));
  tg_vector_Message list = {0};
  if (answer.kind == TG_messages_messages)
    list = answer.messages_messages->messages;
  else if (answer.kind == TG_messages_messagesSlice)
    list = answer.messages_messagesSlice->messages;
  if (list.count != 1 || list.items[0].kind != TG_message)
    return false;
  const tg_MessageMedia *media = &list.items[0].message->media;
  *out = (found){.file = {.origin = {.kind = MTP_ORIGIN_MESSAGE, .message_id = id}}};
  if (media->kind == TG_messageMediaDocument)
    return find_document(&media->messageMediaDocument->document, out);
  return media->kind == TG_messageMediaPhoto && find_photo(&media->messageMediaPhoto->photo, out);
}

static int fetch_message(tgauth *auth, int32_t id, download_args *args) {
  tg_inputMessageID number = {id};
  tg_InputMessage one = tg_inputMessageID_box(&number);
  tg_messages_getMessages request = {{&one, 1}};
  tl_call call = tg_messages_getMessages_call(&request);
  mtp_reply *reply;
  mtp_error error;
  found it;
  if (mtp_call_sync(tgauth_client(auth), &call, NULL, &reply, &error) != MTP_OK)
    return report_error(&error);
  int status;
  if (find_file(reply, id, &it)) {
    status = fetch(auth, &it.file, args);
  } else {
    status = local_error("message %d has no document and no photo", (int)id);
  }
  mtp_reply_free(reply);
  return status;
}

static bool number(const char *name, const char *text, long long *out) {
  char *end;
  *out = text ? strtoll(text, &end, 10) : 0;
  if (text && (!*text || *end || *out < 0))
    return usage_error("%s takes a number, not \"%s\"", name, text), false;
  return true;
}

static int fetch_location(const connection_args *connection, download_args *args) {
  tl_arena arena;
  tl_value value;
  tl_error error = {0};
  long long dc, size;
  int status = EXIT_USAGE;
  uint16_t type = tl_find_type(&tg_schema, "InputFileLocation", strlen("InputFileLocation"));
  if (!number("--dc-of-file", args->dc, &dc) || !number("--size", args->size, &size))
    return EXIT_USAGE;
  tl_arena_init(&arena, NULL, 0);
  if (tl_json_read(&tg_schema, type, args->location, strlen(args->location), &arena, &value,
                   &error) != TL_OK) {
    usage_error("LOCATION: %s: %s", error.path, error.text);
  } else {
    mtp_remote_file file = {.dc = (int32_t)dc, .size = size};
    memcpy(&file.location, value.slot, sizeof file.location);
    tgauth *auth = connect_session(connection, &status);
    if (auth)
      status = fetch(auth, &file, args);
    tgauth_close(auth);
  }
  tl_arena_free(&arena);
  return status;
}

static int cmd_download(int argc, char **argv) {
  download_args own = {0};
  const option_spec specs[] = {{"--dc-of-file", &own.dc, NULL},
                               {"--size", &own.size, NULL},
                               {"--continue", NULL, &own.resume},
                               {"--progress", NULL, &own.always}};
  connection_args args;
  const char *words[2];
  size_t n_words;
  int status;
  char *end;
  if (!parse_options(argc, argv, specs, sizeof specs / sizeof *specs, &args, words, 2, &n_words))
    return EXIT_USAGE;
  if (n_words < 2)
    return usage_error("download needs a LOCATION and a path TO");
  own.location = words[0];
  own.to = words[1];
  long id = strtol(own.location, &end, 10);
  if (*end || id <= 0 || id > 0x7fffffff)
    return fetch_location(&args, &own);
  tgauth *auth = connect_session(&args, &status);
  if (!auth)
    return status;
  status = fetch_message(auth, (int32_t)id, &own);
  tgauth_close(auth);
  return status;
}

const command tgcall_upload = {"upload", "FILE [--send]", "upload a file", cmd_upload, help_upload};

const command tgcall_download = {"download", "LOCATION TO", "download a file", cmd_download,
                                 help_download};
