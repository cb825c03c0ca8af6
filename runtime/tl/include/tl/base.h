/* libtl: what every header of it starts from. The API macro, status codes, byte and string views,
 * and the allocator that a caller can put in place of malloc. */
#ifndef TL_BASE_H
#define TL_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define TL_API
#else
#define TL_API __attribute__((visibility("default")))
#endif

#if defined(__GNUC__)
#define TL_MUST_USE __attribute__((warn_unused_result))
#else
#define TL_MUST_USE
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What went wrong, in one word. tl_status_name() gives the word. */
typedef enum tl_status {
  TL_OK = 0,
  TL_ERR_NOMEM, /* the allocator returned NULL, or the decoded object would pass its memory cap */
  TL_ERR_TRUNCATED, /* the bytes end inside a value (TL-4) */
  TL_ERR_UNKNOWN,   /* a constructor id that the schema, or the expected type, does not have (TL-17)
                     */
  TL_ERR_BOOL,      /* neither boolTrue nor boolFalse (TL-5) */
  TL_ERR_VECTOR,    /* not a vector id, or a count that the bytes left cannot hold (TL-6) */
  TL_ERR_STRING,    /* a length form that is not allowed, or a string of 2^24 bytes or more (TL-2,
                       TL-3) */
  TL_ERR_DEPTH,     /* nested deeper than the limit (TL-14) */
  TL_ERR_TRAILING,  /* bytes left after the object (TL-15) */
  TL_ERR_FLAGS,     /* fields that share one bit, some present and some absent (TL-7) */
  TL_ERR_MISSING,   /* encoding: a field that must be there is not */
  TL_ERR_TYPE,      /* a value of another type than the place asks for; JSON of the wrong kind */
  TL_ERR_NAME,      /* JSON: a constructor, function or field name that the schema does not have */
  TL_ERR_RANGE,     /* a number that does not fit */
  TL_ERR_SYNTAX,    /* JSON: not JSON */
  TL_ERR_STRICT,    /* strict mode: non-zero padding, non-canonical length or unknown flag bit */
  TL_ERR_ABI,       /* generated tables of another table version than this library */
  TL_ERR_ARGUMENT   /* an argument that makes no sense */
} tl_status;

/* "ok", "truncated", ...: for logs. Never NULL. */
TL_API const char *tl_status_name(tl_status status);

/* Bytes that someone else owns. `string` and `bytes` of a schema are both this: on the wire they
 * are the same, and a string need not be UTF-8. data == NULL means absent where the field is
 * optional; an empty one that is present has a data that is not NULL (TL_STR("")). Decoded strings
 * are followed by a NUL that size does not count when the decoder copied them
 * (tl_decode_options.alias off). */
typedef struct tl_bytes {
  const uint8_t *data;
  size_t size;
} tl_bytes;

typedef struct tl_string {
  const char *data;
  size_t size;
} tl_string;

/* Fixed bit strings: raw bytes in the order of the wire (TL-1). */
typedef struct tl_int128 {
  uint8_t bytes[16];
} tl_int128;

typedef struct tl_int256 {
  uint8_t bytes[32];
} tl_int256;

/* A view of a string literal / of a NUL-terminated string (NULL gives absent). */
#ifdef __cplusplus
#define TL_STR(literal) (tl_string{"" literal, sizeof(literal) - 1})
#else
#define TL_STR(literal) ((tl_string){"" literal, sizeof(literal) - 1})
#endif
/* A view of text, borrowed, without its NUL; NULL gives absent. */
TL_API tl_string tl_string_of(const char *text);
/* A view of `size` bytes; they are not copied. */
TL_API tl_bytes tl_bytes_of(const void *data, size_t size);

/* Where memory comes from. realloc(ctx, NULL, 0, n) allocates, realloc(ctx, p, old, 0) frees and
 * returns NULL. A NULL `const tl_allocator *` everywhere means malloc, realloc and free. The
 * allocator must outlive every object made with it. */
typedef struct tl_allocator {
  void *(*realloc)(void *ctx, void *ptr, size_t old_size, size_t new_size);
  void *ctx;
} tl_allocator;

/* Memory by an allocator, NULL for malloc; sizes in bytes, as it was asked for. tl_realloc() with a
 * new size of 0 frees. */
TL_API void *tl_alloc(const tl_allocator *allocator, size_t size); /* NULL when out of memory */
TL_API void *tl_alloc_zero(const tl_allocator *allocator, size_t size); /* the same, zero-filled */
TL_API void *tl_realloc(const tl_allocator *allocator, void *ptr, size_t old_size, size_t new_size);
TL_API void tl_free(const tl_allocator *allocator, void *ptr,
                    size_t size); /* size as allocated; NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
