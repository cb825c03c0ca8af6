/* lib/core.h: structs, and what makes calls and values of them.
 * Made by tlgen from library.tl (layer 7, sha256
 *     bcfecb6c78706081a6ac9aba6a9a94f03110189df168e7d35e922523d65a8a8b) by tlgen 0.1.0. Do not
 *     edit: run tlgen again. */
#ifndef LIB_CORE_H
#define LIB_CORE_H

#include <lib/errors.h>
#include <lib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* error#c4b9f9bb code:int text:string = Error;
 * https://example.org/tl/constructor/error */
#define LIB_ID_error 0xc4b9f9bbu
struct lib_error {
  tl_string text;
  int32_t code;
};
static inline tl_object lib_error_object(const lib_error *value) {
  tl_object object = {&lib_schema, value, 0};
  return object;
}

/* shelf id:long books:Vector<Book> = Shelf;
 * https://example.org/tl/constructor/shelf */
#define LIB_ID_shelf 0xccb3a373u
struct lib_shelf {
  int64_t id;
  lib_vector_Book books;
};
static inline tl_object lib_shelf_object(const lib_shelf *value) {
  tl_object object = {&lib_schema, value, 1};
  return object;
}

/* bookEmpty id:long = Book;
 * https://example.org/tl/constructor/bookEmpty */
#define LIB_ID_bookEmpty 0xbcf16535u
struct lib_bookEmpty {
  int64_t id;
};
static inline lib_Book lib_bookEmpty_box(const lib_bookEmpty *value) {
  lib_Book box;
  box.kind = LIB_bookEmpty;
  box.bookEmpty = value;
  return box;
}
static inline tl_object lib_bookEmpty_object(const lib_bookEmpty *value) {
  tl_object object = {&lib_schema, value, 2};
  return object;
}

/* book flags:# id:long title:string lent:flags.0?true pages:flags.1?int weight:flags.1?double
 *     cover:flags.2?bytes default:flags.3?Bool next:flags.4?Book flags2:#
 *     delete:flags2.0?string = Book;
 * https://example.org/tl/constructor/book
 * pages, weight: all there or none (flags.1). */
#define LIB_ID_book 0x67aba2b9u
struct lib_book {
  int64_t id;
  double weight; /* flags.1 */
  tl_string title;
  tl_bytes cover; /* flags.2 */
  lib_Book next; /* flags.4 */
  tl_string delete_; /* flags2.0 */
  uint32_t flags; /* bits that no field stands for */
  int32_t pages; /* flags.1 */
  uint32_t flags2; /* bits that no field stands for */
  bool default_; /* flags.3 */
  bool lent; /* flags.0 */
  bool has_pages;
  bool has_weight;
  bool has_default;
};
static inline lib_Book lib_book_box(const lib_book *value) {
  lib_Book box;
  box.kind = LIB_book;
  box.book = value;
  return box;
}
static inline tl_object lib_book_object(const lib_book *value) {
  tl_object object = {&lib_schema, value, 3};
  return object;
}

/* boolFalse#bc799737 = Bool;
 * https://example.org/tl/constructor/boolFalse */
#define LIB_ID_boolFalse 0xbc799737u
struct lib_boolFalse {
  char empty_;
};
static inline tl_object lib_boolFalse_object(const lib_boolFalse *value) {
  tl_object object = {&lib_schema, value, 6};
  return object;
}

/* boolTrue#997275b5 = Bool;
 * https://example.org/tl/constructor/boolTrue */
#define LIB_ID_boolTrue 0x997275b5u
struct lib_boolTrue {
  char empty_;
};
static inline tl_object lib_boolTrue_object(const lib_boolTrue *value) {
  tl_object object = {&lib_schema, value, 7};
  return object;
}

/* getShelf id:long = Shelf;
 * https://example.org/tl/method/getShelf
 * For users and bots.
 * Works before signing in.
 * Errors: 400 BOOK_UNKNOWN. */
#define LIB_ID_getShelf 0x6ac36ba2u
typedef struct lib_getShelf {
  int64_t id;
} lib_getShelf;
static inline tl_call lib_getShelf_call(const lib_getShelf *request) {
  tl_call call = {&lib_schema, request, 8};
  return call;
}
static inline const lib_shelf *lib_getShelf_result(const tl_value *reply) {
  return *(const lib_shelf *const *)tl_value_slot(reply, &lib_schema, 12);
}
static inline tl_object lib_getShelf_object(const lib_getShelf *value) {
  tl_object object = {&lib_schema, value, 8};
  return object;
}
enum lib_getShelf_err {
  LIB_getShelf_ERR_OTHER = 0,
  LIB_getShelf_BOOK_UNKNOWN = LIB_ERR_BOOK_UNKNOWN,
};
static inline enum lib_getShelf_err lib_getShelf_error(lib_err error) {
  switch (error) {
  case LIB_ERR_BOOK_UNKNOWN:
    return (enum lib_getShelf_err)error;
  default:
    return LIB_getShelf_ERR_OTHER;
  }
}

/* invoke {X:Type} user:user.Reader query:!X = X;
 * https://example.org/tl/method/invoke */
#define LIB_ID_invoke 0x498cbe0cu
typedef struct lib_invoke {
  lib_user_Reader user;
  tl_object query;
} lib_invoke;
static inline tl_call lib_invoke_call(const lib_invoke *request) {
  tl_call call = {&lib_schema, request, 12};
  return call;
}
static inline tl_value lib_invoke_result(const tl_value *reply) {
  return *reply;
}
static inline tl_object lib_invoke_object(const lib_invoke *value) {
  tl_object object = {&lib_schema, value, 12};
  return object;
}
enum lib_invoke_err {
  LIB_invoke_ERR_OTHER = 0,
};
static inline enum lib_invoke_err lib_invoke_error(lib_err error) {
  (void)error;
  return LIB_invoke_ERR_OTHER;
}

#ifdef __cplusplus
}
#endif

#endif
