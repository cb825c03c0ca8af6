/* Calls and their answers: of which type those are, and the numbers that this type may depend on.
 */
#include <tl/buffer.h>

#include "encoder.h"

/* The field that holds the inner query of a wrapper, NULL if it has none. */
static const tl_field *find_query(const tl_schema *schema, const tl_def *def) {
  for (uint16_t i = 0; i < def->n_fields; i++)
    if (schema->fields[def->field + i].op == TL_OP_OBJECT)
      return schema->fields + def->field + i;
  return NULL;
}

/* The call that is answered: the innermost one, of those that carry another. Its schema is NULL
 * when that is none. */
static tl_call innermost(const tl_call *call) {
  enum { DEEPEST = 64 };
  tl_call inner = *call;
  for (int depth = 0; depth < DEEPEST && inner.schema; depth++) {
    if (inner.def >= inner.schema->n_defs || !inner.schema->defs[inner.def].function)
      break;
    const tl_def *def = inner.schema->defs + inner.def;
    const tl_field *query = def->type == TL_OP_OBJECT ? find_query(inner.schema, def) : NULL;
    if (!query)
      return inner;
    if (!inner.args)
      break;
    memcpy(&inner, (const uint8_t *)inner.args + query->offset, sizeof inner);
  }
  return (tl_call){NULL, NULL, 0};
}

uint16_t tl_call_result_type(const tl_call *call, const tl_schema **schema) {
  tl_call inner = innermost(call);
  if (!inner.schema)
    return TL_NONE;
  if (schema)
    *schema = inner.schema;
  return inner.schema->defs[inner.def].type;
}

tl_status tl_call_numbers(const tl_call *call, uint32_t numbers[TL_WORDS], tl_error *error) {
  tl_call inner = innermost(call);
  tl_trace trace;
  tl_encoder e = {.trace = &trace};
  tl_buffer scratch;
  tl_words words;
  tl_value value = {inner.schema, &inner, TL_OP_OBJECT};
  memset(numbers, 0, TL_WORDS * sizeof *numbers);
  if (!inner.schema)
    return tl_trace_refuse(error, TL_ERR_ARGUMENT, "not a call");
  tl_buffer_init(&scratch, NULL, 0);
  tl_status status = tl_encode(&inner, &scratch, error); /* refuses what makes no sense */
  tl_buffer_clear(&scratch);
  const tl_def *def = status == TL_OK ? inner.schema->defs + inner.def : NULL;
  if (def && def->wide && inner.args) {
    uint8_t *at = tl_encoder_init(&e, inner.schema, &scratch);
    e.depth--;
    at = at ? tl_encode_wide(&e, at, def, inner.args, &words) : NULL;
    status = tl_encoder_finish(&e, at, &value, error);
    for (unsigned i = 0; at && i < TL_WORDS; i++)
      if (words.at[i] != SIZE_MAX)
        numbers[i] = tl_load32(scratch.data + words.at[i]);
  }
  tl_buffer_wipe(&scratch);
  tl_buffer_free(&scratch);
  return status;
}

/* Whether what became known of the numbers while a value was written is what they are. */
static bool numbers_hold(tl_encoder *e, const uint8_t *at, const tl_words *known,
                         const uint32_t *numbers) {
  for (unsigned i = 0; i < TL_WORDS; i++)
    if ((known->set[i] & ~(uint64_t)numbers[i]) || (known->clear[i] & numbers[i]) ||
        (known->counted[i] && known->count[i] != numbers[i])) {
      tl_encoder_fail(e, at, TL_ERR_FLAGS, "what is there does not go with a number of the call");
      return false;
    }
  return true;
}

tl_status tl_encode_result(const tl_call *call, const void *slot, tl_buffer *out, tl_error *error) {
  uint32_t numbers[TL_WORDS];
  tl_trace trace;
  tl_encoder e = {.trace = &trace};
  tl_words known;
  const tl_schema *schema;
  uint16_t type = tl_call_result_type(call, &schema);
  tl_status status = tl_call_numbers(call, numbers, error);
  if (status != TL_OK)
    return status;
  if (type == TL_NONE)
    return tl_trace_refuse(error, TL_ERR_ARGUMENT, "not a call");
  tl_value value = {schema, slot, type};
  tl_words_init(&known);
  e.words = &known;
  uint8_t *at = tl_encoder_init(&e, schema, out);
  if (at)
    at = tl_hot_put_slot(&e, at, type, slot);
  if (at && !numbers_hold(&e, at, &known, numbers))
    at = NULL;
  return tl_encoder_finish(&e, at, &value, error);
}
