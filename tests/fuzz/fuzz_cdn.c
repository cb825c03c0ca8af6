/* A script for the blocks of a file on a CDN: hashes that a data centre tells, and parts that come.
 * What is taken as good lies in blocks that were told, as a whole, with the bytes that were hashed;
 * a simple list of the same hashes decides the same. */
#include "fuzz.h"

#include <files/blocks.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"

enum { SIZE = 4096, TOLD = 256 };

typedef struct model {
  uint8_t file[SIZE];
  struct {
    int64_t offset;
    int32_t size;
    bool right; /* the hash is that of the file's bytes */
  } told[TOLD];
  size_t n;
} model;

static void fill(model *m) {
  m->n = 0;
  for (size_t i = 0; i < SIZE; i++)
    m->file[i] = (uint8_t)(i * 2654435761u >> 11);
}

static bool fits(const model *m, int64_t offset, int32_t size, bool right, bool *known) {
  *known = false;
  for (size_t i = 0; i < m->n; i++) {
    bool same = m->told[i].offset == offset && m->told[i].size == size;
    if (same && m->told[i].right == right)
      *known = true;
    else if (m->told[i].offset < offset + size && offset < m->told[i].offset + m->told[i].size)
      return false;
  }
  return size > 0 && offset >= 0;
}

/* One hash, of the file's bytes or not, at any place. */
static void tell(model *m, mtp_blocks *blocks, fuzz_input *in) {
  uint8_t digest[EVP_MAX_MD_SIZE] = {0}, how = input_u8(in);
  int64_t offset = input_u16(in) * INT64_C(16);
  int32_t size = input_u16(in);
  bool inside = offset + size <= SIZE, right = inside && !(how & 1), known = false;
  if (right)
    FUZZ_CHECK(EVP_Digest(m->file + offset, (size_t)size, digest, NULL, EVP_sha256(), NULL) == 1);
  if (how & 2)
    offset = -offset;
  right = right && offset >= 0;
  tg_fileHash hash = {
      .offset = offset, .limit = how & 4 ? -size : size, .hash = {digest, how & 8 ? 31u : 32u}};
  const tg_fileHash *items[1] = {&hash};
  tg_vector_FileHash list = {items, 1};
  bool sane = hash.hash.size == 32 && fits(m, offset, hash.limit, right, &known);
  if (m->n == TOLD)
    return;
  FUZZ_CHECK((mtp_blocks_add(blocks, NULL, &list) == MTP_OK) == sane);
  if (!sane || known)
    return;
  m->told[m->n].offset = offset;
  m->told[m->n].size = hash.limit;
  m->told[m->n++].right = right;
}

/* The block that begins there; TOLD: none. */
static size_t block_at(const model *m, int64_t offset) {
  for (size_t i = 0; i < m->n; i++)
    if (m->told[i].offset == offset)
      return i;
  return TOLD;
}

/* A part, perhaps with a wrong byte, perhaps shorter than was asked for. */
static void check(const model *m, const mtp_blocks *blocks, fuzz_input *in) {
  uint8_t part[SIZE], how = input_u8(in);
  size_t offset = input_u16(in) * (size_t)16 % SIZE, asked = input_u16(in);
  size_t size = asked < SIZE - offset ? asked : SIZE - offset, at = 0;
  memcpy(part, m->file + offset, size);
  bool spoilt = how & 1 && size;
  if (spoilt)
    part[size * (how >> 1) / 128] ^= 1;
  mtp_checked result = mtp_blocks_check(blocks, (int64_t)offset, tl_bytes_of(part, size), asked);
  if (result != MTP_CHECKED_GOOD)
    return;
  FUZZ_CHECK(!spoilt);
  while (at < size) { /* every byte is vouched for */
    size_t i = block_at(m, (int64_t)(offset + at));
    FUZZ_CHECK(i != TOLD && m->told[i].right);
    FUZZ_CHECK((size_t)m->told[i].size <= size - at || size < asked);
    at += (size_t)m->told[i].size;
  }
}

/* proves RB-7, AP-6 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static model m;
  fuzz_input in = {data, size};
  mtp_blocks blocks = {0};
  fill(&m);
  while (in.left) {
    if (input_u8(&in) & 1)
      check(&m, &blocks, &in);
    else
      tell(&m, &blocks, &in);
  }
  mtp_blocks_free(&blocks, NULL);
  return 0;
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  fuzz_output o = {out, 0, room};
  unsigned block = 128u << (seed & 3), n = SIZE / block;
  for (unsigned i = 0; i < n; i++) { /* in order, or from the back */
    unsigned at = (seed & 4 ? n - 1 - i : i) * block / 16;
    const uint8_t told[] = {0,
                            seed >> 8 & 15 ? 0 : 1,
                            (uint8_t)at,
                            (uint8_t)(at >> 8),
                            (uint8_t)block,
                            (uint8_t)(block >> 8)};
    output_bytes(&o, told, sizeof told);
  }
  for (unsigned i = 0; i < 4; i++) {
    unsigned at = (unsigned)(seed >> (16 + 4 * i)) % n * block / 16, part = block * (1 + i);
    const uint8_t asked[] = {1,
                             seed >> (40 + i) & 1 ? 0 : 3,
                             (uint8_t)at,
                             (uint8_t)(at >> 8),
                             (uint8_t)part,
                             (uint8_t)(part >> 8)};
    output_bytes(&o, asked, sizeof asked);
  }
  return o.size;
}
