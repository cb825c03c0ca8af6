/* Parts from a CDN, which nobody need trust: they come encrypted, and each block is checked by a
 * hash that a data centre vouches for (AP-6, https://core.telegram.org/cdn). */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "files/download.h"

enum { MAX_TRIES = 5 };

/* ---- decryption ---- */

/* AES-256-CTR; the last four bytes of the vector count 16-byte blocks, big-endian. */
static bool decrypt(const mtp_download_state *down, mtp_part *part, tl_bytes sealed) {
  uint8_t iv[16];
  int n = 0;
  uint32_t counter = (uint32_t)(part->offset / 16);
  memcpy(iv, down->iv, sizeof iv);
  for (int i = 0; i < 4; i++)
    iv[15 - i] = (uint8_t)(counter >> (8 * i));
  tl_free(down->base.allocator, part->plain, part->plain_size); /* of a try before */
  part->plain_size = sealed.size ? sealed.size : 1;
  part->plain = tl_alloc(down->base.allocator, part->plain_size);
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
  bool ok = part->plain && cipher && sealed.size <= INT32_MAX &&
            EVP_DecryptInit_ex(cipher, EVP_aes_256_ctr(), NULL, down->key, iv) == 1 &&
            EVP_DecryptUpdate(cipher, part->plain, &n, sealed.data, (int)sealed.size) == 1;
  EVP_CIPHER_CTX_free(cipher);
  part->bytes = tl_bytes_of(part->plain, sealed.size);
  return ok;
}

/* ---- calls ---- */

static void hashes_done(void *ctx, const mtp_error *error, mtp_reply *reply);

static void ask_hashes(mtp_download_state *down, mtp_part *part, int64_t offset) {
  tg_upload_getCdnFileHashes request = {.file_token = {down->token, down->token_size},
                                        .offset = offset};
  tl_call call = tg_upload_getCdnFileHashes_call(&request);
  mtp_call_options options = {.dc = down->dc};
  mtp_transfer_call(&down->base, part, &call, &options, hashes_done);
}

/* A part that is not full ends a file of unknown size: not on the word of a CDN alone. */
static bool ends_unproved(const mtp_download_state *down, const mtp_part *part) {
  return !down->size && part->bytes.size < part->size && part->doubts == 0;
}

static void take_good(mtp_download_state *down, mtp_part *part) {
  if (!ends_unproved(down, part)) {
    down->arrived(down, part);
    return;
  }
  part->doubts++;
  ask_hashes(down, part, part->offset + (int64_t)part->bytes.size);
}

static void check_or_ask(mtp_download_state *down, mtp_part *part) {
  switch (mtp_blocks_check(&down->blocks, part->offset, part->bytes, part->size)) {
  case MTP_CHECKED_GOOD:
    take_good(down, part);
    break;
  case MTP_CHECKED_BAD:
    mtp_transfer_fail_text(&down->base, MTP_ERR_PROTOCOL,
                           "a block from the CDN does not have its hash");
    break;
  case MTP_CHECKED_UNKNOWN:
    if (part->tries++ < MAX_TRIES)
      ask_hashes(down, part, part->offset);
    else
      mtp_transfer_fail_text(&down->base, MTP_ERR_PROTOCOL, "a block from the CDN has no hash");
    break;
  case MTP_CHECKED_FAILED:
    mtp_transfer_fail_text(&down->base, MTP_ERR_CRYPTO, NULL);
    break;
  }
}

/* False: the transfer has failed. */
static bool add_hashes(mtp_download_state *down, const tg_vector_FileHash *hashes) {
  mtp_status status = mtp_blocks_add(&down->blocks, down->base.allocator, hashes);
  if (status == MTP_ERR_NOMEM)
    mtp_transfer_fail_text(&down->base, MTP_ERR_NOMEM, NULL);
  else if (status)
    mtp_transfer_fail_text(&down->base, MTP_ERR_PROTOCOL, "a hash makes no sense");
  return status == MTP_OK;
}

static void hashes_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_part *part = ctx;
  mtp_download_state *down = (mtp_download_state *)part->transfer;
  mtp_transfer_ended(part);
  if (error) {
    mtp_transfer_fail(&down->base, error);
  } else if (!down->base.failed) {
    tg_vector_FileHash hashes = tg_upload_getCdnFileHashes_result(mtp_reply_value(reply));
    if (add_hashes(down, &hashes))
      check_or_ask(down, part);
  }
  mtp_reply_free(reply);
  mtp_transfer_settle(&down->base);
}

