/* The growing byte buffer. */
#include <string.h>
#include <tl/buffer.h>

void tl_buffer_init(tl_buffer *buffer, const tl_allocator *allocator, size_t limit) {
  memset(buffer, 0, sizeof *buffer);
  buffer->allocator = allocator;
  buffer->limit = limit ? limit : TL_BUFFER_LIMIT;
}

void tl_buffer_free(tl_buffer *buffer) {
  tl_free(buffer->allocator, buffer->data, buffer->capacity);
  tl_buffer_init(buffer, buffer->allocator, buffer->limit);
}

void tl_buffer_clear(tl_buffer *buffer) {
  buffer->size = 0;
}

void tl_buffer_wipe(tl_buffer *buffer) {
  /* A compiler cannot know what this calls, and so cannot leave it out. */
  static void *(*const volatile set)(void *, int, size_t) = memset;
  if (buffer->capacity)
    (void)set(buffer->data, 0, buffer->capacity);
  buffer->size = 0;
}

tl_status tl_buffer_reserve(tl_buffer *buffer, size_t more) {
  if (buffer->capacity - buffer->size >= more)
    return TL_OK;
  if (buffer->size > buffer->limit || more > buffer->limit - buffer->size)
    return TL_ERR_NOMEM;
  size_t need = buffer->size + more;
  size_t capacity = buffer->capacity < 128 ? 256 : buffer->capacity * 2;
  if (capacity < need)
    capacity = need;
  if (capacity > buffer->limit)
    capacity = buffer->limit;
  uint8_t *data = tl_realloc(buffer->allocator, buffer->data, buffer->capacity, capacity);
  if (!data)
    return TL_ERR_NOMEM;
  buffer->data = data;
  buffer->capacity = capacity;
  return TL_OK;
}

tl_status tl_buffer_append(tl_buffer *buffer, const void *data, size_t size) {
  if (size == 0)
    return TL_OK;
  uint8_t *at = tl_buffer_extend(buffer, size);
  if (!at)
    return TL_ERR_NOMEM;
  memcpy(at, data, size);
  return TL_OK;
}

uint8_t *tl_buffer_extend(tl_buffer *buffer, size_t size) {
  if (tl_buffer_reserve(buffer, size ? size : 1) != TL_OK)
    return NULL;
  uint8_t *at = buffer->data + buffer->size;
  buffer->size += size;
  return at;
}

void tl_buffer_consume(tl_buffer *buffer, size_t size) {
  if (size >= buffer->size) {
    buffer->size = 0;
    return;
  }
  buffer->size -= size;
  memmove(buffer->data, buffer->data + size, buffer->size);
}
