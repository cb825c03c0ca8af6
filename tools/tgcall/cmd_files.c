/* tgcall upload and download. */
#include "tgcall.h"
#include <mtp/files.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help_upload[] =
    "Uploads FILE and prints its InputFile, for use in a call such as messages.sendMedia within\n"
    "the next hours.\n"
    "\n"
    "  --send          send it to oneself as a document and print the Updates instead\n"
    "  --mime TYPE     of that document; application/octet-stream otherwise\n"
    "  --progress      a progress bar on standard error even when that is no terminal\n";
static const char help_download[] =
    "Downloads a file to the path TO, which appears only when all of it is there. LOCATION is an\n"
    "InputFileLocation as JSON, or the number of a message of one's own chat with oneself.\n"
    "\n"
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

static int cmd_upload(int argc, char **argv) {
  const char *path = NULL, *mime = "application/octet-stream";
  bool send = false, always = false;
  const option_spec own[] = {
      {"--mime", &mime, NULL}, {"--send", NULL, &send}, {"--progress", NULL, &always}};
  connection_args args;
  size_t n_words;
  int status;
  mtp_uploaded file;
  mtp_error error;
  if (!parse_options(argc, argv, own, 3, &args, &path, 1, &n_words))
    return EXIT_USAGE;
  if (n_words == 0)
    return usage_error("upload needs a FILE");
  tgauth *auth = connect_session(&args, &status);
  if (!auth)
    return status;
  mtp_transfer_options options = {.progress = show_progress, .progress_ctx = &always};
  if (mtp_upload_path(tgauth_client(auth), path, &options, &file, &error) != MTP_OK)
    status = report_error(&error);
  else
    status = send ? send_document(auth, &file, mime) : print_input(&file);
  tgauth_close(auth);
  return status;
}

/* ---- download ---- */

typedef struct download_args {
  const char *location, *to, *dc, *size;
  bool always;
} download_args;

static int fetch(tgauth *auth, const mtp_remote_file *file, download_args *args) {
  int64_t size;
  mtp_error error;
  mtp_transfer_options options = {.progress = show_progress, .progress_ctx = &args->always};
  if (mtp_download_path(tgauth_client(auth), file, args->to, &options, &size, &error) != MTP_OK)
    return report_error(&error);
  printf("{\"bytes\": %lld}\n", (long long)size);
  return EXIT_OK;
}

static const tg_document *document_of(const mtp_reply *reply) {
  tg_messages_Messages answer = tg_messages_getMessages_result(mtp_reply_value(reply));
  tg_vector_Message list = {0};
  if (answer.kind == TG_messages_messages)
    list = answer.messages_messages->messages;
  else if (answer.kind == TG_messages_messagesSlice)
    list = answer.messages_messagesSlice->messages;
  if (list.count != 1 || list.items[0].kind != TG_message ||
      list.items[0].message->media.kind != TG_messageMediaDocument)
    return NULL;
  tg_Document document = list.items[0].message->media.messageMediaDocument->document;
  return document.kind == TG_document ? document.document : NULL;
}

static int fetch_message(tgauth *auth, int32_t id, download_args *args) {
  tg_inputMessageID number = {id};
  tg_InputMessage one = tg_inputMessageID_box(&number);
  tg_messages_getMessages request = {{&one, 1}};
  tl_call call = tg_messages_getMessages_call(&request);
  mtp_reply *reply;
  mtp_error error;
  if (mtp_call_sync(tgauth_client(auth), &call, NULL, &reply, &error) != MTP_OK)
    return report_error(&error);
  const tg_document *document = document_of(reply);
  int status;
  if (document) {
    tg_inputDocumentFileLocation location = {.id = document->id,
                                             .access_hash = document->access_hash,
                                             .file_reference = document->file_reference,
                                             .thumb_size = TL_STR("")};
    mtp_remote_file file = {.location = tg_inputDocumentFileLocation_box(&location),
                            .dc = document->dc_id,
                            .size = document->size};
    status = fetch(auth, &file, args);
  } else {
    status = local_error("message %d has no document", (int)id);
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
                               {"--progress", NULL, &own.always}};
  connection_args args;
  const char *words[2];
  size_t n_words;
  int status;
  char *end;
  if (!parse_options(argc, argv, specs, 3, &args, words, 2, &n_words))
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
