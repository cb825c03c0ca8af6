/* lib/schema.h: the tables that the codec works from, and their version.
 * Made by tlgen from library.tl (layer 7, sha256
 *     bcfecb6c78706081a6ac9aba6a9a94f03110189df168e7d35e922523d65a8a8b) by tlgen 0.1.0. Do not
 *     edit: run tlgen again. */
#ifndef LIB_SCHEMA_H
#define LIB_SCHEMA_H

#include <tl/codec.h>

#if TL_TABLE_VERSION != 5
#error "this was generated for another version of libtl: run tlgen again"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The layer that these headers are of; 0 when the schema does not say. */
enum { LIB_LAYER = 7 };

/* The layer that the library is of which the program runs with. */
TL_API int32_t lib_layer(void);

TL_API extern const tl_schema lib_schema;

#ifdef __cplusplus
}
#endif

#endif