static void reupload_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_part *part = ctx;
  mtp_download_state *down = (mtp_download_state *)part->transfer;
  mtp_transfer_ended(part);
  if (error) {
    mtp_transfer_fail(&down->base, error);
  } else if (!down->base.failed) {
    tg_vector_FileHash hashes = tg_upload_reuploadCdnFile_result(mtp_reply_value(reply));
    if (add_hashes(down, &hashes))
      mtp_cdn_ask(down, part); /* what is missing is asked for later */
  }
  mtp_reply_free(reply);
  mtp_transfer_settle(&down->base);
}

/* The CDN does not have that part yet. */
static void reupload(mtp_download_state *down, mtp_part *part, tl_bytes request_token) {
  tg_upload_reuploadCdnFile request = {.file_token = {down->token, down->token_size},
                                       .request_token = request_token};
  tl_call call = tg_upload_reuploadCdnFile_call(&request);
  mtp_call_options options = {.dc = down->dc};
  if (part->tries++ >= MAX_TRIES)
    mtp_transfer_fail_text(&down->base, MTP_ERR_PROTOCOL, "the CDN never gets the file");
  else
    mtp_transfer_call(&down->base, part, &call, &options, reupload_done);
}

/* The token is worn out: back to the data centre, which redirects anew. */
static bool is_stale(const mtp_error *error) {
  return error->status == MTP_ERR_RPC && (strcmp(error->text, "FILE_TOKEN_INVALID") == 0 ||
                                          strcmp(error->text, "REQUEST_TOKEN_INVALID") == 0);
}

static void take_part(mtp_download_state *down, mtp_part *part, const mtp_reply *reply) {
  tg_upload_CdnFile file = tg_upload_getCdnFile_result(mtp_reply_value(reply));
  if (file.kind == TG_upload_cdnFileReuploadNeeded)
    reupload(down, part, file.upload_cdnFileReuploadNeeded->request_token);
  else if (file.kind != TG_upload_cdnFile || file.upload_cdnFile->bytes.size > part->size)
    mtp_transfer_fail_text(&down->base, MTP_ERR_PROTOCOL, "the CDN sent more than was asked for");
  else if (decrypt(down, part, file.upload_cdnFile->bytes))
    check_or_ask(down, part);
  else
    mtp_transfer_fail_text(&down->base, MTP_ERR_NOMEM, NULL);
}

static void cdn_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_part *part = ctx;
  mtp_download_state *down = (mtp_download_state *)part->transfer;
  mtp_transfer_ended(part);
  if (error && is_stale(error) && part->tries++ < MAX_TRIES && !down->base.failed) {
    down->cdn = false;
    down->ask(down, part);
  } else if (error) {
    mtp_transfer_fail(&down->base, error);
  } else if (!down->base.failed) {
    take_part(down, part, reply);
  }
  mtp_reply_free(reply);
  mtp_transfer_settle(&down->base);
}

void mtp_cdn_ask(mtp_download_state *down, mtp_part *part) {
  tg_upload_getCdnFile request = {.file_token = {down->token, down->token_size},
                                  .offset = part->offset,
                                  .limit = (int32_t)part->size};
  tl_call call = tg_upload_getCdnFile_call(&request);
  mtp_call_options options = {.dc = down->cdn_dc, .cdn = true};
  mtp_transfer_call(&down->base, part, &call, &options, cdn_done);
}

bool mtp_cdn_redirect(mtp_download_state *down, const tg_upload_fileCdnRedirect *redirect) {
  bool fits = redirect->file_token.size <= sizeof down->token &&
              redirect->encryption_key.size == sizeof down->key &&
              redirect->encryption_iv.size == sizeof down->iv && redirect->dc_id > 0;
  if (!fits) {
    mtp_transfer_fail_text(&down->base, MTP_ERR_PROTOCOL, "a CDN redirect makes no sense");
    return false;
  }
  if (!add_hashes(down, &redirect->file_hashes))
    return false;
  memcpy(down->token, redirect->file_token.data, redirect->file_token.size);
  down->token_size = redirect->file_token.size;
  memcpy(down->key, redirect->encryption_key.data, sizeof down->key);
  memcpy(down->iv, redirect->encryption_iv.data, sizeof down->iv);
  down->cdn_dc = redirect->dc_id;
  down->cdn = true;
  return true;
}
