/* Calls in a GLib main loop. glib_client.h does the watching. */
#include "example.h"
#include "glib_client.h"

typedef struct app {
  GMainLoop *loop;
  int left;
} app;

static gboolean worked(gpointer data) {
  app *a = (app *)data;
  if (a->left <= 0)
    g_main_loop_quit(a->loop);
  return G_SOURCE_CONTINUE;
}

int main(int argc, char **argv) {
  mtp_client *client = example_client(argc, argv);
  app a = {g_main_loop_new(NULL, FALSE), 3};
  GSource *source = glib_client_begin(client, worked, &a);
  if (!source)
    return 1;
  for (int i = 0; i < 3; i++)
    if (!example_call(client, &a.left))
      a.left--;
  if (a.left > 0)
    g_main_loop_run(a.loop);
  mtp_client_free(client);
  glib_client_end(source);
  g_main_loop_unref(a.loop);
  return 0;
}
