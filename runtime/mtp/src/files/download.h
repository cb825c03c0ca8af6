/* The inside of a download: parts from a data centre (download.c) or from a CDN (cdn.c). */
#ifndef MTP_FILES_DOWNLOAD_H
#define MTP_FILES_DOWNLOAD_H

#include "files/transfer.h"

/* One block of a file on a CDN and its SHA-256. */
typedef struct mtp_block {
  int64_t offset;
  int32_t size;
  uint8_t hash[32];
} mtp_block;

typedef struct mtp_download_state {
  mtp_transfer base;
  tl_arena arena; /* of location */
  tg_InputFileLocation location;
  int32_t dc;
  unsigned hops;
  int64_t size;    /* 0: not known */
  int64_t start;   /* first byte wanted */
  int64_t written; /* next byte for the sink */
  int64_t end;     /* where the file ends, once known; -1 */
  mtp_sink sink;
  mtp_download_done done;
  void *ctx;
  /* After a redirect. */
  bool cdn;
  int32_t cdn_dc;
  uint8_t token[512];
  size_t token_size;
  uint8_t key[32], iv[16];
  mtp_block *blocks;
  size_t n_blocks;
} mtp_download_state;

/* Asks for a part from where the file is now. */
void mtp_download_ask(mtp_download_state *down, mtp_part *part);
/* A part is there, decrypted and checked: part->bytes. */
void mtp_download_arrived(mtp_download_state *down, mtp_part *part);

/* Everything from the CDN from now on; false: it makes no sense, and the download has failed. */
bool mtp_cdn_redirect(mtp_download_state *down, const tg_upload_fileCdnRedirect *redirect);
void mtp_cdn_ask(mtp_download_state *down, mtp_part *part);

#endif
