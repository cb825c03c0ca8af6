/* The types that all of tgdc works on. Nothing here is seen from outside. */
#ifndef TGDC_DC_H
#define TGDC_DC_H

#include <stdio.h>
#include <string.h>
#include <tg/tg.h>
#include <tgdc/tgdc.h>
#include <tl/wire.h>

#include "crypto/auth_key.h"

#define DC_SECOND ((int64_t)1000000)
#define DC_SALT_PERIOD                                                                             \
  1800 /* seconds that a salt is the current one; it is taken for as many more */
#define DC_RECEIVED     1024               /* message ids remembered per session */
#define DC_MAX_QUEUE    2000               /* messages kept for a session whose client is away */
#define DC_MAX_UNACKED  ((size_t)64 << 20) /* bytes kept for one that does not acknowledge */
#define DC_MAX_SESSIONS 100000
#define DC_MAX_KEYS     200000
#define DC_MAX_PACKET   ((size_t)1 << 21)
#define DC_TEXT         128 /* device names and the like, cut to this */

typedef struct dc_key dc_key;
typedef struct dc_session dc_session;
typedef struct dc_user dc_user;
typedef struct dc_message dc_message;
struct dc_call;

/* Who a permanent key belongs to. */
typedef struct dc_login {
  int64_t user_id;         /* 0: nobody */
  int64_t pending_id;      /* the code was right, the password is awaited; 0: none */
  int64_t hash;            /* names it in account.getAuthorizations */
  int32_t created, active; /* unix seconds */
  int32_t api_id;
  int32_t layer;
  char device[DC_TEXT], system[DC_TEXT], app[DC_TEXT], lang[16], ip[DC_TEXT];
} dc_login;

struct dc_key {
  dc_key *next; /* of its hash slot */
  mtp_auth_key key;
  int64_t salt;    /* the first one, from the key exchange */
  int64_t created; /* unix seconds */
  int64_t expires; /* temporary: unix seconds; 0: permanent */
  int64_t perm_id; /* temporary: the key it is bound to; 0: not bound */
  int dc;
  int32_t asked;      /* the number that the client gave that data centre; 0: none */
  int32_t salt_shift; /* periods that the salts were moved on by command */
  dc_login login;     /* permanent keys */
  int64_t heard_on;   /* the session that hears updates under it; 0: none yet */
  bool duplicated;    /* two clients have used it at a time */
};

/* A message to the client, from the moment it exists until it is acknowledged. */
struct dc_message {
  dc_message *next;
  int64_t msg_id;  /* 0: not sent yet */
  int64_t answers; /* rpc_result: the request's message; else 0 */
  int32_t seqno;
  bool content;  /* to be acknowledged */
  bool response; /* its id ends in 1 */
  size_t size;
  uint8_t body[];
};

typedef enum dc_state {
  DC_STATE_NONE,
  DC_STATE_RECEIVED,
  DC_STATE_RUNNING,
  DC_STATE_DONE,
  DC_STATE_FAILED
} dc_state;

/* What is remembered of a message from the client. */
typedef struct dc_received {
  int64_t msg_id;
  int32_t seqno;
  dc_state state;
} dc_received;

/* An answer that the configuration put in place of the real one. */
typedef struct dc_rule {
  struct dc_rule *next;
  char method[64]; /* "auth.sendCode", "auth.*", "*" */
  char phone[24];  /* "": any */
  int dc;          /* 0: any */
  int32_t code;
  char text[96]; /* error; "" with json NULL: only a delay */
  char *json;    /* answer instead of an error; owned */
  size_t json_size;
  int times;         /* how often it applies; -1: always */
  int skip;          /* lets so many calls pass first */
  int64_t delay;     /* microseconds before the answer */
  bool drop;         /* closes the connection instead of an answer */
  bool silent;       /* never answers */
  int32_t transport; /* a transport error instead, such as -429; 0: none */
  int32_t bad_msg;   /* a bad_msg_notification (48: bad_server_salt) instead; 0: none */
} dc_rule;

