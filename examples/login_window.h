/* The window of gui_uv.c and gui_glib.c: a page for each thing that signing in wants, a field to
 * type into, buttons. Drawn on a terminal, but what matters is as in any toolkit: the loop calls
 * window_typed() when Enter was pressed, the flow calls window_draw() when there is another page,
 * and nothing waits. */
#ifndef LOGIN_WINDOW_H
#define LOGIN_WINDOW_H

#include <mtp/mtp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/tgauth.h>

typedef struct window {
  tgauth *auth;
  tgauth_flow *flow;
  void (*close)(struct window *w); /* ends the loop */
  void *loop;
  bool signed_in;
} window;

static inline void window_draw(window *w) {
  const mtp_error *error = tgauth_flow_error(w->flow);
  tgauth_want want = tgauth_flow_wants(w->flow);
  char text[512];
  if (error)
    printf("! %s\n", mtp_error_format(error, text, sizeof text));
  printf("[%s] %s\n", tgauth_want_name(want), tgauth_flow_prompt(w->flow, text, sizeof text));
  if (want == TGAUTH_WANT_SCAN)
    printf("%s\n", tgauth_flow_url(w->flow));
  fflush(stdout);
  w->signed_in = want == TGAUTH_WANT_NOTHING;
  if (w->signed_in)
    w->close(w);
}

/* The tgauth_flow_changed. */
static inline void window_changed(void *ctx, tgauth_flow *flow) {
  window *w = (window *)ctx;
  w->flow = flow;
  window_draw(w);
}

/* Enter was pressed in the field; "/again" and "/back" are buttons. */
static inline void window_typed(window *w, const char *line) {
  mtp_status status = MTP_OK;
  tgauth_want before = tgauth_flow_wants(w->flow);
  if (strcmp(line, "/quit") == 0)
    w->close(w);
  else if (strcmp(line, "/back") == 0)
    tgauth_flow_back(w->flow);
  else if (strcmp(line, "/again") == 0)
    status = tgauth_flow_again(w->flow);
  else if (before == TGAUTH_WANT_SIGN_UP)
    status = tgauth_flow_sign_up(w->flow, line, "");
  else
    status = tgauth_flow_answer(w->flow, line);
  if (status != MTP_OK || tgauth_flow_wants(w->flow) == TGAUTH_WANT_PHONE)
    window_draw(w); /* nothing is under way that would tell */
}

/* Opens the session of the environment (mtp/env.h, TGCALL_API_HASH). NULL: said why not. */
static inline tgauth *window_open(const char *session) {
  tgauth_options options;
  mtp_env env;
  mtp_error error;
  tgauth *auth = NULL;
  tgauth_options_init(&options);
  options.api_hash = getenv("TGCALL_API_HASH");
  options.store = tgauth_store_file(session, NULL);
  if (mtp_options_from_env(&options.client, &env, &error) != MTP_OK ||
      tgauth_open(&options, &auth, &error) != MTP_OK)
    fprintf(stderr, "%s\n", error.text);
  return auth;
}

#endif
