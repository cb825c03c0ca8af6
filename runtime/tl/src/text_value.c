/* A walk over any value that becomes text. */
#include "text_value.h"

#include "lookup.h"

bool tl_text_slot(tl_text *text, const tl_schema *schema, uint16_t type, const uint8_t *slot) {
  const tl_type *t = schema->types + type;
  tl_value value = {schema, slot, type};
  tl_object object;
  switch (t->op) {
  case TL_OP_STRING:
  case TL_OP_BYTES:
    return text->form->string(text, t->op, slot);
  case TL_OP_BOOL:
  case TL_OP_TRUE:
    tl_text_put(text, *slot ? "true" : "false");
    return true;
  case TL_OP_VECTOR:
  case TL_OP_BARE_VECTOR:
  case TL_OP_REPEAT:
  case TL_OP_ARRAY:
    return text->form->vector(text, schema, t->arg, slot);
  case TL_OP_WITH:
    return tl_text_slot(text, schema, t->arg, slot);
  case TL_OP_OBJECT:
  case TL_OP_SUM:
  case TL_OP_PTR:
  case TL_OP_BARE:
    object = tl_value_object(&value);
    return text->form->object(text, &object);
  default:
    text->form->number(text, t->op, slot);
    return true;
  }
}

tl_status tl_text_value(const tl_text_form *form, const tl_value *value, bool lines, tl_buffer *out,
                        tl_error *error) {
  tl_text text;
  char root[sizeof error->path];
  tl_status status = tl_trace_check_value(value, error);
  if (status != TL_OK)
    return status;
  tl_text_init(&text, out, lines);
  text.form = form;
  bool ok = tl_text_slot(&text, value->schema, value->type, value->slot);
  tl_spell_value(value, root, sizeof root);
  return tl_text_finish(&text, ok, root, error);
}
