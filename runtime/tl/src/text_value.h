/* A walk over any value that becomes text: which of the four shapes a slot has. How each looks is
 * what JSON and printing differ in. */
#ifndef TL_SRC_TEXT_VALUE_H
#define TL_SRC_TEXT_VALUE_H

#include "text.h"

/* false: tl_text_fail() was called. */
typedef struct tl_text_form {
  bool (*object)(tl_text *text, const tl_object *object);
  bool (*vector)(tl_text *text, const tl_schema *schema, uint16_t element, const uint8_t *slot);
  bool (*string)(tl_text *text, uint8_t op, const uint8_t *slot);
  void (*number)(tl_text *text, uint8_t op, const uint8_t *slot);
} tl_text_form;

/* One slot, by text->form. */
TL_INTERNAL bool tl_text_slot(tl_text *text, const tl_schema *schema, uint16_t type,
                              const uint8_t *slot);
/* A whole value; the buffer is as it was where that fails. */
TL_INTERNAL tl_status tl_text_value(const tl_text_form *form, const tl_value *value, bool lines,
                                    tl_buffer *out, tl_error *error);

#endif
