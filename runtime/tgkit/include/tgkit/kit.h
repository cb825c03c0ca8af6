/* A program that hears and answers: updates by kind, each to the function that wants it.
 *
 *   static void echo(void *ctx, const tgkit_update *update) {
 *     tgkit_reply(update, update->message->message, NULL, NULL, NULL);
 *   }
 *   ...
 *   tgkit *kit;
 *   if (tgkit_open(client, NULL, &kit, &error) != MTP_OK) ...
 *   tgkit_on(kit, TGKIT_MESSAGES, &(tgkit_filter){.incoming = true}, echo, NULL);
 *   status = tgkit_run(kit, &error); // until tgkit_stop(), or the session is lost
 *   tgkit_close(kit);
 *
 * Handlers are called by tgkit_run() and tgkit_process(), one after the other, never from inside
 * the client: they may block and make any call. A client for it wants options.keep_updates, so that
 * nothing is missed; tgkit_options() sets it.
 */
#ifndef TGKIT_KIT_H
#define TGKIT_KIT_H

#include <tgkit/peers.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tgkit tgkit;

typedef struct tgkit_settings {
  const tgkit_peer_store *peers; /* copied, becomes owned, also on failure; NULL: memory */
  /* The session changed, and all updates before were handled: time to save it, e.g. with
   * tgauth_save(). NULL: nobody does. An error ends tgkit_run(). */
  mtp_status (*save)(void *ctx, mtp_error *error);
  /* Every event of the client that is no update, after tgkit has seen it; NULL. */
  void (*event)(void *ctx, const mtp_event *event);
  void *ctx;
} tgkit_settings;

/* What such a program wants of a client: the defaults, and updates kept in order without gaps. */
MTP_API void tgkit_options(mtp_options *options);

/* One to a client, which has to outlive it. settings may be NULL. NOMEM, STORE. */
MTP_API TL_MUST_USE mtp_status tgkit_open(mtp_client *client, const tgkit_settings *settings,
                                          tgkit **out, mtp_error *error);
MTP_API void tgkit_close(tgkit *kit); /* NULL is fine */
MTP_API mtp_client *tgkit_client(const tgkit *kit);
MTP_API tgkit_peers *tgkit_peers_of(const tgkit *kit);

/* ---- what is heard ---- */

/* One update, with what its container said of people and chats. Valid during the handler. */
typedef struct tgkit_update {
  tgkit *kit;
  const tg_Update *update;     /* as it came */
  const tg_message *message;   /* of TGKIT_MESSAGES and TGKIT_EDITS; else NULL */
  const tg_Updates *container; /* all of it */
  tg_vector_User users;        /* of the container */
  tg_vector_Chat chats;
} tgkit_update;

typedef void (*tgkit_handler)(void *ctx, const tgkit_update *update);

typedef enum tgkit_what {
  TGKIT_MESSAGES = 1,  /* updateNewMessage, updateNewChannelMessage, and the short forms */
  TGKIT_EDITS = 2,     /* updateEditMessage, updateEditChannelMessage */
  TGKIT_DELETIONS = 4, /* updateDeleteMessages, updateDeleteChannelMessages */
  TGKIT_CALLBACKS = 8, /* updateBotCallbackQuery, updateInlineBotCallbackQuery: a button */
  TGKIT_INLINE = 16,   /* updateBotInlineQuery */
  TGKIT_JOINS = 32, /* updateChatParticipant, updateChannelParticipant, updateChatParticipantAdd */
  TGKIT_ALL = -1    /* every update */
} tgkit_what;

/* Which messages; all zero: all. */
typedef struct tgkit_filter {
  bool incoming, outgoing;                 /* one of them: only those */
  bool in_private, in_groups, in_channels; /* any of them: only there */
  int64_t chat;                            /* marked; 0: any */
  const char *command; /* "start": messages "/start", "/start@bot" and "/start text"; copied */
} tgkit_filter;

/* Adds a handler; handlers are called in the order in which they were added. what: tgkit_what,
 * or-ed. filter (copied; NULL: all) concerns messages and edits. NOMEM. */
MTP_API mtp_status tgkit_on(tgkit *kit, int what, const tgkit_filter *filter, tgkit_handler handler,
                            void *ctx);
/* For one constructor of Update. NOMEM. */
MTP_API mtp_status tgkit_on_update(tgkit *kit, enum tg_Update_kind kind, tgkit_handler handler,
                                   void *ctx);

/* Somebody of the update's container; NULL: not in there. */
MTP_API const tg_user *tgkit_user_in(const tgkit_update *update, int64_t id);

/* ---- the loop ---- */

/* Polls the client and hands out what it has, until tgkit_stop(), which makes it OK. KEY_LOST: the
 * authorization is gone; STORE: another process has the session; what save returned. */
MTP_API TL_MUST_USE mtp_status tgkit_run(tgkit *kit, mtp_error *error);
/* For a loop of your own: after each mtp_client_process(). The same statuses. */
MTP_API TL_MUST_USE mtp_status tgkit_process(tgkit *kit, mtp_error *error);
/* From a handler, or a signal handler or another thread followed by mtp_client_wake(). */
MTP_API void tgkit_stop(tgkit *kit);

#ifdef __cplusplus
}
#endif
#endif
