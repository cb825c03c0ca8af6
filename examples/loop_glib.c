/* The client as a GSource of a GLib main loop. */
#include <glib.h>

#include "example.h"

enum { MAX_FDS = 16 };

typedef struct client_source {
  GSource base;
  mtp_client *client;
  gpointer tags[MAX_FDS]; /* of the descriptors watched now */
  size_t n;
} client_source;

static gushort condition(short events) {
  return (gushort)((events & POLLIN ? G_IO_IN : 0) | (events & POLLOUT ? G_IO_OUT : 0) | G_IO_ERR |
                   G_IO_HUP);
}

/* Before each wait: which descriptors, and for how long. */
static gboolean prepare(GSource *base, gint *timeout) {
  client_source *source = (client_source *)base;
  struct pollfd fds[MAX_FDS];
  for (size_t i = 0; i < source->n; i++)
    g_source_remove_unix_fd(base, source->tags[i]);
  source->n = mtp_client_fds(source->client, fds, MAX_FDS);
  if (source->n > MAX_FDS)
    source->n = MAX_FDS;
  for (size_t i = 0; i < source->n; i++)
    source->tags[i] = g_source_add_unix_fd(base, fds[i].fd, condition(fds[i].events));
  *timeout = mtp_client_timeout(source->client);
  return *timeout == 0;
}

static gboolean check(GSource *base) {
  client_source *source = (client_source *)base;
  for (size_t i = 0; i < source->n; i++)
    if (g_source_query_unix_fd(base, source->tags[i]))
      return TRUE;
  return mtp_client_timeout(source->client) == 0;
}

static gboolean dispatch(GSource *base, GSourceFunc callback, gpointer data) {
  client_source *source = (client_source *)base;
  mtp_client_process(source->client, NULL, 0);
  return callback ? callback(data) : G_SOURCE_CONTINUE;
}

typedef struct app {
  GMainLoop *loop;
  int left;
} app;

static gboolean after_work(gpointer data) {
  app *a = data;
  if (a->left <= 0)
    g_main_loop_quit(a->loop);
  return G_SOURCE_CONTINUE;
}

int main(int argc, char **argv) {
  static GSourceFuncs functions = {.prepare = prepare, .check = check, .dispatch = dispatch};
  mtp_client *client = example_client(argc, argv);
  app a = {.loop = g_main_loop_new(NULL, FALSE), .left = 3};
  GSource *source = g_source_new(&functions, sizeof(client_source));
  ((client_source *)source)->client = client;
  g_source_set_callback(source, after_work, &a, NULL);
  g_source_attach(source, NULL);
  for (int i = 0; i < 3; i++)
    if (!example_call(client, &a.left))
      a.left--;
  if (a.left > 0)
    g_main_loop_run(a.loop);
  g_source_destroy(source);
  g_source_unref(source);
  g_main_loop_unref(a.loop);
  mtp_client_free(client);
  return 0;
}
