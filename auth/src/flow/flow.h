/* A flow from inside: one step at a time, and what is known between them. */
#ifndef TGAUTH_FLOW_FLOW_H
#define TGAUTH_FLOW_FLOW_H

#include "task.h"
#include <tgauth/flow.h>

enum { TGAUTH_ANSWER = 512 };

struct tgauth_flow {
  tgauth_task task;                /* the first member: who has the one has the other */
  tgauth_want want, asked;         /* asked: what was wanted when the step under way began */
  void (*next)(tgauth_flow *flow); /* after that step, if it ended well */
  tgauth_flow_changed changed;
  void *ctx;
  bool scanning, going_back; /* what is under way watches updates; was taken back */
  tgauth_code *code;
  tgauth_password_info *info;
  tgauth_qr *qr;
  char *pattern; /* of the address that a code was mailed to */
  int32_t length;
  char password[TGAUTH_ANSWER]; /* while it is checked */
  uint8_t hash[TGAUTH_SRP_HASH_SIZE];
  bool failed, mends; /* error is set; another answer can mend it */
  mtp_error error;
};

/* Goes on with a step, of which `begun` says whether tgauth_begin_X() could begin it, and with next
 * when it has ended well. Returns begun; the error is noted, then. */
mtp_status tgauth_flow_go(tgauth_flow *flow, mtp_status begun, void (*next)(tgauth_flow *flow));
/* The end of a step. */
void tgauth_flow_settle(tgauth_flow *flow);
/* Wants that from now on. The session is saved before a person is waited for: a page may be left
 * standing for ever. */
void tgauth_flow_want(tgauth_flow *flow, tgauth_want want);
/* Everything about the person and the code. */
void tgauth_flow_forget(tgauth_flow *flow);

/* What comes next after: who is signed in; a code that was sent; an answer to it; a password, a
 * bot's token, a new account; a mail; a token to scan. */
void tgauth_flow_after_who(tgauth_flow *flow);
void tgauth_flow_after_code(tgauth_flow *flow);
void tgauth_flow_after_sign_in(tgauth_flow *flow);
void tgauth_flow_after_all(tgauth_flow *flow);
void tgauth_flow_after_email(tgauth_flow *flow);
void tgauth_flow_after_qr(tgauth_flow *flow);

#endif
