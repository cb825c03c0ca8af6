/* lib/user.h: structs, and what makes calls and values of them.
 * Made by tlgen from library.tl (layer 7, sha256
 *     bcfecb6c78706081a6ac9aba6a9a94f03110189df168e7d35e922523d65a8a8b) by tlgen 0.1.0. Do not
 *     edit: run tlgen again. */
#ifndef LIB_USER_H
#define LIB_USER_H

#include <lib/errors.h>
#include <lib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* user.self name:string = user.Reader;
 * https://example.org/tl/constructor/user.self */
#define LIB_ID_user_self 0xcbc537b0u
struct lib_user_self {
  tl_string name;
};
static inline lib_user_Reader lib_user_self_box(const lib_user_self *value) {
  lib_user_Reader box;
  box.kind = LIB_user_self;
  box.user_self = value;
  return box;
}
static inline tl_object lib_user_self_object(const lib_user_self *value) {
  tl_object object = {&lib_schema, value, 4};
  return object;
}

/* user.other id:long hash:int128 = user.Reader;
 * https://example.org/tl/constructor/user.other */
#define LIB_ID_user_other 0x82abf85du
struct lib_user_other {
  int64_t id;
  tl_int128 hash;
};
static inline lib_user_Reader lib_user_other_box(const lib_user_other *value) {
  lib_user_Reader box;
  box.kind = LIB_user_other;
  box.user_other = value;
  return box;
}
static inline tl_object lib_user_other_object(const lib_user_other *value) {
  tl_object object = {&lib_schema, value, 5};
  return object;
}

/* user.lend to:user.Reader books:Vector<long> = Bool;
 * https://example.org/tl/method/user.lend
 * For users, not for bots.
 * Errors: 400 2_MANY_BOOKS, 403 ASK_%s, 400 BOOK_UNKNOWN, 403/401 LENT_ALREADY. */
#define LIB_ID_user_lend 0x6eefd9ddu
typedef struct lib_user_lend {
  lib_user_Reader to;
  tl_vector_long books;
} lib_user_lend;
static inline tl_call lib_user_lend_call(const lib_user_lend *request) {
  tl_call call = {&lib_schema, request, 9};
  return call;
}
static inline bool lib_user_lend_result(const tl_value *reply) {
  return *(const bool *)tl_value_slot(reply, &lib_schema, 7);
}
static inline tl_object lib_user_lend_object(const lib_user_lend *value) {
  tl_object object = {&lib_schema, value, 9};
  return object;
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

/* user.find name:string = Vector<user.Reader>;
 * https://example.org/tl/method/user.find
 * For bots, not for users. */
#define LIB_ID_user_find 0x62b1ff6du
typedef struct lib_user_find {
  tl_string name;
} lib_user_find;
static inline tl_call lib_user_find_call(const lib_user_find *request) {
  tl_call call = {&lib_schema, request, 10};
  return call;
}
static inline lib_vector_user_Reader lib_user_find_result(const tl_value *reply) {
  return *(const lib_vector_user_Reader *)tl_value_slot(reply, &lib_schema, 17);
}
static inline tl_object lib_user_find_object(const lib_user_find *value) {
  tl_object object = {&lib_schema, value, 10};
  return object;
}
enum lib_user_find_err {
  LIB_user_find_ERR_OTHER = 0,
};
static inline enum lib_user_find_err lib_user_find_error(lib_err error) {
  (void)error;
  return LIB_user_find_ERR_OTHER;
}

/* user.forget = Bool;
 * https://example.org/tl/method/user.forget */
#define LIB_ID_user_forget 0xabbea4fau
typedef struct lib_user_forget {
  char empty_;
} lib_user_forget;
static inline tl_call lib_user_forget_call(const lib_user_forget *request) {
  tl_call call = {&lib_schema, request, 11};
  return call;
}
static inline bool lib_user_forget_result(const tl_value *reply) {
  return *(const bool *)tl_value_slot(reply, &lib_schema, 7);
}
static inline tl_object lib_user_forget_object(const lib_user_forget *value) {
  tl_object object = {&lib_schema, value, 11};
  return object;
}
enum lib_user_forget_err {
  LIB_user_forget_ERR_OTHER = 0,
};
static inline enum lib_user_forget_err lib_user_forget_error(lib_err error) {
  (void)error;
  return LIB_user_forget_ERR_OTHER;
}

#ifdef __cplusplus
}
#endif

#endif
