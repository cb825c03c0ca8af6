/* Other layers than the newest. Requests of any layer that schema/legacy.tl knows are rewritten to
 * the newest before they are decoded, and answers back to the layer of the client after they are
 * encoded: definition by definition, fields matched by name, so that handlers never see a layer. */
#ifndef TGDC_COMPAT_H
#define TGDC_COMPAT_H

#include <tl/buffer.h>
#include <tl/schema.h>

typedef struct dc_compat dc_compat;

/* The definitions of `old` are named like those of `newest` with "_l" and the last layer that had
 * them: user_l223. Both schemas must live as long. NULL: out of memory. */
dc_compat *dc_compat_new(const tl_schema *newest, const tl_schema *old);
void dc_compat_free(dc_compat *compat);

/* Appends the object in data[0..size), whatever layer it is of, as the newest layer has it. False:
 * an id that no layer has, bytes that end too early, or memory. *unknown (may be NULL) is that id,
 * or 0. */
bool dc_compat_upgrade(const dc_compat *compat, const uint8_t *data, size_t size, tl_buffer *out,
                       uint32_t *unknown);
/* Appends a value of a type of `newest` as `layer` has it. */
bool dc_compat_downgrade(const dc_compat *compat, int32_t layer, uint16_t type, const uint8_t *data,
                         size_t size, tl_buffer *out);
/* The last layer that `old` knows anything about. */
int32_t dc_compat_last_layer(const dc_compat *compat);

#endif
