/* lib/errors.h: the server's errors, all of them and those of each method.
 * Made by tlgen from library.tl (layer 7, sha256
 *     bcfecb6c78706081a6ac9aba6a9a94f03110189df168e7d35e922523d65a8a8b) by tlgen 0.1.0. Do not
 *     edit: run tlgen again. */
#ifndef LIB_ERRORS_H
#define LIB_ERRORS_H

#include <tl/errors.h>
#include <lib/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Every error that is known, with the codes that it comes with, the usual one first. An X
 * stands for a number or, at the end, a text, which comes along. UNKNOWN is one that the
 * list does not have: its text tells. */
typedef enum lib_err {
  LIB_ERR_UNKNOWN = 0,
  LIB_ERR_2_MANY_BOOKS, /* 400 */
  LIB_ERR_ASK_X, /* 403 */
  LIB_ERR_BOOK_UNKNOWN, /* 400 */
  LIB_ERR_LENT_ALREADY, /* 403/401 */
  LIB_ERR_NEVER_LISTED, /* 400 */
  LIB_ERR_OF_ANOTHER_LAYER, /* 404 */
  LIB_ERR_WAIT_X, /* 420, from any method */
} lib_err;

TL_API extern const tl_error_table lib_errors;

/* What each method is known to return, so that a switch can name them all; the
 * function beside it gives OTHER for everything else. */

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

enum lib_user_lend_err {
  LIB_user_lend_ERR_OTHER = 0,
  LIB_user_lend_2_MANY_BOOKS = LIB_ERR_2_MANY_BOOKS,
  LIB_user_lend_ASK_X = LIB_ERR_ASK_X,
  LIB_user_lend_BOOK_UNKNOWN = LIB_ERR_BOOK_UNKNOWN,
  LIB_user_lend_LENT_ALREADY = LIB_ERR_LENT_ALREADY,
};
static inline enum lib_user_lend_err lib_user_lend_error(lib_err error) {
  switch (error) {
  case LIB_ERR_2_MANY_BOOKS:
  case LIB_ERR_ASK_X:
  case LIB_ERR_BOOK_UNKNOWN:
  case LIB_ERR_LENT_ALREADY:
    return (enum lib_user_lend_err)error;
  default:
    return LIB_user_lend_ERR_OTHER;
  }
}

enum lib_user_find_err {
  LIB_user_find_ERR_OTHER = 0,
};
static inline enum lib_user_find_err lib_user_find_error(lib_err error) {
  (void)error;
  return LIB_user_find_ERR_OTHER;
}

enum lib_user_forget_err {
  LIB_user_forget_ERR_OTHER = 0,
};
static inline enum lib_user_forget_err lib_user_forget_error(lib_err error) {
  (void)error;
  return LIB_user_forget_ERR_OTHER;
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
