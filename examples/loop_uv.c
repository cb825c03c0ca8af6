/* Calls in a libuv loop. uv_client.h does the watching. */
#include "example.h"
#include "uv_client.h"

typedef struct app {
  uv_client turned;
  int left;
} app;

static void worked(void *ctx) {
  app *a = (app *)ctx;
  if (a->left <= 0)
    uv_stop(a->turned.loop);
}

int main(int argc, char **argv) {
  app a;
  memset(&a, 0, sizeof a);
  a.left = 3;
  a.turned.worked = worked;
  a.turned.ctx = &a;
  mtp_client *client = example_client(argc, argv);
  if (uv_client_begin(&a.turned, uv_default_loop(), client) != MTP_OK)
    return 1;
  for (int i = 0; i < 3; i++)
    if (!example_call(client, &a.left))
      a.left--;
  if (a.left > 0)
    uv_run(a.turned.loop, UV_RUN_DEFAULT);
  mtp_client_free(client);
  uv_client_end(&a.turned);
  return 0;
}
