/* lib_errors.c: the table of the server's errors.
 * Made by tlgen from library.tl (layer 7, sha256
 *     bcfecb6c78706081a6ac9aba6a9a94f03110189df168e7d35e922523d65a8a8b) by tlgen 0.1.0. Do not
 *     edit: run tlgen again. */
#include <lib/errors.h>

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Woverlength-strings"
#endif

static const char names[] =
    "2_MANY_BOOKS\0"
    "ASK_%s\0"
    "BOOK_UNKNOWN\0"
    "LENT_ALREADY\0"
    "NEVER_LISTED\0"
    "OF_ANOTHER_LAYER\0"
    "WAIT_%d\0"
    "";

static const tl_error_entry entries[] = {
    {0, 400, 0},
    {13, 403, 0},
    {20, 400, 0},
    {33, 403, 1},
    {46, 400, 0},
    {59, 404, 0},
    {76, 420, 0},
};

static const int16_t codes[] = {
    0,
    401, 0,
};

static const uint16_t method_errors[] = {
    7, 3, 1, 2, 3, 4,
};

static const uint16_t method_codes[] = {
    0, 2, 2, 4, 2, 6,
};

static const int16_t own_codes[] = {
    420, 0, 400, 0, 403, 0, 403, 401, 0,
};

static const uint16_t method_first[] = {
    1, 2, 6, 6, 6, 6,
};

static const uint8_t method_flags[] = {
    4, 1, 2, 0, 0,
};

const tl_error_table lib_errors = {
    &lib_schema, names, entries, method_first, method_errors, method_codes,
    own_codes, method_flags, codes,
    7, 1};
