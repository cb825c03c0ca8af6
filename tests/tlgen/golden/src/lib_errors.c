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
    "BOOK_UNKNOWN\0"
    "LENT_ALREADY\0"
    "NEVER_LISTED\0"
    "OF_ANOTHER_LAYER\0"
    "WAIT_%d\0"
    "";

static const tl_error_entry entries[] = {
    {0, 400},
    {13, 400},
    {26, 403},
    {39, 400},
    {52, 404},
    {69, 420},
};

static const uint16_t method_errors[] = {
    6, 2, 1, 2, 3,
};

static const uint16_t method_first[] = {
    1, 2, 5, 5, 5, 5,
};

static const uint8_t method_flags[] = {
    4, 1, 2, 0, 0,
};

const tl_error_table lib_errors = {
    &lib_schema, names, entries, method_first, method_errors, method_flags,
    6, 1};
