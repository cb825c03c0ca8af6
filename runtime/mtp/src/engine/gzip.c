/* Compression with zlib, its memory taken from the injected allocator, output always capped. */
#include "gzip.h"

#include <limits.h>
#include <mt/mt.h>
#include <string.h>
#include <tl/wire.h>
#include <zlib.h>

#define STEP       16384 /* output room asked for at a time, at least */
#define SIZE_ROOM  16    /* in front of each of zlib's blocks: its size, for the allocator */
#define LONG_FORM  254   /* strings from this size on have a 4-byte length */
#define LENGTH_MAX ((size_t)1 << 24)

static void *z_alloc(void *opaque, uInt items, uInt size) {
  size_t bytes = (size_t)items * size + SIZE_ROOM;
  if (size && items > (SIZE_MAX - SIZE_ROOM) / size)
    return NULL;
  uint8_t *block = tl_alloc(opaque, bytes);
  if (!block)
    return NULL;
  memcpy(block, &bytes, sizeof bytes);
  return block + SIZE_ROOM;
}

static void z_free(void *opaque, void *ptr) {
  uint8_t *block = (uint8_t *)ptr - SIZE_ROOM;
  size_t bytes;
  memcpy(&bytes, block, sizeof bytes);
  tl_free(opaque, block, bytes);
}

/* zlib hands the context back to z_alloc() and z_free() as it is. */
static void set_memory(z_stream *z, const tl_allocator *allocator) {
  memset(z, 0, sizeof *z);
  z->zalloc = z_alloc;
  z->zfree = z_free;
  z->opaque = (voidpf)(uintptr_t)allocator;
}

/* Lets zlib write into all the room that out has or can get. false: the cap or memory ends. */
static bool give_room(z_stream *z, tl_buffer *out) {
  size_t left = out->limit - out->size;
  if (left == 0 || tl_buffer_reserve(out, left < STEP ? left : STEP) != TL_OK)
    return false;
  size_t room = out->capacity - out->size;
  z->next_out = out->data + out->size;
  z->avail_out = room < UINT_MAX ? (uInt)room : UINT_MAX;
  return true;
}

/* What zlib has written becomes part of out. The room was reserved: this cannot fail. */
static void take_room(const z_stream *z, tl_buffer *out) {
  size_t size = (size_t)(z->next_out - (out->data + out->size));
  if (size)
    (void)tl_buffer_extend(out, size);
}

static mtp_cause inflate_all(z_stream *z, tl_buffer *out) {
  for (;;) {
    if (!give_room(z, out)) {
      /* A stream that ends right at the cap still has its trailer to read. */
      uint8_t none;
      z->next_out = &none;
      z->avail_out = 0;
      if (out->size < out->limit)
        return MTP_ERR_NOMEM;
      return inflate(z, Z_FINISH) == Z_STREAM_END ? MTP_OK : MTP_GZIP_LARGE;
    }
    int result = inflate(z, Z_NO_FLUSH);
    take_room(z, out);
    if (result == Z_STREAM_END)
      return MTP_OK;
    if (result == Z_MEM_ERROR)
      return MTP_ERR_NOMEM;
    if (result != Z_OK || (z->avail_in == 0 && z->avail_out != 0))
      return MTP_GZIP_BAD;
  }
}

static mtp_cause inflate_into(tl_bytes packed, tl_buffer *out) {
  z_stream z;
  set_memory(&z, out->allocator);
  if (inflateInit2(&z, 15 + 32) != Z_OK) /* 32: gzip or zlib, told apart by the header */
    return MTP_ERR_NOMEM;
  z.next_in = (Bytef *)(uintptr_t)packed.data;
  z.avail_in = (uInt)packed.size;
  mtp_cause status = inflate_all(&z, out);
  if (!status && z.avail_in)
    status = MTP_GZIP_BAD;
  inflateEnd(&z);
  return status;
}

mtp_cause mtp_gzip_inflate(const tl_allocator *allocator, tl_bytes packed, size_t *budget,
                           tl_buffer *out) {
  tl_buffer_init(out, allocator, *budget);
  if (*budget == 0)
    return MTP_GZIP_LARGE;
  if (packed.size > UINT_MAX)
    return MTP_GZIP_BAD;
  mtp_cause status = inflate_into(packed, out);
  size_t cost = out->size + MTP_GZIP_COST;
  *budget -= cost < *budget ? cost : *budget;
  if (status)
    tl_buffer_free(out);
  return status;
}

bool mtp_gzip_data(tl_bytes object, tl_bytes *data) {
  if (object.size < 8 || tl_load32(object.data) != MT_ID_gzip_packed)
    return false;
  const uint8_t *at = object.data + 4;
  size_t head = 1, size = at[0], room = object.size - 4;
  if (size == LONG_FORM) {
    head = 4;
    size = tl_load32(at) >> 8;
  } else if (size > LONG_FORM) {
    return false;
  }
  if (size > room - head || (head + size + 3) / 4 * 4 != room)
    return false;
  *data = tl_bytes_of(at + head, size);
  return true;
}

/* Deflates into out, whose limit is what would still be worth it. */
static mtp_cause deflate_all(const tl_allocator *allocator, tl_bytes query, tl_buffer *out) {
  z_stream z;
  set_memory(&z, allocator);
  if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return MTP_ERR_NOMEM;
  z.next_in = (Bytef *)(uintptr_t)query.data;
  z.avail_in = (uInt)query.size;
  mtp_cause status = MTP_OK;
  for (int result = Z_OK; !status && result != Z_STREAM_END;) {
    if (!give_room(&z, out)) {
      status = out->size < out->limit ? MTP_ERR_NOMEM : MTP_GZIP_LARGE;
      break;
    }
    result = deflate(&z, Z_FINISH);
    take_room(&z, out);
    if (result == Z_STREAM_ERROR)
      status = MTP_GZIP_BAD;
  }
  deflateEnd(&z);
  return status;
}

/* The object around the data. */
static mtp_cause write_object(tl_bytes data, tl_buffer *out) {
  size_t head = data.size < LONG_FORM ? 5 : 8, pad = (4 - (head + data.size) % 4) % 4;
  uint8_t *at = data.size < LENGTH_MAX ? tl_buffer_extend(out, head + data.size + pad) : NULL;
  if (!at)
    return data.size < LENGTH_MAX ? MTP_ERR_NOMEM : MTP_GZIP_LARGE;
  tl_store32(at, MT_ID_gzip_packed);
  if (head == 5)
    at[4] = (uint8_t)data.size;
  else
    tl_store32(at + 4, (uint32_t)data.size << 8 | LONG_FORM);
  memcpy(at + head, data.data, data.size);
  memset(at + head + data.size, 0, pad);
  return MTP_OK;
}

mtp_cause mtp_gzip_pack(const tl_allocator *allocator, tl_bytes query, tl_buffer *out) {
  tl_buffer data;
  tl_buffer_init(out, allocator, 0);
  if (query.size > UINT_MAX || query.size < 32)
    return MTP_GZIP_LARGE;
  tl_buffer_init(&data, allocator, query.size - 12); /* head, padding, and 4 less at least */
  mtp_cause status = deflate_all(allocator, query, &data);
  if (!status)
    status = write_object(tl_bytes_of(data.data, data.size), out);
  tl_buffer_free(&data);
  return status;
}
