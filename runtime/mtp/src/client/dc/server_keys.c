/* Reading the public keys that servers may have. */
#include "client/dc/server_keys.h"

#include <string.h>

#include "client/builtin.h"

void mtp_server_keys_free(mtp_client *client) {
  for (size_t i = 0; i < client->n_keys; i++)
    mtp_rsa_key_free(client->keys[i]);
  tl_free(client->allocator, client->keys, client->n_keys * sizeof *client->keys);
  client->keys = NULL;
  client->n_keys = 0;
}

static mtp_status read_all(mtp_client *client, const char *const *texts, size_t n) {
  client->keys = tl_alloc_zero(client->allocator, n * sizeof *client->keys);
  if (!client->keys)
    return MTP_ERR_NOMEM;
  client->n_keys = n;
  mtp_status status = MTP_OK;
  for (size_t i = 0; i < n && !status; i++)
    status = mtp_rsa_key_from_pem(texts[i], strlen(texts[i]), client->allocator, &client->keys[i]);
  if (status)
    mtp_server_keys_free(client);
  return status;
}

mtp_status mtp_server_keys_load(mtp_client *client, const mtp_options *options) {
  size_t n = options->n_public_keys;
  return n ? read_all(client, options->public_keys, n) : MTP_OK;
}

mtp_status mtp_server_keys_need(mtp_client *client) {
  size_t n;
  if (client->keys)
    return MTP_OK;
  const char *const *texts = mtp_builtin_keys(client->session.test, &n);
  return read_all(client, texts, n);
}
