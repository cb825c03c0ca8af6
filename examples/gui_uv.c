/* Signing in with a window, in a libuv loop that goes on drawing meanwhile (login_window.h).
 *   gui_uv      with TGCALL_API_ID and TGCALL_API_HASH in the environment */
#include "login_window.h"
#include "uv_client.h"

typedef struct app {
  window shown;
  uv_client turned;
  uv_pipe_t field; /* what is typed */
  char line[256];
  size_t size;
} app;

static void close_window(window *w) {
  uv_stop((uv_loop_t *)w->loop);
}

static void room(uv_handle_t *field, size_t wanted, uv_buf_t *out) {
  app *a = (app *)field->data;
  (void)wanted;
  *out = uv_buf_init(a->line + a->size, (unsigned)(sizeof a->line - 1 - a->size));
}

/* Enter is a line feed here. */
static void typed(uv_stream_t *field, ssize_t n, const uv_buf_t *buf) {
  app *a = (app *)field->data;
  (void)buf;
  if (n < 0) { /* the window was closed */
    close_window(&a->shown);
    return;
  }
  a->size += (size_t)n;
  a->line[a->size] = '\0';
  for (char *end; (end = strchr(a->line, '\n'));) {
    *end = '\0';
    window_typed(&a->shown, a->line);
    a->size -= (size_t)(end + 1 - a->line);
    memmove(a->line, end + 1, a->size + 1);
  }
  if (a->size == sizeof a->line - 1) /* more than the field holds */
    a->size = 0;
}

static bool show(app *a, uv_loop_t *loop) {
  mtp_error error;
  a->shown.close = close_window;
  a->shown.loop = loop;
  a->field.data = a;
  uv_pipe_init(loop, &a->field, 0);
  if (uv_pipe_open(&a->field, 0) != 0 || uv_read_start((uv_stream_t *)&a->field, room, typed) != 0)
    return false;
  if (uv_client_begin(&a->turned, loop, tgauth_client(a->shown.auth)) != MTP_OK)
    return false;
  return tgauth_flow_new(a->shown.auth, window_changed, &a->shown, &a->shown.flow, &error) ==
         MTP_OK;
}

int main(void) {
  static app a;
  uv_loop_t *loop = uv_default_loop();
  a.shown.auth = window_open("gui.session");
  if (!a.shown.auth)
    return 2;
  if (show(&a, loop))
    uv_run(loop, UV_RUN_DEFAULT);
  tgauth_flow_free(a.shown.flow);
  tgauth_close(a.shown.auth);
  uv_close((uv_handle_t *)&a.field, NULL);
  uv_client_end(&a.turned);
  return a.shown.signed_in ? 0 : 1;
}
