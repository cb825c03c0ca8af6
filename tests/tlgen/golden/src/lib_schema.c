/* lib_schema.c: the tables of the codec.
 * Made by tlgen from library.tl (layer 7, sha256
 *     bcfecb6c78706081a6ac9aba6a9a94f03110189df168e7d35e922523d65a8a8b) by tlgen 0.1.0. Do not
 *     edit: run tlgen again. */
#include <stddef.h>
#include <lib/lib.h>
#include <tl/hot.h>

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Woverlength-strings"
#endif

static const char names[] =
    "query\0"
    "text\0"
    "next\0"
    "lent\0"
    "default\0"
    "weight\0"
    "books\0"
    "flags\0"
    "pages\0"
    "cover\0"
    "user\0"
    "to\0"
    "hash\0"
    "delete\0"
    "name\0"
    "title\0"
    "code\0"
    "id\0"
    "flags2\0"
    "user.Reader\0"
    "Book\0"
    "Shelf\0"
    "Error\0"
    "Object\0"
    "#\0"
    "true\0"
    "Bool\0"
    "bytes\0"
    "string\0"
    "int256\0"
    "int128\0"
    "double\0"
    "long\0"
    "int\0"
    "invoke\0"
    "user.forget\0"
    "user.find\0"
    "user.lend\0"
    "getShelf\0"
    "boolTrue\0"
    "boolFalse\0"
    "user.other\0"
    "user.self\0"
    "book\0"
    "bookEmpty\0"
    "shelf\0"
    "error\0"
    ;

static const tl_type types[] = {
    {193, 0, 0, TL_OP_INT, sizeof(int32_t), 1},
    {188, 0, 0, TL_OP_LONG, sizeof(int64_t), 2},
    {181, 0, 0, TL_OP_DOUBLE, sizeof(double), 2},
    {174, 0, 0, TL_OP_INT128, sizeof(tl_int128), 4},
    {167, 0, 0, TL_OP_INT256, sizeof(tl_int256), 8},
    {160, 0, 0, TL_OP_STRING, sizeof(tl_string), 1},
    {154, 0, 0, TL_OP_BYTES, sizeof(tl_bytes), 1},
    {149, 0, 0, TL_OP_BOOL, sizeof(bool), 1},
    {144, 0, 0, TL_OP_TRUE, sizeof(bool), 0},
    {142, 0, 0, TL_OP_NAT, sizeof(uint32_t), 1},
    {135, 0, 0, TL_OP_OBJECT, sizeof(tl_object), 1},
    {129, 0, 1, TL_OP_PTR, sizeof(const lib_error *), 3},
    {123, 1, 1, TL_OP_PTR, sizeof(const lib_shelf *), 5},
    {118, 2, 2, TL_OP_SUM, sizeof(lib_Book), 3},
    {106, 4, 2, TL_OP_SUM, sizeof(lib_user_Reader), 2},
    {105, 13, 0, TL_OP_VECTOR, sizeof(lib_vector_Book), 2},
    {105, 1, 0, TL_OP_VECTOR, sizeof(tl_vector_long), 2},
    {105, 14, 0, TL_OP_VECTOR, sizeof(lib_vector_user_Reader), 2},
};

static const tl_number numbers[] = {
    {0, 0}};

static const tl_field fields[] = {
    {0, offsetof(lib_error, code), 0, TL_ALWAYS, TL_OP_INT},
    {5, offsetof(lib_error, text), 0, TL_ALWAYS, TL_OP_STRING},
    {1, offsetof(lib_shelf, id), 0, TL_ALWAYS, TL_OP_LONG},
    {15, offsetof(lib_shelf, books), 0, TL_ALWAYS, TL_OP_VECTOR},
    {1, offsetof(lib_bookEmpty, id), 0, TL_ALWAYS, TL_OP_LONG},
    {9, offsetof(lib_book, flags), 0, TL_ALWAYS, TL_OP_WORD},
    {1, offsetof(lib_book, id), 0, TL_ALWAYS, TL_OP_LONG},
    {5, offsetof(lib_book, title), 0, TL_ALWAYS, TL_OP_STRING},
    {8, offsetof(lib_book, lent), 0, 0, TL_OP_TRUE},
    {0, offsetof(lib_book, pages), offsetof(lib_book, has_pages), 1, TL_OP_INT},
    {2, offsetof(lib_book, weight), offsetof(lib_book, has_weight), 1, TL_OP_DOUBLE},
    {6, offsetof(lib_book, cover), 0, 2, TL_OP_BYTES},
    {7, offsetof(lib_book, default_), offsetof(lib_book, has_default), 3, TL_OP_BOOL},
    {13, offsetof(lib_book, next), 0, 4, TL_OP_SUM},
    {9, offsetof(lib_book, flags2), 1, TL_ALWAYS, TL_OP_WORD},
    {5, offsetof(lib_book, delete_), 0, 32, TL_OP_STRING},
    {5, offsetof(lib_user_self, name), 0, TL_ALWAYS, TL_OP_STRING},
    {1, offsetof(lib_user_other, id), 0, TL_ALWAYS, TL_OP_LONG},
    {3, offsetof(lib_user_other, hash), 0, TL_ALWAYS, TL_OP_INT128},
    {1, offsetof(lib_getShelf, id), 0, TL_ALWAYS, TL_OP_LONG},
    {14, offsetof(lib_user_lend, to), 0, TL_ALWAYS, TL_OP_SUM},
    {16, offsetof(lib_user_lend, books), 0, TL_ALWAYS, TL_OP_VECTOR},
    {5, offsetof(lib_user_find, name), 0, TL_ALWAYS, TL_OP_STRING},
    {14, offsetof(lib_invoke, user), 0, TL_ALWAYS, TL_OP_SUM},
    {10, offsetof(lib_invoke, query), 0, TL_ALWAYS, TL_OP_OBJECT},
};

