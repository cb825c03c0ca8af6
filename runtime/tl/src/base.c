/* Status names, views and the allocator that stands in when a caller gives none. */
#include <stdlib.h>
#include <string.h>
#include <tl/base.h>

const char *tl_status_name(tl_status status) {
  switch (status) {
  case TL_OK:
    return "ok";
  case TL_ERR_NOMEM:
    return "out of memory";
  case TL_ERR_TRUNCATED:
    return "truncated";
  case TL_ERR_UNKNOWN:
    return "unknown constructor";
  case TL_ERR_BOOL:
    return "not a Bool";
  case TL_ERR_VECTOR:
    return "bad vector";
  case TL_ERR_STRING:
    return "bad string length";
  case TL_ERR_DEPTH:
    return "nested too deep";
  case TL_ERR_TRAILING:
    return "trailing bytes";
  case TL_ERR_FLAGS:
    return "fields of one flag disagree";
  case TL_ERR_MISSING:
    return "required field missing";
  case TL_ERR_TYPE:
    return "wrong type";
  case TL_ERR_NAME:
    return "unknown name";
  case TL_ERR_RANGE:
    return "number out of range";
  case TL_ERR_SYNTAX:
    return "syntax error";
  case TL_ERR_STRICT:
    return "not canonical";
  case TL_ERR_ABI:
    return "tables of another version";
  case TL_ERR_ARGUMENT:
    return "bad argument";
  }
  return "unknown status";
}

tl_string tl_string_of(const char *text) {
  tl_string view = {text, text ? strlen(text) : 0};
  return view;
}

tl_bytes tl_bytes_of(const void *data, size_t size) {
  tl_bytes view = {data, size};
  return view;
}

void *tl_realloc(const tl_allocator *allocator, void *ptr, size_t old_size, size_t new_size) {
  if (allocator)
    return allocator->realloc(allocator->ctx, ptr, old_size, new_size);
  if (new_size == 0) {
    free(ptr);
    return NULL;
  }
  return realloc(ptr, new_size);
}

void *tl_alloc(const tl_allocator *allocator, size_t size) {
  return tl_realloc(allocator, NULL, 0, size ? size : 1);
}

void *tl_alloc_zero(const tl_allocator *allocator, size_t size) {
  void *ptr = tl_alloc(allocator, size);
  if (ptr)
    memset(ptr, 0, size);
  return ptr;
}

void tl_free(const tl_allocator *allocator, void *ptr, size_t size) {
  if (ptr)
    tl_realloc(allocator, ptr, size ? size : 1, 0);
}
