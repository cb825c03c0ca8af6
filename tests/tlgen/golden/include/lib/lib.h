/* lib/lib.h: all of it.
 * Made by tlgen from library.tl (layer 7, sha256
 *     bcfecb6c78706081a6ac9aba6a9a94f03110189df168e7d35e922523d65a8a8b) by tlgen 0.1.0. Do not
 *     edit: run tlgen again. */
#ifndef LIB_LIB_H
#define LIB_LIB_H

/* How the schema looks in C. A `.` in a name becomes `_`; a member that would be a
 * keyword gets a `_` at its end. With x for a constructor or function, T for a type:
 *
 *   struct lib_x            its fields. Start from all zero bytes and set what is there.
 *   lib_T                   a value of a type with several constructors: `kind` says
 *                          which (LIB_x; LIB_T_none for none at all), and the member
 *                          of that name points to its struct. A type with only one
 *                          constructor is held as a const pointer to its struct.
 *   lib_x_box(&x)           the lib_T that points to a struct x
 *   lib_x_object(&x)        any constructor or function as a tl_object
 *   lib_x_call(&x)          a function as what a client sends
 *   lib_x_result(&reply)    what came back, as the type that x returns; zero bytes or
 *                          NULL when the reply is of another type
 *   lib_vector_T            { items, count }; LIB_ID_x: the constructor id
 *
 * A comment like `flags.2` behind a member means that it is optional: NULL, kind 0 and
 * false are absent, numbers and Bool have a `has_` member beside them, which is needed
 * for a zero only. # words follow from what is there; the member of that name has bits
 * that this schema does not know, so that they survive being read and written. Nothing
 * owns what it points to: a request is read during the call only, and a result lives as
 * long as the reply that it came in. */

#include <lib/core.h>
#include <lib/user.h>
#include <lib/errors.h>

#endif