static const tl_set bits[] = {
    0x10000001f, 0x8, 0x30, 0x40, 0x80, 0x100, 0x0, 0x0,
    0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0,
    0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0,
    0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0,
    0x0, 0x400,
};

static const tl_option options[] = {
    {offsetof(lib_book, lent), 4, 1},
    {offsetof(lib_book, lent), 3, 0},
    {offsetof(lib_book, has_pages), 4, 1},
    {offsetof(lib_book, has_weight), 5, 1},
    {offsetof(lib_book, has_default), 7, 3},
    {offsetof(lib_book, next), 8, 4},
    {offsetof(lib_book, cover), 6, 2},
    {offsetof(lib_book, delete_), 10, 32},
};

static const uint16_t field_names[] = {
    91, 6, 96, 36, 96, 42, 96, 85, 16, 48, 29, 54, 21, 11, 99, 73,
    80, 96, 68, 96, 65, 36, 80, 60, 0,
};

static const tl_def defs[] = {
    {0x3, 0xc4b9f9bbu, 306, 0, 2, 11, sizeof(lib_error), 0, 0, 0, 0, 0, 0, 0},
    {0x3, 0xccb3a373u, 300, 2, 2, 12, sizeof(lib_shelf), 0, 0, 0, 0, 0, 0, 0},
    {0x1, 0xbcf16535u, 290, 4, 1, 13, sizeof(lib_bookEmpty), 0, 0, 0, 0, 0, 0, 0},
    {0x207, 0x67aba2b9u, 285, 5, 11, 13, sizeof(lib_book), 0, 0, 7, 0, 1, 0, 0},
    {0x1, 0xcbc537b0u, 275, 16, 1, 14, sizeof(lib_user_self), 0, 0, 0, 0, 0, 0, 0},
    {0x3, 0x82abf85du, 264, 17, 2, 14, sizeof(lib_user_other), 0, 0, 0, 0, 0, 0, 0},
    {0x0, 0xbc799737u, 254, 19, 0, 7, sizeof(lib_boolFalse), 0, 0, 0, 0, 0, 0, 0},
    {0x0, 0x997275b5u, 245, 19, 0, 7, sizeof(lib_boolTrue), 0, 0, 0, 0, 0, 0, 0},
    {0x1, 0x6ac36ba2u, 236, 19, 1, 12, sizeof(lib_getShelf), 0, 0, 0, 0, 0, 1, 0},
    {0x3, 0x6eefd9ddu, 226, 20, 2, 7, sizeof(lib_user_lend), 0, 0, 0, 0, 0, 1, 0},
    {0x1, 0x62b1ff6du, 216, 22, 1, 17, sizeof(lib_user_find), 0, 0, 0, 0, 0, 1, 0},
    {0x0, 0xabbea4fau, 204, 23, 0, 7, sizeof(lib_user_forget), 0, 0, 0, 0, 0, 1, 0},
    {0x3, 0x498cbe0cu, 197, 23, 2, 10, sizeof(lib_invoke), 0, 0, 0, 0, 0, 1, 0},
};

static const uint16_t by_id[] = {
    65535, 65535, 65535, 65535, 65535, 65535, 2, 6, 7, 8, 9, 65535, 5, 65535, 65535, 65535,
    10, 1, 65535, 11, 12, 65535, 4, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 3, 0,
};

static const uint16_t by_name[] = {
    3, 2, 6, 7, 0, 8, 12, 1, 10, 11, 9, 5, 4,
};

const tl_schema lib_schema = {
    TL_TABLE_VERSION, LIB_LAYER, "lib", types, fields, bits, options,
    numbers, field_names, defs, names, by_id, by_name, NULL, NULL, 18, 25, 13, 8, 27};

int32_t lib_layer(void) {
  return LIB_LAYER;
}
