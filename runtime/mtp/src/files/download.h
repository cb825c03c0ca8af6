/* The inside of a download: parts from a data centre (download.c) or from a CDN (cdn.c), another
 * reference when that is worn out (refresh.c), the end of a file whose size nobody knows
 * (ending.c). What these want of the download they ask by its functions below, not by name. */
#ifndef MTP_FILES_DOWNLOAD_H
#define MTP_FILES_DOWNLOAD_H

#include "files/blocks.h"
#include "files/transfer.h"

typedef struct mtp_download_state mtp_download_state;

struct mtp_download_state {
  mtp_transfer base;
  tl_arena arena; /* of location */
  tg_InputFileLocation location;
  int32_t dc;
  int64_t size;    /* 0: not known */
  int64_t start;   /* first byte wanted */
  int64_t written; /* next byte for the sink */
  int64_t end;     /* where the file ends, once known; -1 */
  mtp_sink sink;
  mtp_download_done done;
  void *ctx;
  /* Asks for a part from where the file is now. */
  void (*ask)(mtp_download_state *down, mtp_part *part);
  /* A part is there, decrypted and checked: part->bytes. */
  void (*arrived)(mtp_download_state *down, mtp_part *part);
  /* References. */
  mtp_origin origin;
  mtp_refresh refresh;
  void *refresh_ctx;
  unsigned references; /* fetched anew so far */
  bool refreshing;
  mtp_error worn; /* why */
  /* After a redirect. */
  bool cdn;
  int32_t cdn_dc;
  uint8_t token[512];
  size_t token_size;
  uint8_t key[32], iv[16];
  mtp_blocks blocks;
};

/* The location is the caller's: a copy in the download's arena, made by way of its bytes. */
mtp_status mtp_download_locate(mtp_download_state *down, const tg_InputFileLocation *from,
                               mtp_error *error);

/* Everything from the CDN from now on; false: it makes no sense, and the download has failed. */
bool mtp_cdn_redirect(mtp_download_state *down, const tg_upload_fileCdnRedirect *redirect);
void mtp_cdn_ask(mtp_download_state *down, mtp_part *part);

/* Whether it is about the reference, and the part is asked for again with another one. */
bool mtp_refresh_part(mtp_download_state *down, mtp_part *part, const mtp_error *error);

/* Whether the part may lie past the end of a file of unknown size: then what is refused says so. */
bool mtp_ending_may_be(const mtp_download_state *down, const mtp_part *part);
/* Whether the error is dealt with: the end was found, or is looked for. */
bool mtp_ending_refused(mtp_download_state *down, mtp_part *part, const mtp_error *error);

#endif