/* A request that waits: for another one (invokeAfterMsg) or for an ordered delay. */
typedef struct dc_deferred {
  struct dc_deferred *next;
  int64_t msg_id;
  int64_t until; /* runs then, whatever it waits for */
  bool delayed;  /* by rule; else it waits for others */
  dc_rule rule;  /* its json lies behind the body */
  size_t size;
  uint8_t body[];
} dc_deferred;

struct dc_session {
  dc_session *next, *hash_next;
  int64_t id;
  int64_t key_id;  /* under which it was last heard; sealed with that */
  int dc;          /* the data centre of that key */
  tgdc_conn *conn; /* NULL: the client is away */
  int64_t first_msg_id;
  int64_t unique_id;
  int64_t last_heard;
  int32_t sent;        /* content messages so far: seqno */
  int32_t layer;       /* 0: none named yet */
  bool initialised;    /* initConnection came */
  bool superseded;     /* another session hears updates in its place */
  bool no_updates;     /* the last request was under invokeWithoutUpdates */
  dc_message *queue;   /* to be sent, oldest first */
  dc_message *unacked; /* sent, content */
  size_t queued;
  dc_deferred *deferred;
  tl_buffer acks; /* ids to be acknowledged, 8 bytes each */
  dc_received received[DC_RECEIVED];
  size_t n_received; /* ever */
};

/* One login code that is on its way. */
typedef struct dc_code {
  struct dc_code *next;
  char phone[24];
  char hash[24]; /* phone_code_hash */
  char code[64];
  char email_code[16]; /* login e-mail that is being set up, or the reset of it */
  char email[DC_TEXT];
  int64_t key_id;
  int64_t sent;    /* unix seconds */
  int64_t user_id; /* change of number, deletion: who asked; 0: sign-in */
  int step;        /* how often it was resent: which row of the account's list of types */
  int wrong;       /* wrong codes so far */
  bool confirmed;  /* the code was right: signUp may follow */
} dc_code;

typedef struct dc_srp dc_srp;

/* One message in somebody's box. */
typedef struct dc_message_text {
  int32_t id, date, pts;
  int64_t file;  /* an uploaded document or photo; 0: none */
  int64_t album; /* what it was sent together with has the same; 0: it stands alone */
  int64_t from, peer, random_id;
  bool out;
  char *text;
  size_t size;
} dc_message_text;

/* A password that becomes the account's own once the recovery address is confirmed. */
typedef struct dc_pending {
  bool there;
  uint8_t salt1[64];
  size_t salt1_size;
  uint8_t verifier[256];
  char hint[DC_TEXT];
} dc_pending;

#define DC_MAX_TYPES 8

struct dc_user {
  dc_user *next;
  int64_t id, access_hash;
  bool bot;
  bool deleted;
  bool fixed_code;
  char phone[24]; /* digits; "" of a bot */
  char token[80]; /* bot */
  char code[64];  /* the fixed code */
  char first_name[DC_TEXT], last_name[DC_TEXT], username[40], about[DC_TEXT];
  int dc; /* where it lives; 0: anywhere */
  /* two-step verification; no password: has_password false */
  bool has_password;
  uint8_t salt1[64], salt2[16];
  size_t salt1_size;
  uint8_t verifier[256];
  int64_t password_changed; /* unix seconds */
  char hint[DC_TEXT];
  uint8_t new_salt1[8], new_salt2[16]; /* offered for the next password */
  dc_pending pending;                  /* password that awaits its e-mail address */
  char recovery_email[DC_TEXT], unconfirmed_email[DC_TEXT], email_code[16], recovery_code[16];
  int64_t takeout;       /* id of the takeout session that is open; 0: none */
  int64_t reset_at;      /* unix seconds; 0: none asked for */
  int64_t reset_refused; /* declined: a new one not before */
  char login_email[DC_TEXT];
  int32_t email_reset_at;
  char types[DC_MAX_TYPES][24]; /* sent code types, first to last */
  int n_types;
  char type_text[DC_TEXT]; /* word, phrase, url or pattern that goes with it */
  /* what updates.getState tells */
  int32_t pts, seq, qts;
  int32_t next_message;
  dc_message_text *messages;
  size_t n_messages;
  tl_bytes tokens[20]; /* future auth tokens given out; data owned */
  size_t n_tokens;
};

