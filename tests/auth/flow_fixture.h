/* A tgdc in a process of its own, and clients that sign in to it. What fails here fails the test.
 * The process ends with flow_stop(), and with the test program whatever happens to that. */
#ifndef TESTS_AUTH_FLOW_FIXTURE_H
#define TESTS_AUTH_FLOW_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>
#include <tg/tg.h>
#include <tgauth/tgauth.h>

enum { FLOW_MAX_DCS = 4, FLOW_HASH = 32 };

typedef struct flow {
  pid_t pid;
  int stdin_fd; /* closing it ends tgdc */
  int control;  /* control socket */
  char dir[64]; /* state, configuration and log of tgdc */
  char key[4096];
  mtp_dc_option dcs[FLOW_MAX_DCS];
  size_t n_dcs;
} flow;

/* Starts tgdc with that configuration (JSON) and so many data centres (0: one, number 2). */
flow *flow_start(const char *config, int n_dcs);
void flow_stop(flow *dc);
/* The same, as the teardown of a group whose state it is. */
int flow_teardown(void **state);

/* A control command (a printf format that makes JSON); the answer has to be ok. */
void flow_command(flow *dc, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same; returns the number that the answer has under `name`. */
int flow_report(flow *dc, const char *name);
/* The code last sent to a phone number (digits) or an address. */
const char *flow_code(flow *dc, const char *to, char out[FLOW_HASH]);
/* How often a method was called so far, by anybody. */
int flow_calls(flow *dc, const char *method);

/* A client for it. The store may be NULL; it becomes the client's. */
tgauth *flow_client(flow *dc, tgauth_store *store);
/* One that knows of one data centre only, or has a session password and the like: options that
 * flow_client() starts from, which point into dc. */
void flow_options(flow *dc, tgauth_options *options);
/* Asks for a code, which has to work; the caller frees it. */
tgauth_code *flow_request(tgauth *auth, const char *phone);
/* Signs in with that text as the code; the step that comes next is not looked at. */
mtp_status flow_enter(tgauth *auth, const tgauth_code *code, const char *text, mtp_error *error);
/* Signs in with whatever code was sent; the account has no password. */
void flow_sign_in(flow *dc, tgauth *auth, const char *phone);
/* A client that has signed in. */
tgauth *flow_signed_in(flow *dc, const char *phone);
bool flow_authorized(tgauth *auth);

/* The call must have worked, or ended in that RPC error, or in that status. */
void flow_ok(mtp_status status, const mtp_error *error);
void flow_rpc(mtp_status status, const mtp_error *error, tg_err name);
void flow_failed(mtp_status status, const mtp_error *error, mtp_status expected);

#endif
