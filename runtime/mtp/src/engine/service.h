/* Service messages as bytes and as what they say. */
#ifndef MTP_ENGINE_SERVICE_H
#define MTP_ENGINE_SERVICE_H

#include "engine.h"

struct tl_arena;

/* Whether the schema of service messages has it. */
bool mtp_service_known(uint32_t id);
uint32_t mtp_service_id(tl_bytes body); /* the first four bytes; 0 if there are not as many */

/* Decodes a service message into the arena. *args is NULL when it is malformed (it is then ignored)
 * and the status OK; NOMEM. */
TL_MUST_USE mtp_cause mtp_service_decode(tl_bytes body, struct tl_arena *arena, const void **args);
/* Appends a service message; false when out of memory. */
TL_MUST_USE bool mtp_service_encode(uint32_t id, const void *args, tl_buffer *out);

#endif