typedef struct dc_center {
  int id;
  char host[64];
  uint16_t port;
  bool cdn; /* help.getConfig says so */
} dc_center;

#define DC_KEY_SLOTS 4096

/* For a program that has a data centre inside it and wants a say in what it does. All NULL: none.
 */
typedef struct dc_hooks {
  /* Before a packet is looked at: a transport error to be answered instead (TR-6), or 0. */
  int32_t (*refuse)(void *ctx, const tgdc_conn *conn);
  /* Before a request is handled: answers it, or marks it as answered, and says true. */
  bool (*serve)(void *ctx, struct dc_call *call);
  void *ctx;
} dc_hooks;

struct tgdc {
  tgdc_options options;
  dc_hooks hooks;
  char *dir;
  int lock; /* descriptor of DIR/lock; -1: none */
  mtp_rng rng;
  int64_t now; /* microseconds */
  int64_t last_msg_id;
  dc_center centers[TGDC_MAX_DCS];
  int n_centers;
  struct rsa_private *rsa;
  struct kx_server *kx;
  char *public_key, *public_key_path;
  tgdc_conn *conns;
  dc_key *keys[DC_KEY_SLOTS];
  size_t n_keys;
  dc_session *sessions;
  dc_session *by_session[DC_KEY_SLOTS];
  size_t n_sessions;
  dc_user *users;
  int64_t next_user_id;
  dc_code *codes;
  struct dc_exported *exported;
  struct dc_qr *qr;
  struct dc_srp *srp;
  struct dc_file *files;
  dc_rule *rules;
  const struct dc_method **methods; /* by function: def - n_constructors */
  struct dc_compat *compat;
  FILE *keys_file, *users_file, *outbox; /* NULL: nothing is kept */
  bool early_tokens;                     /* future auth tokens in auth.authorization, too */
  bool gzip;                             /* pack big answers; on unless the configuration says no */
  bool allow_sign_up;                    /* on unless the configuration says no */
  bool any_dc;                           /* take keys made for another data centre's number */
  char country[8];
  int32_t code_timeout;  /* seconds that a sent code says until resending; 0: it does not say */
  int32_t code_lifetime; /* seconds that a code is good for */
  int32_t qr_lifetime;   /* seconds that a QR token is shown */
  int32_t reset_wait;    /* seconds that account.resetPassword makes people wait */
  int32_t email_reset;   /* seconds until a login e-mail is reset */
  bool duplicates;       /* tell keys that two clients use at a time */
  uint64_t duplicated;   /* so many were told */
  uint64_t calls;
};

static inline int32_t dc_unix(const tgdc *dc) {
  return (int32_t)(dc->now / DC_SECOND);
}

/* Copies a string, cut to what fits, always terminated. */
static inline void dc_copy(char *out, size_t out_size, const char *text, size_t size) {
  size_t n = text == NULL ? 0 : size < out_size - 1 ? size : out_size - 1;
  if (n > 0)
    memcpy(out, text, n);
  out[n] = 0;
}
#define DC_COPY(out, string)  dc_copy((out), sizeof(out), (string).data, (string).size)
#define DC_COPYZ(out, string) dc_copy((out), sizeof(out), (string), strlen(string))

static inline bool dc_same(tl_string a, const char *b) {
  return a.size == strlen(b) && (a.size == 0 || memcmp(a.data, b, a.size) == 0);
}

/* The data centre of that number; NULL: there is none. */
dc_center *dc_center_find(tgdc *dc, int id);

/* log.c. Lines never hold a phone number, code, password, key or token. */
void dc_log(const tgdc *dc, const char *format, ...) __attribute__((format(printf, 2, 3)));
void dc_debug(const tgdc *dc, const char *format, ...) __attribute__((format(printf, 2, 3)));
void dc_fail(char *error, size_t error_size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Random values. False when there is no randomness. */
bool dc_random(const tgdc *dc, void *out, size_t size);
bool dc_random_long(const tgdc *dc, int64_t *out);
bool dc_random_hex(const tgdc *dc, char *out, size_t out_size); /* fills it, terminated */

#endif
