/* The blocks of a file on a CDN, found by halving. */
#include "files/blocks.h"

#include <mtp/crypto.h>
#include <openssl/crypto.h>
#include <string.h>

enum { MAX_BLOCKS = 1 << 20, MAX_BLOCK = 1 << 20 };

/* The first block that begins at or behind it. */
static size_t place_of(const mtp_blocks *b, int64_t offset) {
  size_t low = 0, high = b->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (b->blocks[middle].offset < offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool grow(mtp_blocks *b, const tl_allocator *allocator) {
  size_t room = b->room ? 2 * b->room : 64, size = sizeof *b->blocks;
  mtp_block *grown = tl_realloc(allocator, b->blocks, b->room * size, room * size);
  if (!grown)
    return false;
  b->blocks = grown;
  b->room = room;
  return true;
}

static bool is_sane(const tg_fileHash *hash) {
  return hash->hash.size == 32 && hash->limit > 0 && hash->limit <= MAX_BLOCK &&
         hash->offset >= 0 && hash->offset <= INT64_MAX - MAX_BLOCK;
}

static bool is_same(const mtp_block *block, const tg_fileHash *hash) {
  return block->offset == hash->offset && block->size == hash->limit &&
         memcmp(block->hash, hash->hash.data, sizeof block->hash) == 0;
}

/* Whether it lies between its neighbours. */
static bool fits(const mtp_blocks *b, size_t place, const tg_fileHash *hash) {
  if (place > 0 && b->blocks[place - 1].offset + b->blocks[place - 1].size > hash->offset)
    return false;
  return place == b->n || hash->offset + hash->limit <= b->blocks[place].offset;
}

static mtp_status add(mtp_blocks *b, const tl_allocator *allocator, const tg_fileHash *hash) {
  if (!is_sane(hash))
    return MTP_ERR_REJECTED;
  size_t place = place_of(b, hash->offset);
  if (place < b->n && is_same(&b->blocks[place], hash))
    return MTP_OK;
  if (!fits(b, place, hash) || b->n == MAX_BLOCKS)
    return MTP_ERR_REJECTED;
  if (b->n == b->room && !grow(b, allocator))
    return MTP_ERR_NOMEM;
  memmove(&b->blocks[place + 1], &b->blocks[place], (b->n - place) * sizeof *b->blocks);
  mtp_block *block = &b->blocks[place];
  block->offset = hash->offset;
  block->size = hash->limit;
  memcpy(block->hash, hash->hash.data, sizeof block->hash);
  b->n++;
  return MTP_OK;
}

mtp_status mtp_blocks_add(mtp_blocks *blocks, const tl_allocator *allocator,
                          const tg_vector_FileHash *hashes) {
  mtp_status status = MTP_OK;
  for (size_t i = 0; i < hashes->count && !status; i++)
    status = add(blocks, allocator, hashes->items[i]);
  return status;
}

static mtp_checked check_hash(const mtp_block *block, const uint8_t *data, size_t size) {
  uint8_t digest[MTP_SHA256_SIZE];
  tl_bytes part = tl_bytes_of(data, size);
  if (mtp_sha256(&part, 1, digest))
    return MTP_CHECKED_FAILED;
  bool same = CRYPTO_memcmp(digest, block->hash, sizeof block->hash) == 0;
  return same ? MTP_CHECKED_GOOD : MTP_CHECKED_BAD;
}

mtp_checked mtp_blocks_check(const mtp_blocks *b, int64_t offset, tl_bytes bytes, size_t asked) {
  size_t at = 0;
  while (at < bytes.size) {
    size_t place = place_of(b, offset + (int64_t)at);
    bool inside =
        place > 0 && b->blocks[place - 1].offset + b->blocks[place - 1].size > offset + (int64_t)at;
    if (inside)
      return MTP_CHECKED_BAD; /* its beginning is in another part */
    if (place == b->n || b->blocks[place].offset != offset + (int64_t)at)
      return MTP_CHECKED_UNKNOWN;
    const mtp_block *block = &b->blocks[place];
    size_t left = bytes.size - at, size = (size_t)block->size;
    if (size > left && bytes.size == asked)
      return MTP_CHECKED_BAD;         /* the rest of it is in another part */
    size = size < left ? size : left; /* the last one of a file may be told as a whole one */
    mtp_checked checked = check_hash(block, bytes.data + at, size);
    if (checked != MTP_CHECKED_GOOD)
      return checked;
    at += size;
  }
  size_t next = place_of(b, offset + (int64_t)at);
  bool goes_on = next < b->n && b->blocks[next].offset < offset + (int64_t)asked;
  return goes_on ? MTP_CHECKED_BAD : MTP_CHECKED_GOOD;
}

void mtp_blocks_free(mtp_blocks *blocks, const tl_allocator *allocator) {
  tl_free(allocator, blocks->blocks, blocks->room * sizeof *blocks->blocks);
  *blocks = (mtp_blocks){0};
}
