/* lib/has.h: what the schema has, for #ifdef.
 * Made by tlgen from library.tl (layer 7, sha256
 *     bcfecb6c78706081a6ac9aba6a9a94f03110189df168e7d35e922523d65a8a8b) by tlgen 0.1.0. Do not
 *     edit: run tlgen again. */
#ifndef LIB_HAS_H
#define LIB_HAS_H

/* LIB_HAS_x_f: the constructor or function x has a field f. LIB_HAS_T_kind: T is
 * held as a kind and a pointer, not as a pointer alone. Whether there is an x at all, LIB_ID_x
 * says, in the header that has x. Nothing else includes this. */

#define LIB_HAS_Book_kind 1
#define LIB_HAS_user_Reader_kind 1
#define LIB_HAS_error_code 1
#define LIB_HAS_error_text 1
#define LIB_HAS_shelf_id 1
#define LIB_HAS_shelf_books 1
#define LIB_HAS_bookEmpty_id 1
#define LIB_HAS_book_flags 1
#define LIB_HAS_book_id 1
#define LIB_HAS_book_title 1
#define LIB_HAS_book_lent 1
#define LIB_HAS_book_pages 1
#define LIB_HAS_book_weight 1
#define LIB_HAS_book_cover 1
#define LIB_HAS_book_default_ 1
#define LIB_HAS_book_next 1
#define LIB_HAS_book_flags2 1
#define LIB_HAS_book_delete_ 1
#define LIB_HAS_user_self_name 1
#define LIB_HAS_user_other_id 1
#define LIB_HAS_user_other_hash 1
#define LIB_HAS_getShelf_id 1
#define LIB_HAS_user_lend_to 1
#define LIB_HAS_user_lend_books 1
#define LIB_HAS_user_find_name 1
#define LIB_HAS_invoke_user 1
#define LIB_HAS_invoke_query 1

#endif
