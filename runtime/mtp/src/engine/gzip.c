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

/* Lets zlib write into `most` bytes at most of the room that out has or can get. false: the cap or
 * memory ends. */
static bool give_room(z_stream *z, tl_buffer *out, size_t most) {
  size_t left = out->limit - out->size;
  if (left == 0 || tl_buffer_reserve(out, left < STEP ? left : STEP) != TL_OK)
    return false;
  size_t room = out->capacity - out->size;
  room = room < most ? room : most;
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

struct mtp_inflater {
  z_stream z;
  tl_bytes left; /* that zlib has not been shown yet */
  tl_buffer out;
  size_t made; /* bytes that have come out */
};

static void show(mtp_inflater *self, size_t most) {
  size_t shown = most < self->left.size ? most : self->left.size;
  self->z.avail_in += (uInt)shown;
  self->left = tl_bytes_of(self->left.data + shown, self->left.size - shown);
}

/* A stream that ends right at the cap still has its trailer to read. */
static mtp_cause inflate_end(mtp_inflater *self) {
  z_stream *z = &self->z;
  uint8_t none;
  z->next_out = &none;
  z->avail_out = 0;
  if (self->out.size < self->out.limit)
    return MTP_ERR_NOMEM;
  show(self, STEP);
  return inflate(z, Z_FINISH) == Z_STREAM_END ? MTP_OK : MTP_GZIP_LARGE;
}

/* Shows zlib up to `most` bytes, and lets it write as many. */
static mtp_cause inflate_some(mtp_inflater *self, size_t most, bool *ended) {
  z_stream *z = &self->z;
  tl_buffer *out = &self->out;
  size_t end = most < out->limit - out->size ? out->size + most : out->limit;
  if (!z->avail_in)
    show(self, most);
  do {
    if (!give_room(z, out, end - out->size)) {
      *ended = true;
      return inflate_end(self);
    }
    int result = inflate(z, Z_NO_FLUSH);
    take_room(z, out);
    *ended = result == Z_STREAM_END;
    if (result == Z_MEM_ERROR)
      return MTP_ERR_NOMEM;
    if (!*ended && ((result != Z_OK && result != Z_BUF_ERROR) ||
                    (z->avail_in == 0 && z->avail_out != 0 && self->left.size == 0)))
      return MTP_GZIP_BAD;
  } while (!*ended && out->size < end && z->avail_in);
  return MTP_OK;
}

mtp_cause mtp_inflate_begin(const tl_allocator *allocator, tl_bytes packed, size_t most,
                            mtp_inflater **out) {
  *out = NULL;
  if (most == 0)
    return MTP_GZIP_LARGE;
  if (packed.size > UINT_MAX)
    return MTP_GZIP_BAD;
  mtp_inflater *self = tl_alloc(allocator, sizeof *self);
  if (!self)
    return MTP_ERR_NOMEM;
  *self = (mtp_inflater){.left = packed};
  tl_buffer_init(&self->out, allocator, most);
  set_memory(&self->z, allocator);
  self->z.next_in = (Bytef *)(uintptr_t)packed.data;
  if (inflateInit2(&self->z, 15 + 32) != Z_OK) { /* 32: gzip or zlib, told apart by the header */
    tl_free(allocator, self, sizeof *self);
    return MTP_ERR_NOMEM;
  }
  *out = self;
  return MTP_OK;
}

mtp_cause mtp_inflate_step(mtp_inflater *self, size_t most, size_t *work, bool *done) {
  size_t before = self->out.size, left = self->left.size + self->z.avail_in;
  mtp_cause status = inflate_some(self, most, done);
  self->made = self->out.size;
  *work = self->out.size - before + left - self->left.size - self->z.avail_in + 1;
  if (!status && *done && (self->z.avail_in || self->left.size))
    status = MTP_GZIP_BAD;
  return status;
}

size_t mtp_inflate_made(const mtp_inflater *self) {
  return self->made;
}

tl_buffer mtp_inflate_take(mtp_inflater *self) {
  tl_buffer content = self->out;
  tl_buffer_init(&self->out, content.allocator, 0);
  return content;
}

void mtp_inflate_free(mtp_inflater *self) {
  if (!self)
    return;
  const tl_allocator *allocator = self->out.allocator;
  inflateEnd(&self->z);
  tl_buffer_wipe(&self->out);
  tl_buffer_free(&self->out);
  tl_free(allocator, self, sizeof *self);
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
    if (!give_room(&z, out, SIZE_MAX)) {
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
