/* Of the options of leases: how long, who, and with which keys. */
#include "../internal.h"
#include "leases.h"
#include <stdio.h>
#include <string.h>
#include <tl/wiping.h>
#include <unistd.h>

enum { TTL_MS = 30000, LEAST_TTL_MS = 1000 };

static mtp_status read_text(const char *path, tl_buffer *out, mtp_error *error) {
  FILE *file = fopen(path, "re");
  if (!file)
    return tgauth_fail_errno(error, "open", path);
  size_t n = 1;
  uint8_t *at = NULL;
  while (n && (at = tl_buffer_extend(out, 512))) {
    n = fread(at, 1, 512, file);
    out->size -= 512 - n;
  }
  bool failed = ferror(file) != 0;
  (void)fclose(file);
  if (failed)
    return tgauth_fail_errno(error, "read", path);
  if (!at || !(at = tl_buffer_extend(out, 1)))
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "%s is too large for a file of keys", path);
  *at = 0;
  return MTP_OK;
}

static mtp_status read_keys(tgauth_leases *self, const tgauth_lease_options *options) {
  mtp_error *error = &self->trouble;
  if (options->keys)
    return tgauth_ring_read(&self->ring, options->keys, error);
  if (options->key_file && strlen(options->key_file) == 2 * (size_t)TGAUTH_RING_KEY &&
      !options->key_file[strspn(options->key_file, "0123456789abcdefABCDEF")])
    return tgauth_fail(error, MTP_ERR_ARGUMENT,
                       "a session key stands where the name of its file should");
  if (!options->key_file)
    return tgauth_fail(error, MTP_ERR_ARGUMENT,
                       "a session in a database needs a key: a file with 64 hexadecimal digits");
  tl_allocator wiping = tl_wiping(NULL);
  tl_buffer text;
  tl_buffer_init(&text, &wiping, 1 << 16);
  mtp_status status = read_text(options->key_file, &text, error);
  if (status == MTP_OK)
    status = tgauth_ring_read(&self->ring, (const char *)text.data, error);
  tl_buffer_free(&text);
  return status;
}

/* What is wrong with them is told when a lease is taken. */
void tgauth_leases_options(tgauth_leases *self, const tgauth_lease_options *options) {
  mtp_error *error = &self->trouble;
  self->existing = options->existing;
  self->ttl_ms = options->ttl_ms ? options->ttl_ms : TTL_MS;
  if (self->ttl_ms < LEAST_TTL_MS)
    error->status =
        tgauth_fail(error, MTP_ERR_ARGUMENT, "a lease lasts at least %d ms", LEAST_TTL_MS);
  else if (options->owner && *options->owner)
    error->status = tgauth_table_name("an owner's name", options->owner, error);
  if (error->status == MTP_OK)
    error->status = read_keys(self, options);
  if (error->status != MTP_OK)
    return;
  char host[64] = "?";
  (void)gethostname(host, sizeof host - 1);
  if (options->owner && *options->owner)
    snprintf(self->owner, sizeof self->owner, "%s", options->owner);
  else
    snprintf(self->owner, sizeof self->owner, "%s, process %ld", host, (long)getpid());
}
