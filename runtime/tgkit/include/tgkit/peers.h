/* Peers: who was seen, and what it takes to call methods with them.
 *
 *   tgkit_peers *peers;
 *   if (tgkit_peers_open(client, NULL, &peers, &error) != MTP_OK) ...
 *   tgkit_input to;
 *   if (tgkit_resolve(peers, "@durov", &to, &error) == MTP_OK)
 *     request.peer = to.peer;
 *   tgkit_peers_close(peers); // before the client
 *
 * Every answer and every update that the client gets is looked at: users, groups and channels in
 * them are learnt, whatever the method, by the tables of the schema. An access hash belongs to one
 * account (https://core.telegram.org/api/peers): a store is asked for those of the session's user,
 * and gives them up when he signs out. What is known only from a "min" object
 * (https://core.telegram.org/api/min) never takes the place of what a full one said; it can be
 * used by way of the message where it was seen.
 */
#ifndef TGKIT_PEERS_H
#define TGKIT_PEERS_H

#include <mtp/client.h>
#include <tg/core.h>
#include <tg/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tgkit_kind {
  TGKIT_NOBODY,
  TGKIT_USER,
  TGKIT_CHAT,   /* a basic group; needs no access hash */
  TGKIT_CHANNEL /* a channel or supergroup */
} tgkit_kind;

/* An id that stands for the kind, too: a user's is his own, a group's is -id, a channel's
 * -(10^12 + id), as bots know them (https://core.telegram.org/api/bots/ids). */
MTP_API int64_t tgkit_marked(tgkit_kind kind, int64_t id);
/* The way back; NOBODY: there can be no such id. */
MTP_API tgkit_kind tgkit_unmark(int64_t marked, int64_t *id);
/* The same of a Peer; 0: absent. */
MTP_API int64_t tgkit_marked_peer(const tg_Peer *peer);

#define TGKIT_MAX_NAMES 16

/* What is known of one. Strings point into the peers and live until something is learnt. */
typedef struct tgkit_peer {
  tgkit_kind kind;
  int64_t id;
  bool has_hash;
  bool min_hash; /* the hash is of a min object: not one to call methods with */
  bool full;     /* a full object was seen */
  bool self;
  int64_t access_hash;
  const char *phone; /* digits; "" unknown */
  size_t n_names;
  const char *names[TGKIT_MAX_NAMES]; /* those that are active, in lower case */
  int32_t photo_dc;                   /* data centre of the photo; 0 unknown */
  int64_t seen_in;                    /* only a min object is known: the chat (marked) and */
  int32_t seen_message;               /* message where it was; 0: nowhere */
  int64_t migrated_to;                /* a group that became this channel; 0: it did not */
} tgkit_peer;

/* ---- where they are kept ---- */

/* What keeps rows, of several accounts apart. Functions return NOMEM or STORE; put may keep rows
 * back until flush. */
typedef struct tgkit_peer_store {
  void *ctx;
  mtp_status (*load)(void *ctx, int64_t account, void (*each)(void *to, const tgkit_peer *row),
                     void *to);
  mtp_status (*put)(void *ctx, int64_t account, const tgkit_peer *row);
  mtp_status (*flush)(void *ctx);
  mtp_status (*clear)(void *ctx, int64_t account); /* all of one account */
  void (*free)(void *ctx);
} tgkit_peer_store;

/* A text file that is appended to, and tidied up when it is opened; only its owner may read it.
 * Lines that cannot be read are skipped. NOMEM, STORE. */
MTP_API TL_MUST_USE mtp_status tgkit_peer_file(const char *path, tgkit_peer_store *out,
                                               mtp_error *error);
/* Tells the entries of such a file, those of one account or, with 0, of all, and changes nothing:
 * for a program that looks at what another one keeps. A row is valid during the call. STORE: it
 * cannot be read. */
MTP_API TL_MUST_USE mtp_status tgkit_peer_file_rows(const char *path, int64_t account,
                                                    void (*each)(void *to, const tgkit_peer *row),
                                                    void *to, mtp_error *error);
/* A table of an SQLite database, which may be one of the program's own. ARGUMENT: the library was
 * built without SQLite; NOMEM, STORE. */
MTP_API TL_MUST_USE mtp_status tgkit_peer_sqlite(const char *path, tgkit_peer_store *out,
                                                 mtp_error *error);

/* A database of any kind that keeps bytes under keys. load gives those whose keys begin with prefix
 * to each, in any order; save replaces rows, all or none, and deletes where there are no bytes; no
 * key is there twice. They return OK, NOMEM or STORE. free may be NULL. */
typedef struct tgkit_rows {
  void *ctx;
  mtp_status (*load)(void *ctx, const char *prefix,
                     void (*each)(void *to, const char *key, tl_bytes data), void *to);
  mtp_status (*save)(void *ctx, const char *const *keys, const tl_bytes *data, size_t count);
  void (*free)(void *ctx);
} tgkit_rows;
/* A row for each peer in such a database, under "peer/ACCOUNT/ID", such as rows beside a session
 * (tgauth_store_load_rows() in libtgauth). *rows is copied, and its ctx becomes owned, also on
 * failure. NOMEM. */
