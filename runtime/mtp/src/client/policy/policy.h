/* What to do about a call that failed. Pure: looks at the error, the options and what was tried for
 * this call already, and says what next; call/answer.c does it. */
#ifndef MTP_CLIENT_POLICY_POLICY_H
#define MTP_CLIENT_POLICY_POLICY_H

#include <mtp/client.h>

typedef enum mtp_action {
  MTP_ACT_END,       /* the error is the call's end */
  MTP_ACT_RETRY,     /* send it again after delay_ms */
  MTP_ACT_MOVE_HOME, /* data centre `dc` becomes the home one; send it again there */
  MTP_ACT_MOVE_CALL, /* this call alone goes to data centre `dc` */
  MTP_ACT_INIT,      /* the server has forgotten initConnection: do that again, then the call */
  MTP_ACT_AUTHORIZE, /* export and import the authorization again, then the call */
  MTP_ACT_BIND,      /* a new temporary key, then the call (PF-5) */
  MTP_ACT_NEW_KEY, /* the key of this data centre, not the home one, is gone: another, then the call
                    */
  MTP_ACT_KEY_LOST /* the authorization is gone for good */
} mtp_action;

/* What a decision depends on, beside the error. */
typedef struct mtp_attempts {
  uint32_t slept_s; /* seconds slept for waits so far */
  uint32_t retries; /* after a 500 */
  uint32_t orders;  /* after MSG_WAIT_* */
  uint32_t hops;    /* data centres it was sent on to */
  bool inited;      /* an MTP_ACT_INIT was tried */
  bool authorized;  /* an MTP_ACT_AUTHORIZE was tried */
  bool bound;       /* an MTP_ACT_BIND was tried */
  bool rekeyed;     /* an MTP_ACT_NEW_KEY was tried */
  bool restarted;   /* after AUTH_RESTART */
} mtp_attempts;

typedef struct mtp_case {
  const mtp_options *options;
  const mtp_call_options *call;
  const mtp_error *error;
  mtp_attempts attempts;
  uint16_t method; /* in tg_schema; TL_NONE */
  bool send_code;  /* the call is auth.sendCode: repeated by its user only (ER-4) */
  bool elsewhere;  /* it ran on another data centre than the home one */
  bool home;       /* it ran under the key of the home data centre */
  bool signed_in;
  bool pfs;
  int64_t left_ms; /* until the call's own time is over; INT64_MAX: no limit */
} mtp_case;

typedef struct mtp_verdict {
  mtp_action action;
  uint32_t delay_ms; /* MTP_ACT_RETRY */
  uint32_t wait_s;   /* of these, seconds that the server asked for: told by MTP_EVENT_WAIT */
  bool flood, server, order, restart; /* which of the attempts it counts as */
  int32_t dc;
} mtp_verdict;

mtp_verdict mtp_policy_decide(const mtp_case *c);

/* Seconds that the error asks to wait (ER-4), clamped to 1 s .. 14 days; 0 when it is no wait. */
uint32_t mtp_error_wait(const mtp_error *error);

#endif
