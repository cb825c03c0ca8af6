/* ids.c: the third pass. Computes what every declaration hashes to, gives ids to those without, and
 * finds wrong and double ones. */
#include "diag.h"
#include "passes.h"
#include "print.h"

typedef struct hasher {
  tlp_arena *arena;
  tlp_writer writer;
} hasher;

static bool hash_of(hasher *state, const tlp_combinator *combinator, tlp_style style,
                    uint32_t *hash) {
  tlp_writer *writer = &state->writer;
  writer->length = 0;
  tlp_write_combinator(writer, combinator, style);
  if (writer->length > writer->size) {
    writer->size = 2 * writer->length;
    writer->buffer = tlp_alloc(state->arena, writer->size);
    if (!writer->buffer)
      return false;
    writer->length = 0;
    tlp_write_combinator(writer, combinator, style);
  }
  *hash = tlp_crc32(writer->buffer, writer->length);
  return true;
}

static bool compute(hasher *state, tlp_combinator *combinator) {
  if (!hash_of(state, combinator, STYLE_TL, &combinator->crc))
    return false;
  combinator->telegram_crc = combinator->crc;
  return !tlp_telegram_differs(combinator) ||
         hash_of(state, combinator, STYLE_TELEGRAM, &combinator->telegram_crc);
}

static bool compute_all(tlp_schema *schema) {
  hasher state = {.arena = &schema->arena};
  tlp_combinator *const *list = schema->combinators.items;
  const tlp_type *const *types = schema->types.items;
  for (size_t i = 0; i < schema->combinators.count; i++) {
    if (!compute(&state, list[i]))
      return false;
  }
  for (size_t i = 0; i < schema->types.count; i++) {
    for (size_t j = 0; types[i]->predefined && j < types[i]->constructor_count; j++) {
      if (!compute(&state, (tlp_combinator *)types[i]->constructors[j]))
        return false;
    }
  }
  return true;
}

static tlp_id_rule choose_rule(const tlp_schema *schema) {
  const tlp_combinator *const *list = schema->combinators.items;
  size_t telegram = 0, language = 0;
  for (size_t i = 0; i < schema->combinators.count; i++) {
    if (!list[i]->has_explicit_id || list[i]->crc == list[i]->telegram_crc)
      continue;
    telegram += list[i]->id == list[i]->telegram_crc;
    language += list[i]->id == list[i]->crc;
  }
  return telegram > language ? TLP_IDS_TELEGRAM : TLP_IDS_TL;
}

static uint32_t name_length(const tlp_combinator *combinator) {
  uint32_t length = 0;
  while (combinator->name && combinator->name[length])
    length++;
  return length ? length : 1;
}

static void check_id(tlp_schema *schema, const tlp_combinator *combinator) {
  if (!combinator->has_explicit_id || combinator->id == combinator->crc ||
      combinator->id == combinator->telegram_crc)
    return;
  tlp_report(
      schema, TLP_WARNING, TLP_D_ID_MISMATCH, combinator->pos, name_length(combinator),
      "the id #%08x is not what the declaration hashes to, #%08x", (unsigned)combinator->id,
      (unsigned)(schema->id_rule == TLP_IDS_TELEGRAM ? combinator->telegram_crc : combinator->crc));
}

/* Whether a decoder that expects a value of one type could not tell the two apart. Constructors of
 * different types, and functions, are told apart by where they stand. */
static bool is_ambiguous(const tlp_combinator *first, const tlp_combinator *second) {
  return first->section == TLP_SECTION_TYPES && second->section == TLP_SECTION_TYPES &&
         first->type == second->type;
}

static void report_double(tlp_schema *schema, const tlp_combinator *first,
                          const tlp_combinator *second) {
  const tlp_file *file = tlp_schema_file(schema, first->pos.file);
  tlp_report(schema, is_ambiguous(first, second) ? TLP_ERROR : TLP_WARNING, TLP_D_DUPLICATE_ID,
             second->pos, name_length(second), "the id #%08x is that of `%s` at %s:%u already",
             (unsigned)second->id, first->name ? first->name : "_",
             file ? file->name : "(predefined)", (unsigned)first->pos.line);
}

/* Which of two the id stands for where any boxed value may: the constructor before the function,
 * and the function that carries another one (`= X`) before the helper that is only its beginning,
 * as TDLib's schemas have them. */
static bool is_preferred(const tlp_combinator *second, const tlp_combinator *first) {
  if (second->section != first->section)
    return second->section == TLP_SECTION_TYPES;
  return second->result && first->result && second->result->kind == TLP_EXPR_TYPE_VAR &&
         first->result->kind != TLP_EXPR_TYPE_VAR;
}

static void insert(tlp_schema *schema, const tlp_combinator *combinator) {
  size_t mask = schema->id_size - 1;
  size_t slot = (combinator->id * 2654435769u >> 7) & mask;
  for (; schema->ids[slot]; slot = (slot + 1) & mask) {
    if (schema->ids[slot]->id == combinator->id) {
      report_double(schema, schema->ids[slot], combinator);
      if (is_preferred(combinator, schema->ids[slot]))
        schema->ids[slot] = combinator;
      return;
    }
  }
  schema->ids[slot] = combinator;
}

const tlp_combinator *tlp_schema_find_id(const tlp_schema *schema, uint32_t id) {
  size_t mask = schema->id_size - 1;
  if (!schema->id_size)
    return NULL;
  for (size_t slot = (id * 2654435769u >> 7) & mask; schema->ids[slot]; slot = (slot + 1) & mask) {
    if (schema->ids[slot]->id == id)
      return schema->ids[slot];
  }
  return NULL;
}

static void settle(tlp_schema *schema, tlp_combinator *combinator) {
  if (!combinator->has_explicit_id)
    combinator->id =
        schema->id_rule == TLP_IDS_TELEGRAM ? combinator->telegram_crc : combinator->crc;
  check_id(schema, combinator);
  insert(schema, combinator);
}

static bool make_table(tlp_schema *schema) {
  size_t count = schema->combinators.count + 16; /* as many as may be predefined */
  size_t size = 64;
  while (size < 2 * count)
    size *= 2;
  schema->ids = tlp_alloc_array(&schema->arena, size, sizeof(const tlp_combinator *));
  schema->id_size = schema->ids ? size : 0;
  return schema->ids != NULL;
}

/* In a schema with errors nothing can be hashed, but double ids are to be seen all the same. */
static void check_explicit(tlp_schema *schema) {
  const tlp_combinator *const *list = schema->combinators.items;
  for (size_t i = 0; i < schema->combinators.count; i++) {
    if (list[i]->has_explicit_id)
      insert(schema, list[i]);
  }
}

bool tlp_assign_ids(tlp_schema *schema) {
  if (schema->severities[TLP_ERROR]) {
    if (make_table(schema))
      check_explicit(schema);
    return !schema->arena.out_of_memory;
  }
  if (!compute_all(schema) || !make_table(schema))
    return false;
  schema->id_rule = choose_rule(schema);
  tlp_combinator *const *list = schema->combinators.items;
  for (size_t i = 0; i < schema->combinators.count; i++)
    settle(schema, list[i]);
  const tlp_type *const *types = schema->types.items;
  for (size_t i = 0; i < schema->types.count; i++) {
    for (size_t j = 0; types[i]->predefined && j < types[i]->constructor_count; j++)
      settle(schema, (tlp_combinator *)types[i]->constructors[j]);
  }
  return !schema->arena.out_of_memory;
}
