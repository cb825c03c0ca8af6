/* The calls that most programs make, in one line each. All block, as mtp_call_sync(), and return
 * what it does; a hash that the server refuses is asked for once more (tgkit_refresh()). Whoever
 * does not want to block calls the methods named (core.telegram.org/methods). Each that has an
 * error returns any status that mtp_call_sync() can. */
#ifndef TGKIT_MESSAGE_H
#define TGKIT_MESSAGE_H

#include <mtp/files.h>
#include <tgkit/kit.h>
#include <tgkit/text.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Choices for a message; all zero is the default. */
typedef struct tgkit_send_options {
  const tgkit_markup *markup; /* text is read by this grammar; NULL: it is plain */
  int32_t reply_to;           /* id of a message of the same chat; 0: none */
  bool silent, no_webpage;
  tg_ReplyMarkup reply_markup; /* kind 0: none */
  int64_t random_id;           /* the server takes each only once; 0: a random one */
} tgkit_send_options;

/* messages.sendMessage. *id (may be NULL) is the new message's. ARGUMENT: the markup is wrong, text
 * says where. */
MTP_API mtp_status tgkit_send(tgkit *kit, tgkit_input *to, tl_string text,
                              const tgkit_send_options *options, int32_t *id, mtp_error *error);
/* The same to where a message came from, as an answer to it. A handler that is run again for the
 * same message, since the program ended before the session was saved, sends the same random_id
 * again: the message is answered once. */
MTP_API mtp_status tgkit_reply(const tgkit_update *update, tl_string text,
                               const tgkit_send_options *options, int32_t *id, mtp_error *error);
/* messages.editMessage: another text in the place of the old. */
MTP_API mtp_status tgkit_edit(tgkit *kit, tgkit_input *chat, int32_t id, tl_string text,
                              const tgkit_send_options *options, mtp_error *error);
/* messages.deleteMessages or channels.deleteMessages, for everybody. */
MTP_API mtp_status tgkit_delete(tgkit *kit, tgkit_input *chat, const int32_t *ids, size_t n,
                                mtp_error *error);
/* messages.forwardMessages, n of them, in their order. */
MTP_API mtp_status tgkit_forward(tgkit *kit, tgkit_input *from, const int32_t *ids, size_t n,
                                 tgkit_input *to, mtp_error *error);
/* messages.setTyping: "is typing" for some seconds, or until a message. */
MTP_API mtp_status tgkit_typing(tgkit *kit, tgkit_input *chat, mtp_error *error);

/* A file that is to be sent. */
typedef struct tgkit_file {
  const char *path; /* NULL: what fd has, from where it stands to its end */
  int fd;
  const char *name; /* for others; NULL: the path's last part, or "file" */
  const char *mime; /* NULL: by the name */
  bool as_file;     /* a document, also where the name says that it is a photo */
} tgkit_file;

/* Uploads n files and sends them, in their order. What its name says to be a photo goes as one, if
 * it has at most 10 MiB and as_file is not set; everything else as a document with a MIME type by
 * its name. Neighbours of one kind (photos; audio; other documents) with a path make albums, of ten
 * at most: messages.uploadMedia of each, then messages.sendMultiMedia; one that stands alone goes
 * by messages.sendMedia. The first has the caption. options->random_id is the first one's, the next
 * count on from there; transfer (may be NULL) is for each file anew. ids gets n numbers of
 * messages, 0 for what was not sent when it fails on the way. Statuses of mtp_upload_path() and
 * tgkit_send().
 */
MTP_API mtp_status tgkit_send_files(tgkit *kit, tgkit_input *to, const tgkit_file *files, size_t n,
                                    tl_string caption, const tgkit_send_options *options,
                                    const mtp_transfer_options *transfer, int32_t *ids,
                                    mtp_error *error);
/* The same of one file with a path; *id may be NULL. */
MTP_API mtp_status tgkit_send_file(tgkit *kit, tgkit_input *to, const char *path, tl_string caption,
                                   bool as_file, const tgkit_send_options *options,
                                   const mtp_transfer_options *transfer, int32_t *id,
                                   mtp_error *error);

/* One message by its number: messages.getMessages, or channels.getMessages. *out points into
 * *reply, which is yours to free. ARGUMENT: there is none in that chat, or it is empty or a service
 * message; *reply is NULL then. */
MTP_API TL_MUST_USE mtp_status tgkit_message(tgkit *kit, tgkit_input *chat, int32_t id,
                                             mtp_reply **reply, const tg_message **out,
                                             mtp_error *error);
/* The messages of an answer, in the answer's memory; none when it says that they did not change. */
MTP_API tg_vector_Message tgkit_messages_of(const tg_messages_Messages *answer);
/* What mtp_download_path() and its like take. location points into the struct itself and into the
 * message: it is not to be copied. */
typedef struct tgkit_remote {
  mtp_remote_file file;
  union { /* private */
    tg_inputDocumentFileLocation document;
    tg_inputPhotoFileLocation photo;
  } of;
} tgkit_remote;
/* The document or photo (its largest size, in bytes) of a message, with the message as the place
 * from where its reference can be fetched anew. false: it has none. */
MTP_API bool tgkit_remote_file(tgkit *kit, const tg_message *message, tgkit_remote *out);
/* Downloads it to a path. ARGUMENT: it has none; any status of mtp_download_path(). */
MTP_API mtp_status tgkit_download(tgkit *kit, const tg_message *message, const char *path,
                                  const mtp_transfer_options *transfer, int64_t *size,
                                  mtp_error *error);
/* The name that a document was sent with, as its sender wrote it: it may hold slashes, "..",
 * control characters, and is no path to write to; "" for others. Valid as long as the message. */
MTP_API tl_string tgkit_file_name(const tg_message *message);
/* "image/png" of "a.PNG"; "application/octet-stream" if it is not known. A constant. */
MTP_API const char *tgkit_mime_type(const char *name);

/* Where a message is; false: too little is known of the chat. */
MTP_API bool tgkit_chat_of(tgkit *kit, const tg_message *message, tgkit_input *out);

/* ---- lists ---- */

/* A list that is fetched a page at a time. What next() gives is valid until the next call with it.
 */
typedef struct tgkit_pages tgkit_pages;

/* messages.getHistory, the newest first. chat is copied. NULL: out of memory. */
MTP_API tgkit_pages *tgkit_history(tgkit *kit, const tgkit_input *chat);
/* messages.getDialogs, the last ones used first; yours. NULL: out of memory. */
MTP_API tgkit_pages *tgkit_dialogs(tgkit *kit);
/* channels.getParticipants of a channel; yours. NULL: out of memory. */
MTP_API tgkit_pages *tgkit_participants(tgkit *kit, const tgkit_input *channel);

/* The next one; NULL at the end (*status OK) or after a failure. Each is valid until the next,
 * and gives NULL for pages of another list. */
MTP_API const tg_Message *tgkit_next_message(tgkit_pages *pages, mtp_status *status,
                                             mtp_error *error);
MTP_API const tg_dialog *tgkit_next_dialog(tgkit_pages *pages, mtp_status *status,
                                           mtp_error *error);
MTP_API const tg_ChannelParticipant *tgkit_next_participant(tgkit_pages *pages, mtp_status *status,
                                                            mtp_error *error);
/* The name to show of somebody in the page: a person's name, a chat's title; "" unknown. Valid as
 * long as the page, or in the size bytes of out. */
MTP_API const char *tgkit_title(tgkit_pages *pages, const tg_Peer *peer, char *out, size_t size);
MTP_API void tgkit_pages_free(tgkit_pages *pages); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
