/* A step of signing in: calls of the server that follow one another, inside the caller's loop.
 *
 * tgauth_begin_X() makes the first call, or returns why it cannot, with task->error; nothing is
 * under way then. Each answer goes to task->take, which makes the next call or returns how the step
 * ended. What came of it stands in the task, whose owner takes it out. */
#ifndef TGAUTH_FLOW_TASK_H
#define TGAUTH_FLOW_TASK_H

#include "../password.h"

typedef struct tgauth_task tgauth_task;

struct tgauth_task {
  tgauth *auth;
  mtp_call_id call; /* under way; 0: none */
  mtp_status (*take)(tgauth_task *task);
  mtp_status (*send)(tgauth_task *task); /* makes a patient call once more; NULL: it is not one */
  mtp_reply *reply;                      /* the last answer; NULL: task->error says why not */
  uint32_t delay_ms;                     /* the next call leaves then */
  int patience;
  bool resending;
  bool over, cancelled;
  mtp_status status; /* when it is over */
  mtp_error error;
  void (*ended)(tgauth_task *task);   /* NULL: somebody waits for it */
  void (*dropped)(tgauth_task *task); /* set: nobody wants to know; frees the task */
  /* What steps work with, and what comes of them. */
  tgauth_code *code;
  char phone[32];
  tgauth_step step;
  char *pattern;
  int32_t length;
  tgauth_password_info *info;
  tgauth_secret secret; /* borrowed until it is over */
  tgauth_proof proof;
  bool proved_twice;
  tgauth_qr *qr; /* borrowed */
  tgauth_qr_result result;
  bool authorized;
};

void tgauth_task_init(tgauth_task *task, tgauth *auth);
/* The same for somebody who is going to wait. ARGUMENT: from inside a callback of the client. */
mtp_status tgauth_task_open(tgauth_task *task, tgauth *auth, mtp_error *error);
/* Frees and wipes what it holds. Nothing may be under way. */
void tgauth_task_clear(tgauth_task *task);
/* Waits for the end of what tgauth_begin_X() has begun. Returns how it ended; *error, which may be
 * NULL, is set unless that was well. */
mtp_status tgauth_task_wait(tgauth_task *task, mtp_status begun, mtp_error *error);
/* The same, and clears the task. The code that came, if one came, takes the place of *code. */
mtp_status tgauth_task_wait_code(tgauth_task *task, mtp_status begun, tgauth_code **code,
                                 mtp_error *error);
/* Ends it with CANCELLED, soon. */
void tgauth_task_cancel(tgauth_task *task);

/* For takers: makes a call that never sleeps through a wait and is never repeated after a 500. */
mtp_status tgauth_task_call(tgauth_task *task, const tl_call *call,
                            mtp_status (*take)(tgauth_task *task));
/* The same while a sign-in is under way: right after it moved to another data centre that one may
 * not know the half of it yet, which passes (401 AUTH_KEY_UNREGISTERED); send() then makes it
 * again, up to three times, a second apart. */
mtp_status tgauth_task_call_patiently(tgauth_task *task, const tl_call *call,
                                      mtp_status (*take)(tgauth_task *task),
                                      mtp_status (*send)(tgauth_task *task));
/* A taker for calls of which only success matters: saves. */
mtp_status tgauth_take_nothing(tgauth_task *task);

/* users.getUsers of oneself: task->authorized. */
mtp_status tgauth_begin_who(tgauth_task *task);
/* auth.importBotAuthorization. */
mtp_status tgauth_begin_bot(tgauth_task *task, const char *token);
/* auth.sendCode, auth.resendCode, auth.resetLoginEmail, auth.checkPaidAuth: task->code. */
mtp_status tgauth_begin_code(tgauth_task *task, const char *phone,
                             const tgauth_code_settings *settings);
mtp_status tgauth_begin_resend(tgauth_task *task, const tgauth_code *code);
mtp_status tgauth_begin_reset_email(tgauth_task *task, const tgauth_code *code);
mtp_status tgauth_begin_check_paid(tgauth_task *task, const tgauth_code *code, int64_t form_id);
/* auth.signIn: task->step. */
mtp_status tgauth_begin_sign_in(tgauth_task *task, const tgauth_code *code, const char *text);
/* auth.signUp, help.acceptTermsOfService. */
mtp_status tgauth_begin_sign_up(tgauth_task *task, const tgauth_code *code, const char *first_name,
                                const char *last_name);
/* account.sendVerifyEmailCode: task->pattern and length. */
mtp_status tgauth_begin_email(tgauth_task *task, const tgauth_code *code, const char *email);
/* account.verifyEmail: task->code. */
mtp_status tgauth_begin_verify_email(tgauth_task *task, const tgauth_code *code, const char *text);
/* account.getPassword: task->info. */
mtp_status tgauth_begin_password_info(tgauth_task *task);
/* account.getPassword and auth.checkPassword, with fresh parameters once more (ER-5). The secret is
 * borrowed until it is over. */
mtp_status tgauth_begin_check_password(tgauth_task *task, const tgauth_secret *secret);
/* A QR code that says nothing yet; NULL: out of memory. */
tgauth_qr *tgauth_qr_new(const int64_t *except_ids, size_t n_except);
/* auth.exportLoginToken, followed to another data centre: task->result. */
mtp_status tgauth_begin_qr(tgauth_task *task, tgauth_qr *qr);
/* The same as soon as it was scanned, or has expired. Watches the client's updates until
 * tgauth_end_scan(). */
mtp_status tgauth_begin_scan(tgauth_task *task, tgauth_qr *qr);
void tgauth_end_scan(tgauth_task *task);

#endif
