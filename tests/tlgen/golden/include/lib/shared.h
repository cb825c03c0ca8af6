/* lib/shared.h: fields that constructors share, and names of kinds.
 * Made by tlgen from library.tl (layer 7, sha256
 *     bcfecb6c78706081a6ac9aba6a9a94f03110189df168e7d35e922523d65a8a8b) by tlgen 0.1.0. Do not
 *     edit: run tlgen again. */
#ifndef LIB_SHARED_H
#define LIB_SHARED_H

/* With T for a type of several constructors:
 *
 *   lib_T_f(&value)         the field f, which at least two constructors of T have,
 *                          of one type in all of them; zero bytes, NULL or kind 0
 *                          when this one has none. It lives as long as the value
 *   lib_T_kind_name(kind)   what the schema calls the constructor, a constant;
 *                          "" for 0 and numbers that are none
 *
 * Nothing else includes this. */
#include <string.h>

#include <lib/lib.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Book */
static inline const char *lib_Book_kind_name(enum lib_Book_kind kind) {
  return (unsigned)kind - 1u < 2u
    ? tl_def_name(&lib_schema, (uint16_t)((unsigned)kind - 1u + 2u)) : "";
}
static inline int64_t lib_Book_id(const lib_Book *of) {
  int64_t none;
  switch (of->kind) {
  case LIB_bookEmpty:
    return of->bookEmpty->id;
  case LIB_book:
    return of->book->id;
  default:
    memset(&none, 0, sizeof none);
    return none;
  }
}

/* user.Reader */
static inline const char *lib_user_Reader_kind_name(enum lib_user_Reader_kind kind) {
  return (unsigned)kind - 1u < 2u
    ? tl_def_name(&lib_schema, (uint16_t)((unsigned)kind - 1u + 4u)) : "";
}

#ifdef __cplusplus
}
#endif

#endif
