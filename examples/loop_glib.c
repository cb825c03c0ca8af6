/* The client as a GSource of a GLib main loop, by hooks: it says which descriptors the source is to
 * watch, and when it is ready without one. */
#include <glib.h>

#include "example.h"

typedef struct client_source {
  GSource base;
  mtp_client *client;
  GHashTable *tags; /* by descriptor */
} client_source;

static GIOCondition condition(short events) {
  return (GIOCondition)((events & POLLIN ? G_IO_IN : 0) | (events & POLLOUT ? G_IO_OUT : 0) |
                        G_IO_ERR | G_IO_HUP);
}

static void on_watch(void *ctx, int fd, short events) {
  client_source *source = ctx;
  gpointer tag = g_hash_table_lookup(source->tags, GINT_TO_POINTER(fd));
  if (tag)
    g_source_remove_unix_fd(&source->base, tag);
  g_hash_table_remove(source->tags, GINT_TO_POINTER(fd));
  if (events)
    g_hash_table_insert(source->tags, GINT_TO_POINTER(fd),
                        g_source_add_unix_fd(&source->base, fd, condition(events)));
}

static void on_wake(void *ctx, int timeout_ms) {
  client_source *source = ctx;
  gint64 at = timeout_ms < 0 ? -1 : g_get_monotonic_time() + (gint64)timeout_ms * 1000;
  g_source_set_ready_time(&source->base, at);
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
  static GSourceFuncs functions = {.dispatch = dispatch};
  mtp_client *client = example_client(argc, argv);
  app a = {.loop = g_main_loop_new(NULL, FALSE), .left = 3};
  GSource *source = g_source_new(&functions, sizeof(client_source));
  client_source *own = (client_source *)source;
  mtp_loop_hooks hooks = {.watch = on_watch, .wake = on_wake, .ctx = source};
  own->client = client;
  own->tags = g_hash_table_new(NULL, NULL);
  g_source_set_callback(source, after_work, &a, NULL);
  g_source_attach(source, NULL);
  if (mtp_client_set_hooks(client, &hooks) != MTP_OK)
    return 1;
  for (int i = 0; i < 3; i++)
    if (!example_call(client, &a.left))
      a.left--;
  if (a.left > 0)
    g_main_loop_run(a.loop);
  mtp_client_free(client); /* takes back what is watched */
  g_hash_table_unref(own->tags);
  g_source_destroy(source);
  g_source_unref(source);
  g_main_loop_unref(a.loop);
  return 0;
}
