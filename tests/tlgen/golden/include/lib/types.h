/* lib/types.h: every struct by name; sums; vectors.
 * Made by tlgen from library.tl (layer 7, sha256
 *     bcfecb6c78706081a6ac9aba6a9a94f03110189df168e7d35e922523d65a8a8b) by tlgen 0.1.0. Do not
 *     edit: run tlgen again. */
#ifndef LIB_TYPES_H
#define LIB_TYPES_H

#include <lib/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Error: held as const lib_error * */
typedef struct lib_error lib_error;

/* Shelf, returned by getShelf: held as const lib_shelf * */
typedef struct lib_shelf lib_shelf;

/* Book: https://example.org/tl/type/Book */
typedef struct lib_bookEmpty lib_bookEmpty;
typedef struct lib_book lib_book;
enum lib_Book_kind {
  LIB_Book_none = 0, /* absent */
  LIB_bookEmpty,
  LIB_book,
};
typedef struct lib_Book {
  enum lib_Book_kind kind;
  union {
    const lib_bookEmpty *bookEmpty;
    const lib_book *book;
  };
} lib_Book;

/* user.Reader, returned by user.find: https://example.org/tl/type/user.Reader */
typedef struct lib_user_self lib_user_self;
typedef struct lib_user_other lib_user_other;
enum lib_user_Reader_kind {
  LIB_user_Reader_none = 0, /* absent */
  LIB_user_self,
  LIB_user_other,
};
typedef struct lib_user_Reader {
  enum lib_user_Reader_kind kind;
  union {
    const lib_user_self *user_self;
    const lib_user_other *user_other;
  };
} lib_user_Reader;

/* Constructors of no type here. */
typedef struct lib_boolFalse lib_boolFalse;
typedef struct lib_boolTrue lib_boolTrue;

/* Vectors. */
typedef struct lib_vector_Book {
  const lib_Book *items;
  size_t count;
} lib_vector_Book;
typedef struct lib_vector_user_Reader {
  const lib_user_Reader *items;
  size_t count;
} lib_vector_user_Reader;

#ifdef __cplusplus
}
#endif

#endif
