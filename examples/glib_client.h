/* A client as a GSource of a GLib main loop, by hooks: it says which descriptors the source is to
 * watch, and when it is ready without one. */
#ifndef GLIB_CLIENT_H
#define GLIB_CLIENT_H

#include <glib.h>
#include <mtp/client.h>

typedef struct glib_source {
  GSource base;
  mtp_client *client;
  GHashTable *tags; /* by descriptor */
} glib_source;

static inline GIOCondition glib_condition(short events) {
  return (GIOCondition)((events & POLLIN ? G_IO_IN : 0) | (events & POLLOUT ? G_IO_OUT : 0) |
                        G_IO_ERR | G_IO_HUP);
}

static inline void glib_on_watch(void *ctx, int fd, short events) {
  glib_source *source = (glib_source *)ctx;
  gpointer tag = g_hash_table_lookup(source->tags, GINT_TO_POINTER(fd));
  if (tag)
    g_source_remove_unix_fd(&source->base, tag);
  g_hash_table_remove(source->tags, GINT_TO_POINTER(fd));
  if (events)
    g_hash_table_insert(source->tags, GINT_TO_POINTER(fd),
                        g_source_add_unix_fd(&source->base, fd, glib_condition(events)));
}

static inline void glib_on_wake(void *ctx, int timeout_ms) {
  glib_source *source = (glib_source *)ctx;
  gint64 at = timeout_ms < 0 ? -1 : g_get_monotonic_time() + (gint64)timeout_ms * 1000;
  g_source_set_ready_time(&source->base, at);
}

static inline gboolean glib_dispatch(GSource *base, GSourceFunc callback, gpointer data) {
  glib_source *source = (glib_source *)base;
  mtp_client_process(source->client, NULL, 0);
  return callback ? callback(data) : G_SOURCE_CONTINUE;
}

/* The source, attached to the default loop; worked (may be NULL) runs after each turn. NULL: there
 * is no memory. */
static inline GSource *glib_client_begin(mtp_client *client, GSourceFunc worked, gpointer ctx) {
  static GSourceFuncs functions = {NULL, NULL, glib_dispatch, NULL, NULL, NULL};
  GSource *base = g_source_new(&functions, sizeof(glib_source));
  glib_source *source = (glib_source *)base;
  mtp_loop_hooks hooks = {glib_on_watch, glib_on_wake, source};
  source->client = client;
  source->tags = g_hash_table_new(NULL, NULL);
  if (worked)
    g_source_set_callback(base, worked, ctx, NULL);
  g_source_attach(base, NULL);
  return mtp_client_set_hooks(client, &hooks) == MTP_OK ? base : NULL;
}

/* After the client was freed, which takes back what is watched. */
static inline void glib_client_end(GSource *base) {
  g_hash_table_unref(((glib_source *)base)->tags);
  g_source_destroy(base);
  g_source_unref(base);
}

#endif
