/* What a helper sees of all that is decoded: mtp_client_observe(). */
#include "client/show.h"

void mtp_client_observe(mtp_client *client, void (*observe)(void *ctx, const tl_value *value),
                        void *ctx) {
  client->observe = observe;
  client->observe_ctx = ctx;
}

void mtp_client_show(mtp_client *client, const tl_value *value) {
  bool outer = client->delivering;
  if (!client->observe)
    return;
  client->delivering = true;
  client->observe(client->observe_ctx, value);
  client->delivering = outer;
}
