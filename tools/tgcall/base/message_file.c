/* Messages with files: found by what a person calls them, and named. */
#include "talk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tl/visible.h>

mtp_status refuse_file(mtp_error *error, const char *format, const char *what) {
  *error = (mtp_error){.status = MTP_ERR_STORE, .method = TL_NONE};
  snprintf(error->text, sizeof error->text, format, what);
  return error->status;
}

/* What stands behind the last slash of either kind. */
static tl_string last_part(tl_string name) {
  tl_string part = name;
  for (size_t i = 0; i < name.size; i++)
    if (name.data[i] == '/' || name.data[i] == '\\')
      part = (tl_string){name.data + i + 1, name.size - i - 1};
  return part;
}

/* What a terminal would obey instead of show, when it lists the folder, is written out (TB-8). */
void name_of_file(const tg_message *message, char *out, size_t size) {
  tl_string name = last_part(tgkit_file_name(message));
  tl_visible(out, size, name.data, name.size);
  for (size_t i = 0; out[i]; i++)
    if ((unsigned char)out[i] < 32 || out[i] == '\\' || (i == 0 && strchr(".-", out[i])))
      out[i] = '_';
  if (!out[0])
    snprintf(out, size, "%s-%d%s", message->media.kind == TG_messageMediaPhoto ? "photo" : "file",
             (int)message->id, message->media.kind == TG_messageMediaPhoto ? ".jpg" : "");
}

/* A number alone is of any chat that is no channel. */
static mtp_status find_chat(talk *t, const char *from, tgkit_input *chat, int32_t *id,
                            mtp_error *error) {
  if (from[strspn(from, "0123456789")])
    return tgkit_resolve_message(tgkit_peers_of(t->kit), from, chat, id, error);
  long long n = strtoll(from, NULL, 10);
  *chat = (tgkit_input){.kind = TGKIT_USER};
  *id = (int32_t)n;
  return n > 0 && n <= 0x7fffffff ? MTP_OK
                                  : refuse_file(error, "\"%s\" is no number of a message", from);
}

mtp_status find_message(talk *t, const char *from, mtp_reply **reply, const tg_message **message,
                        mtp_error *error) {
  tgkit_input chat;
  int32_t id;
  mtp_status status = find_chat(t, from, &chat, &id, error);
  if (status != MTP_OK)
    return status;
  status = tgkit_message(t->kit, &chat, id, reply, message, error);
  return status == MTP_ERR_ARGUMENT
             ? refuse_file(error, "there is no message %s, so no document and no photo", from)
             : status;
}