MTP_API TL_MUST_USE mtp_status tgkit_peer_rows(const tgkit_rows *rows, tgkit_peer_store *out,
                                               mtp_error *error);

/* ---- the peers of a client ---- */

typedef struct tgkit_peers tgkit_peers;

/* Begins to learn from what the client gets. The store is copied and becomes owned, also on
 * failure; NULL: memory only. One to a client. NOMEM, STORE. */
MTP_API TL_MUST_USE mtp_status tgkit_peers_open(mtp_client *client, const tgkit_peer_store *store,
                                                tgkit_peers **out, mtp_error *error);
/* Ends that; before the client is freed. NULL is fine. */
MTP_API void tgkit_peers_close(tgkit_peers *peers);

/* Learns from a value that came another way, such as one read from a file. */
MTP_API void tgkit_learn(tgkit_peers *peers, const tl_value *value);
/* Takes a row over as it is: from other libraries' files of sessions. NOMEM. */
MTP_API TL_MUST_USE mtp_status tgkit_peers_put(tgkit_peers *peers, const tgkit_peer *row);

/* What is known; NULL: nothing. By a name without regard to case, without @; by digits. */
MTP_API const tgkit_peer *tgkit_peer_by_id(tgkit_peers *peers, tgkit_kind kind, int64_t id);
MTP_API const tgkit_peer *tgkit_peer_by_name(tgkit_peers *peers, const char *name);
MTP_API const tgkit_peer *tgkit_peer_by_phone(tgkit_peers *peers, const char *digits);

/* A peer as methods take it. peer, user and channel point into the struct itself: it is not to be
 * copied. */
typedef struct tgkit_input {
  tg_InputPeer peer;
  tg_InputUser user;       /* of a user */
  tg_InputChannel channel; /* of a channel */
  tgkit_kind kind;
  int64_t id;
  struct { /* private */
    tg_inputPeerSelf self;
    tg_inputPeerUser user;
    tg_inputPeerChat chat, in_chat;
    tg_inputPeerChannel channel, in_channel;
    tg_inputPeerUser in_user;
    tg_inputPeerUserFromMessage seen_user;
    tg_inputPeerChannelFromMessage seen_channel;
    tg_inputUserSelf input_self;
    tg_inputUser input_user;
    tg_inputUserFromMessage input_seen_user;
    tg_inputChannel input_channel;
    tg_inputChannelFromMessage input_seen_channel;
  } of;
} tgkit_input;

/* Makes one without asking anybody. A group that became a channel gives the channel. false: not
 * enough is known. */
MTP_API bool tgkit_input_of(tgkit_peers *peers, tgkit_kind kind, int64_t id, tgkit_input *out);
/* Oneself: inputPeerSelf and its like. */
MTP_API void tgkit_input_self(tgkit_peers *peers, tgkit_input *out);

/* Whom a text means: "me"; "@name" or "name"; "+phone"; "https://t.me/name" (and t.me/+phone,
 * t.me/c/id/message, name.t.me, tg://resolve?domain=, tg://resolve?phone=, tg://user?id=); a marked
 * id. The server is asked only for what is not known: contacts.resolveUsername,
 * contacts.resolvePhone, and for bots, who need no hash, users.getUsers and channels.getChannels.
 * Blocks then, as mtp_call_sync(), and returns what that does; ARGUMENT: it means nobody, or nobody
 * who is known. */
MTP_API TL_MUST_USE mtp_status tgkit_resolve(tgkit_peers *peers, const char *who, tgkit_input *out,
                                             mtp_error *error);
/* Which message a text means: "PEER/NUMBER", where PEER is as above and has no blanks around it,
 * and links to messages: t.me/name/7, t.me/name/TOPIC/7, t.me/c/id/7,
 * tg://resolve?domain=name&post=7, tg://privatepost?channel=id&post=7. ARGUMENT: it names none, or
 * a comment (?comment=), which is a message of another chat. Else as tgkit_resolve(). */
MTP_API TL_MUST_USE mtp_status tgkit_resolve_message(tgkit_peers *peers, const char *text,
                                                     tgkit_input *chat, int32_t *id,
                                                     mtp_error *error);
/* The same by kind and id. */
MTP_API TL_MUST_USE mtp_status tgkit_resolve_id(tgkit_peers *peers, tgkit_kind kind, int64_t id,
                                                tgkit_input *out, mtp_error *error);

/* After an error of a call made with *input: whether its hash was refused (PEER_ID_INVALID,
 * USER_ID_INVALID, CHANNEL_INVALID) and another one could be found, by the name or phone number
 * that is known. Then *input has it, and the call is worth one more try. May block. */
MTP_API bool tgkit_refresh(tgkit_peers *peers, tgkit_input *input, const mtp_error *error);

#ifdef __cplusplus
}
#endif
#endif
