/* A byte buffer that grows at its end, with a cap. Everything that produces bytes writes into one.
 */
#ifndef TL_BUFFER_H
#define TL_BUFFER_H

#include <tl/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Owned by whoever initialised it; freed by tl_buffer_free(). Read data and size directly; do not
 * write them. */
typedef struct tl_buffer {
  uint8_t *data;
  size_t size;
  size_t capacity;
  size_t limit; /* no more than this many bytes, ever */
  const tl_allocator *allocator;
} tl_buffer;

#define TL_BUFFER_LIMIT ((size_t)1 << 30)

/* An empty buffer that allocates nothing yet. limit 0 means TL_BUFFER_LIMIT. */
TL_API void tl_buffer_init(tl_buffer *buffer, const tl_allocator *allocator, size_t limit);
/* Gives the memory back; the buffer can be used again. */
TL_API void tl_buffer_free(tl_buffer *buffer);

/* Keeps the memory, forgets the bytes. tl_buffer_wipe() overwrites them first: for secrets. */
TL_API void tl_buffer_clear(tl_buffer *buffer);
TL_API void tl_buffer_wipe(tl_buffer *buffer);

/* Makes room for `more` bytes after size without changing size. TL_ERR_NOMEM past the limit or when
 * memory ends; the buffer is then as it was. */
TL_API TL_MUST_USE tl_status tl_buffer_reserve(tl_buffer *buffer, size_t more);

/* Appends. TL_ERR_NOMEM; the buffer is then as it was. `data` must not point into the buffer. */
TL_API TL_MUST_USE tl_status tl_buffer_append(tl_buffer *buffer, const void *data, size_t size);

/* Appends `size` bytes for the caller to fill and returns where they start, NULL when out of
 * memory. */
TL_API uint8_t *tl_buffer_extend(tl_buffer *buffer, size_t size);

/* Removes the first `size` bytes (at most all). */
TL_API void tl_buffer_consume(tl_buffer *buffer, size_t size);

#ifdef __cplusplus
}
#endif
#endif
