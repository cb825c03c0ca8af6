/* Signing in with a window, in a GLib main loop, as GTK has it (login_window.h).
 *   gui_glib      with TGCALL_API_ID and TGCALL_API_HASH in the environment */
#include "glib_client.h"
#include "login_window.h"

static void close_window(window *w) {
  g_main_loop_quit((GMainLoop *)w->loop);
}

/* Enter is a line feed here. */
static gboolean typed(GIOChannel *field, GIOCondition condition, gpointer data) {
  window *w = (window *)data;
  gchar *line = NULL;
  gsize end = 0;
  (void)condition;
  if (g_io_channel_read_line(field, &line, NULL, &end, NULL) != G_IO_STATUS_NORMAL) {
    close_window(w); /* it was closed */
    return G_SOURCE_REMOVE;
  }
  line[end] = '\0';
  window_typed(w, line);
  g_free(line);
  return G_SOURCE_CONTINUE;
}

int main(void) {
  window w;
  mtp_error error;
  memset(&w, 0, sizeof w);
  w.close = close_window;
  w.auth = window_open("gui.session");
  if (!w.auth)
    return 2;
  GMainLoop *loop = g_main_loop_new(NULL, FALSE);
  GIOChannel *field = g_io_channel_unix_new(0);
  w.loop = loop;
  g_io_add_watch(field, (GIOCondition)(G_IO_IN | G_IO_HUP), typed, &w);
  GSource *source = glib_client_begin(tgauth_client(w.auth), NULL, NULL);
  if (source && tgauth_flow_new(w.auth, window_changed, &w, &w.flow, &error) == MTP_OK)
    g_main_loop_run(loop);
  tgauth_flow_free(w.flow);
  tgauth_close(w.auth);
  if (source)
    glib_client_end(source);
  g_io_channel_unref(field);
  g_main_loop_unref(loop);
  return w.signed_in ? 0 : 1;
}
