/* lib/errors.h: the server's errors. Those of a method stand beside it.
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

#ifdef __cplusplus
}
#endif

#endif
