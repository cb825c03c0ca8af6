/* upload and download, in the folder that was given for it. */
#include <stdio.h>
#include <string.h>

#include "serve/serve.h"

enum { MOST_FILES = 10, PATH = 4200 };

static bool is_text(const json_t *value) {
  return value == NULL || json_is_string(value);
}

static mtp_status send_files(server *s, const json_t *params, const tgkit_file *files, size_t n,
                             int32_t *ids, mtp_error *error) {
  const char *caption = json_string_value(json_object_get(params, "caption"));
  tgkit_input to;
  mtp_status status = whom(&s->t, json_string_value(json_object_get(params, "to")), &to, error);
  return status == MTP_OK
             ? tgkit_send_files(s->t.kit, &to, files, n, tl_string_of(caption ? caption : ""), NULL,
                                NULL, ids, error)
             : status;
}

json_t *serve_upload(server *s, const json_t *params, json_t **error) {
  const json_t *names = json_object_get(params, "files");
  char paths[MOST_FILES][PATH];
  tgkit_file files[MOST_FILES];
  int32_t ids[MOST_FILES];
  size_t n = json_array_size(names);
  mtp_error failed;
  if (n == 0 || n > MOST_FILES || !json_is_string(json_object_get(params, "to")) ||
      !is_text(json_object_get(params, "caption"))) {
    *error = serve_error(RPC_PARAMS, "params need \"files\", one to ten names, and \"to\"", NULL);
    return NULL;
  }
  if (!serve_allows(s, "messages.sendMedia")) {
    *error = serve_error(RPC_FORBIDDEN, "messages.sendMedia is not allowed here", NULL);
    return NULL;
  }
  for (size_t i = 0; i < n; i++) {
    const char *name = json_string_value(json_array_get(names, i));
    if (!serve_path(s, name ? name : "", false, paths[i], sizeof paths[i], error))
      return NULL;
    files[i] =
        (tgkit_file){.path = paths[i], .as_file = json_is_true(json_object_get(params, "as_file"))};
  }
  if (send_files(s, params, files, n, ids, &failed) != MTP_OK) {
    *error = serve_failed(&failed);
    return NULL;
  }
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++)
    json_array_append_new(list, json_integer(ids[i]));
  return json_pack("{s:o}", "message_ids", list);
}

static mtp_status fetch(server *s, const tg_message *message, const char *path, int64_t *size,
                        mtp_error *error) {
  tgkit_remote remote;
  if (!tgkit_remote_file(s->t.kit, message, &remote))
    return refuse_file(error, "the message has no document and no photo%s", "");
  return mtp_download_path(tgauth_client(s->t.auth), &remote.file, path, NULL, size, error);
}

json_t *serve_download(server *s, const json_t *params, json_t **error) {
  const char *from = json_string_value(json_object_get(params, "message"));
  const char *to = json_string_value(json_object_get(params, "to"));
  char path[PATH], name[200];
  const tg_message *message;
  mtp_reply *reply;
  mtp_error failed;
  int64_t size = 0;
  if (!from || !is_text(json_object_get(params, "to"))) {
    *error = serve_error(RPC_PARAMS, "params need \"message\": PEER/NUMBER or a link", NULL);
    return NULL;
  }
  if (!serve_allows(s, "messages.getMessages") || !serve_allows(s, "channels.getMessages")) {
    *error = serve_error(RPC_FORBIDDEN, "getMessages is not allowed here", NULL);
    return NULL;
  }
  mtp_status status = find_message(&s->t, from, &reply, &message, &failed);
  if (status == MTP_OK) {
    name_of_file(message, name, sizeof name);
    to = to ? to : name;
    if (serve_path(s, to, true, path, sizeof path, error))
      status = fetch(s, message, path, &size, &failed);
    mtp_reply_free(reply);
  }
  if (status != MTP_OK)
    *error = serve_failed(&failed);
  return *error ? NULL : json_pack("{s:s, s:I}", "file", to, "bytes", (json_int_t)size);
}
