/* Files in a world: what a file holds follows from its id, so that both ends can tell whether a
 * byte is right. Some are at another data centre, some come from a CDN, some move to new
 * references while they are fetched. */
#ifndef TESTS_SIMULATE_FILES_H
#define TESTS_SIMULATE_FILES_H

#include <mtp/files.h>

struct world;
struct dc_call;

enum { FILES_AT_ONCE = 3, FILES_MOST = 3 << 19, FILES_PARTS = 1024, FILES_CDN = 4 };

/* One transfer, from the client's side and the server's. */
typedef struct files_one {
  struct world *w;
  bool used, up, cancelled;
  int64_t id, size, part_size;
  int64_t done; /* bytes that the client has, or has given */
  uint64_t failed_before;
  int64_t awake_us;  /* when it began, by the client's clock */
  bool stream;       /* an upload whose size is told at the end */
  uint8_t reference; /* the one that is good now */
  int64_t got;       /* upload: bytes that the server has */
  bool part[FILES_PARTS];
  mtp_transfer *transfer;
} files_one;

typedef struct files {
  files_one at[FILES_AT_ONCE];
  size_t open;
  int64_t next_id;
  uint64_t downloads, uploads, failed, parts, cdn_parts;
} files;

void files_start(struct world *w);
void files_cancel(struct world *w);
/* None takes longer than its waits and tries together. */
void files_check(struct world *w);
/* Answers a call about files. False: it is none. */
bool files_serve(struct world *w, struct dc_call *call);

/* Byte `at` of a file. */
static inline uint8_t files_byte(int64_t id, int64_t at) {
  return (uint8_t)((uint64_t)(at * 2654435761 + id * 40503) >> 13 ^ (uint64_t)id);
}
void files_fill(int64_t id, int64_t offset, uint8_t *out, size_t size);

#endif
