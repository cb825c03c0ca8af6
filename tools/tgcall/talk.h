/* What commands about people and chats share: a session with peers that are remembered beside it.
 */
#ifndef TGCALL_TALK_H
#define TGCALL_TALK_H

#include "tgcall.h"
#include <tgkit/tgkit.h>

typedef struct talk {
  tgauth *auth;
  tgkit *kit;
  char session[4096], peers[4200]; /* their files; "": none */
} talk;

/* connect_session(), and who was seen with that session (FILE.peers). False with a message. */
bool open_talk(const connection_args *args, talk *out, int *status);
/* Saves and closes. Returns status, or what saving led to. */
int close_talk(talk *t, int status);

/* A talk for a command that has to be ended by report_error() when it fails. */
typedef mtp_status (*talk_about)(talk *t, void *ctx, mtp_error *error);
int talk_and_report(const connection_args *args, talk_about about, void *ctx);

/* Whom a text means, "me", "@name", "+phone", a link, an id (tgkit_resolve()). */
mtp_status whom(talk *t, const char *who, tgkit_input *out, mtp_error *error);

/* How a message goes out. */
typedef struct outgoing {
  tgkit_markup markup;
  tgkit_send_options options; /* points to markup */
} outgoing;
/* The values of --reply-to and --format (NULL: not given). False with a message. */
bool read_outgoing(const char *reply_to, const char *format, outgoing *out);

/* A text from the command line, or standard input when it is "-", where *out points into room. It
 * is UTF-8. An exit status. */
int text_or_input(const char *what, const char *word, tl_buffer *room, const char **out);

/* One piece of JSON, as print_report(), and frees it. NULL: out of memory. */
mtp_status print_line(json_t *object, mtp_error *error);
/* What is printed of a message; NULL: no memory. */
json_t *describe_message(const tg_message *message, tgkit_pages *pages);
/* A value, and an update, as TL has it; NULL: no memory. */
json_t *json_of_value(const tl_value *value);
json_t *describe_update(const tg_Update *update);
/* A message as a line: id, date, chat, from, name, text, file ... or, raw, as TL has it. `pages`
 * (may be NULL) knows the names. */
mtp_status print_message(const tg_Message *message, tgkit_pages *pages, bool raw, mtp_error *error);

/* What history and search are asked for. */
typedef struct wanted_messages {
  const char *who, *text;
  int32_t limit;
  bool raw;
} wanted_messages;
/* Reads PEER, TEXT if `needed` is 2, --limit and --raw, and has `about` print the messages, whose
 * ctx it is. `missing` is said when a word is. Returns the exit status. */
int list_messages(int argc, char **argv, size_t needed, const char *missing, talk_about about);

/* The message that PEER/NUMBER, a link or a number alone names; *reply is yours. */
mtp_status find_message(talk *t, const char *from, mtp_reply **reply, const tg_message **message,
                        mtp_error *error);
/* A name for its file in a folder of ours: the last part of what others named it, of characters
 * that are shown, not hidden; of a photo, which has none, one by its message. */
void name_of_file(const tg_message *message, char *out, size_t size);
/* An error of class store; format has one %s. */
mtp_status refuse_file(mtp_error *error, const char *format, const char *what);

/* A number from least on; 0 where text is NULL. False with a message. */
bool count_of(const char *option, const char *text, int32_t least, int32_t *out);

#endif
