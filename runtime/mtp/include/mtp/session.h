/* What has to be kept to go on later without signing in again (core.telegram.org/mtproto/auth_key):
 * keys, data centres, who one is, update state. Plain data, so that stores (libtgauth) and tests
 * can read and make it. */
#ifndef MTP_SESSION_H
#define MTP_SESSION_H

#include <mtp/error.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MTP_KEY_SIZE    256
#define MTP_DC_MAX      9999 /* the largest number of a data centre */
#define MTP_MAX_DCS     32   /* keys of as many data centres */
#define MTP_MAX_OPTIONS 64   /* addresses */
#define MTP_MAX_TOKENS  20   /* future auth tokens (LG-3) */

enum { /* mtp_dc_option.flags, as in dcOption */
       MTP_DC_IPV6 = 1,
       MTP_DC_MEDIA = 2,
       MTP_DC_TCPO = 4,
       MTP_DC_CDN = 8,
       MTP_DC_STATIC = 16,
       MTP_DC_THIS_PORT = 32
};

/* One address of one data centre. */
typedef struct mtp_dc_option {
  int32_t dc;
  uint16_t port;
  uint16_t flags;
  char host[64];      /* IPv4 or IPv6 address, or a name; NUL-terminated */
  uint8_t secret[32]; /* MTProxy-style secret of a tcpo option, secret_size bytes */
  uint8_t secret_size;
} mtp_dc_option;

/* The permanent key of one data centre. */
typedef struct mtp_dc_key {
  int32_t dc;
  bool media;    /* made at a media-only address (KX-3); there it goes before the other one */
  bool imported; /* the user's authorization was imported there (AP-4) */
  uint8_t key[MTP_KEY_SIZE];
  int64_t salt;    /* last known server salt */
  int64_t created; /* unix seconds; 0 unknown */
} mtp_dc_key;

typedef struct mtp_update_state {
  int32_t pts, qts, date, seq;
} mtp_update_state;

typedef struct mtp_channel_state {
  int64_t channel_id, access_hash;
  int32_t pts;
} mtp_channel_state;

/* Whose servers a session is of (TB-3): a key is worth nothing at others, and shown to them gives
 * away that it exists. */
typedef enum mtp_servers_kind {
  MTP_SERVERS_UNKNOWN, /* of an older version or another library; learnt when its key is known */
  MTP_SERVERS_PRODUCTION,
  MTP_SERVERS_TEST, /* Telegram's test servers */
  MTP_SERVERS_OWN   /* with addresses or RSA keys of one's own: mtp_options.dcs, public_keys */
} mtp_servers_kind;

#define MTP_MAX_FINGERPRINTS 8

typedef struct mtp_servers {
  mtp_servers_kind kind;
  size_t n_fingerprints;
  int64_t fingerprints[MTP_MAX_FINGERPRINTS]; /* of the RSA keys (KX-2) that they may hold */
} mtp_servers;

typedef struct mtp_session {
  mtp_servers servers;
  int32_t home_dc; /* 0: none yet */
  bool test;       /* Telegram's test data centres */
  bool signed_in;
  bool bot;
  int32_t api_id;           /* that it was made with; 0 unknown */
  int64_t user_id;          /* 0 unknown */
  int32_t time_offset;      /* server time - local time, seconds */
  mtp_dc_key *keys;         /* owned, changed by the functions below; at most MTP_MAX_DCS */
  size_t n_keys, keys_room; /* room is for the functions below */
  mtp_dc_option *options;   /* the same; at most MTP_MAX_OPTIONS */
  size_t n_options;
  mtp_update_state updates;    /* all zero: unknown */
  mtp_channel_state *channels; /* owned */
  size_t n_channels;
  size_t channels_room;            /* how many `channels` was allocated for; 0: n_channels */
  tl_bytes tokens[MTP_MAX_TOKENS]; /* owned, newest first */
  size_t n_tokens;
  const tl_allocator *allocator;
} mtp_session;

/* An empty session; the allocator (NULL: malloc) must outlive it. */
MTP_API void mtp_session_init(mtp_session *session, const tl_allocator *allocator);
/* Wipes keys, frees what it owns, and leaves it as after mtp_session_init(). */
MTP_API void mtp_session_free(mtp_session *session);
/* Replaces an initialised session by a copy. NOMEM: `to` is as it was. */
MTP_API TL_MUST_USE mtp_status mtp_session_copy(mtp_session *to, const mtp_session *from);

/* The key of a data centre, NULL when there is none. Valid until a key is set or dropped. */
MTP_API mtp_dc_key *mtp_session_key(mtp_session *session, int32_t dc, bool media);
/* Adds a key, or replaces the one that is there. NOMEM; ARGUMENT when there are MTP_MAX_DCS. */
MTP_API TL_MUST_USE mtp_status mtp_session_set_key(mtp_session *session, int32_t dc, bool media,
                                                   const uint8_t key[MTP_KEY_SIZE], int64_t salt);
/* Wipes and removes a key, if there is one. */
MTP_API void mtp_session_drop_key(mtp_session *session, int32_t dc, bool media);
/* Appends an address. NOMEM; ARGUMENT when full. */
MTP_API TL_MUST_USE mtp_status mtp_session_add_option(mtp_session *session,
                                                      const mtp_dc_option *option);
/* Replaces all addresses by n others, copied; they may be some of its own. NOMEM, ARGUMENT (more
 * than MTP_MAX_OPTIONS): nothing has changed. */
MTP_API TL_MUST_USE mtp_status mtp_session_set_options(mtp_session *session,
                                                       const mtp_dc_option *options, size_t n);
/* Puts a token of `size` bytes first (nothing changes if it is there already), drops the oldest
 * beyond MTP_MAX_TOKENS. Copies it. NOMEM. */
MTP_API TL_MUST_USE mtp_status mtp_session_add_token(mtp_session *session, const void *token,
                                                     size_t size);

/* Takes addresses from the signed configuration that Telegram publishes where its own servers are
 * out of reach (help.configSimple: in DNS TXT records of apv3.stel.com, and elsewhere), and puts
 * them first. text: base64 of 256 bytes; other characters are left out. phone: digits, to pick what
 * is meant for that number; NULL: all. public_key: PEM, NULL: Telegram's. now: unix seconds, to
 * check its dates; 0: do not. Fetching it is up to you. NOMEM; ARGUMENT: not signed by that key,
 * out of date, or without an address. */
MTP_API TL_MUST_USE mtp_status mtp_session_add_config(mtp_session *session, const char *text,
                                                      size_t size, const char *phone,
                                                      const char *public_key, int64_t now);

/* The built-in addresses of Telegram's data centres (schema/dc.tsv), for bootstrap: *count of them,
 * constant; never NULL. */
MTP_API const mtp_dc_option *mtp_builtin_dcs(bool test, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
