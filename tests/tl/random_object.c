/* Making random values, and comparing values. */
#include "random_object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNKNOWN = 255 };

uint64_t random_next(random_source *r) {
  uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

size_t random_below(random_source *r, size_t bound) {
  return (size_t)(random_next(r) % bound);
}

static bool chance(random_source *r, unsigned of_256) {
  return random_next(r) % 256 < of_256;
}

static void *take(random_source *r, size_t size) {
  void *taken = tl_arena_alloc(&r->arena, size);
  if (!taken) {
    fprintf(stderr, "random_object: out of memory\n");
    exit(2);
  }
  return memset(taken, 0, size);
}

static unsigned type_height(const random_source *r, uint16_t type) {
  const tl_type *t = r->schema->types + type;
  unsigned least = UNKNOWN;
  switch (t->op) {
  case TL_OP_SUM:
    for (unsigned i = 0; i < t->count; i++)
      if (r->heights[t->arg + i] < least)
        least = r->heights[t->arg + i];
    return least;
  case TL_OP_PTR:
  case TL_OP_BARE:
    return r->heights[t->arg];
  case TL_OP_OBJECT:
    return 1;
  case TL_OP_ARRAY:
    return t->count ? type_height(r, t->arg) : 0;
  case TL_OP_WITH:
    return type_height(r, t->arg);
  default:
    return 0;
  }
}

static bool update_height(random_source *r, uint16_t index) {
  const tl_def *def = r->schema->defs + index;
  unsigned height = 0;
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = r->schema->fields + def->field + i;
    unsigned inner = field->cond == TL_ALWAYS ? type_height(r, field->type) : 0;
    height = inner > height ? inner : height;
  }
  if (height >= UNKNOWN - 1 || height + 1 == r->heights[index])
    return false;
  r->heights[index] = (uint8_t)(height + 1);
  return true;
}

void random_init(random_source *r, const tl_schema *schema, uint64_t seed) {
  memset(r, 0, sizeof *r);
  r->schema = schema;
  r->state = seed;
  r->depth = 6;
  r->budget = 60;
  r->fullness = 96;
  tl_arena_init(&r->arena, NULL, 0);
  r->heights = malloc(schema->n_defs);
  if (!r->heights)
    exit(2);
  memset(r->heights, UNKNOWN, schema->n_defs);
  for (bool changed = true; changed;) {
    changed = false;
    for (uint16_t i = 0; i < schema->n_defs; i++)
      changed |= update_height(r, i);
  }
}

void random_free(random_source *r) {
  tl_arena_free(&r->arena);
  free(r->heights);
}

void random_forget(random_source *r) {
  tl_arena_reset(&r->arena);
}

static void fill_slot(random_source *r, uint16_t type, unsigned depth, uint8_t *slot);

static size_t string_size(random_source *r) {
  static const uint16_t edges[] = {0, 1, 2, 3, 4, 5, 252, 253, 254, 255, 256, 257};
  if (chance(r, 64))
    return edges[random_below(r, sizeof edges / sizeof *edges)];
  return random_below(r, 24);
}

static void fill_string(random_source *r, bool bytes, uint8_t *slot) {
  size_t size = string_size(r);
  char *data = take(r, size + 1);
  bool raw = bytes || (!r->text_only && chance(r, 40));
  for (size_t i = 0; i < size; i++)
    data[i] = raw ? (char)random_next(r) : (char)(' ' + random_below(r, 95));
  tl_string view = {data, size};
  memcpy(slot, &view, sizeof view);
}

static void fill_double(random_source *r, uint8_t *slot) {
  uint64_t bits = random_next(r);
  double value;
  memcpy(&value, &bits, sizeof value);
  if (r->text_only || chance(r, 128))
    value = (double)(int64_t)random_below(r, 2000) / 8 - 100;
  memcpy(slot, &value, sizeof value);
}

static const void *make_def(random_source *r, uint16_t index, unsigned depth,
                            const tl_number *numbers);

/* What was decided about the # words of an object: which bits, and how many elements. */
struct plan {
  uint32_t bits[TL_WORDS + 1];
  size_t counts[TL_WORDS + 1];
  bool gone[TL_WORDS + 1]; /* a word that is itself conditional, and absent */
};

/* One that is small enough for the depth, or else the smallest. */
static uint16_t choose_constructor(random_source *r, const tl_type *t, unsigned depth) {
  uint16_t best = t->arg;
  for (int tries = 0; tries < 8; tries++) {
    uint16_t def = (uint16_t)(t->arg + random_below(r, t->count));
    if (r->heights[def] <= depth)
      return def;
  }
  for (uint16_t i = 0; i < t->count; i++)
    if (r->heights[t->arg + i] < r->heights[best])
      best = (uint16_t)(t->arg + i);
  return best;
}

static void fill_sum(random_source *r, const tl_type *t, unsigned depth, uint8_t *slot) {
  uint16_t def = choose_constructor(r, t, depth);
  unsigned kind = def - t->arg + 1u;
  const void *args = make_def(r, def, depth, NULL);
  memcpy(slot, &kind, sizeof kind);
  memcpy(slot + offsetof(tl_sum, ptr), &args, sizeof args);
}

/* Whether its id leads to a definition: not to another one with that id, nor to one that needs
 * numbers. */
static bool is_found(const tl_schema *schema, uint16_t index) {
  const tl_def *def = schema->defs + index;
  uint16_t found = tl_find_id(schema, def->id);
  return (!def->wide || !def->n_options) && (!def->function || found == index);
}

static void fill_any(random_source *r, unsigned depth, uint8_t *slot) {
  tl_object object = {r->schema, NULL, 0};
  do
    object.def = (uint16_t)random_below(r, r->schema->n_defs);
  while (r->heights[object.def] > (depth > 1 ? depth : 1) || !is_found(r->schema, object.def));
  object.args = make_def(r, object.def, depth, NULL);
  memcpy(slot, &object, sizeof object);
}

static void fill_vector(random_source *r, uint16_t type, size_t count, unsigned depth,
                        uint8_t *slot) {
  size_t room = r->schema->types[type].slot;
  tl_vector vector = {tl_empty, count};
  if (count) {
    uint8_t *items = take(r, count * room);
    for (size_t i = 0; i < count; i++)
      fill_slot(r, type, depth, items + i * room);
    vector.items = items;
  }
  memcpy(slot, &vector, sizeof vector);
}

static void fill_number(random_source *r, size_t size, uint8_t *slot) {
  uint64_t small = random_below(r, 1000);
  for (size_t i = 0; i < size; i++)
    slot[i] = (uint8_t)random_next(r);
  if (size <= 8 && chance(r, 128)) {
    memset(slot, 0, size);
    *slot = (uint8_t)small;
  }
}

static size_t repeats(const random_source *r, const tl_type *t) {
  const tl_number *number = r->schema->numbers + t->count;
  bool fixed = number->word == TL_NO_WORD;
  bool none = fixed || !r->plan || r->plan->gone[number->word];
  return number->add + (none ? 0 : r->plan->counts[number->word]);
}

/* A type that is given numbers. */
static void fill_with(random_source *r, const tl_type *with, unsigned depth, uint8_t *slot) {
  const tl_type *inner = r->schema->types + with->arg;
  const tl_number *numbers = r->schema->numbers + with->count;
  uint16_t def = inner->arg;
  if (inner->op == TL_OP_SUM) {
    unsigned kind = 1 + (unsigned)random_below(r, inner->count);
    if (depth == 0)
      for (kind = 1; r->heights[inner->arg + kind - 1] != type_height(r, with->arg); kind++)
        continue;
    memcpy(slot, &kind, sizeof kind);
    def = (uint16_t)(inner->arg + kind - 1);
    slot += offsetof(tl_sum, ptr);
  }
  const void *args = make_def(r, def, depth, numbers);
  memcpy(slot, &args, sizeof args);
}

static void fill_slot(random_source *r, uint16_t type, unsigned depth, uint8_t *slot) {
  static const uint8_t sizes[] = {4, 8, 8, 16, 32, 0, 0, 0, 0, 4};
  const tl_type *t = r->schema->types + type;
  bool small = depth == 0 || r->made > r->budget;
  const void *args;
  switch (t->op) {
  case TL_OP_DOUBLE:
    fill_double(r, slot);
    break;
  case TL_OP_FLOAT:
    memcpy(slot, &(float){(float)(int8_t)r->made / 4}, sizeof(float));
    break;
  case TL_OP_STRING:
  case TL_OP_BYTES:
    fill_string(r, t->op == TL_OP_BYTES, slot);
    break;
  case TL_OP_BOOL:
    *slot = chance(r, 128);
    break;
  case TL_OP_TRUE:
    *slot = 1;
    break;
  case TL_OP_OBJECT:
    fill_any(r, small ? 1 : depth, slot);
    break;
  case TL_OP_SUM:
    fill_sum(r, t, small ? 0 : depth, slot);
    break;
  case TL_OP_PTR:
  case TL_OP_BARE:
    args = make_def(r, t->arg, depth, NULL);
    memcpy(slot, &args, sizeof args);
    break;
  case TL_OP_VECTOR:
  case TL_OP_BARE_VECTOR:
    fill_vector(r, t->arg, small ? 0 : random_below(r, 4), depth, slot);
    break;
  case TL_OP_ARRAY:
    fill_vector(r, t->arg, t->count, depth, slot);
    break;
  case TL_OP_REPEAT:
    fill_vector(r, t->arg, repeats(r, t), depth, slot);
    break;
  case TL_OP_WITH:
    fill_with(r, t, small ? 0 : depth, slot);
    break;
  default:
    fill_number(r, sizes[t->op], slot);
  }
}

static bool planned(const struct plan *p, const tl_field *field) {
  unsigned word = field->cond >> 5;
  return field->cond == TL_ALWAYS || (!p->gone[word] && p->bits[word] >> (field->cond & 31) & 1);
}

/* Words that may be numbers of elements are small ones in all that they are for. */
static bool is_counting(const tl_schema *schema, const tl_def *def) {
  bool counts = def->wide && def->n_options;
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_type *t = schema->types + schema->fields[def->field + i].type;
    while (t->op == TL_OP_VECTOR || t->op == TL_OP_BARE_VECTOR || t->op == TL_OP_ARRAY)
      t = schema->types + t->arg;
    counts |= t->op == TL_OP_REPEAT || t->op == TL_OP_WITH;
  }
  return counts;
}

static void make_plan(random_source *r, const tl_def *def, bool small, struct plan *p) {
  memset(p, 0, sizeof *p);
  bool counting = is_counting(r->schema, def);
  for (unsigned word = 0; word < TL_WORDS; word++) {
    for (unsigned bit = 0; bit < 32; bit++)
      p->bits[word] |= (uint32_t)(!small && chance(r, r->fullness)) << bit;
    p->counts[word] = small ? 0 : random_below(r, 4);
    if (counting)
      p->bits[word] = (uint32_t)p->counts[word];
  }
}

/* The numbers that a definition is given. */
static void plan_numbers(struct plan *p, const tl_def *def, const tl_number *numbers,
                         const struct plan *outer) {
  for (unsigned i = 0; numbers && i < def->n_options; i++) {
    bool fixed = numbers[i].word == TL_NO_WORD;
    bool gone = !fixed && outer->gone[numbers[i].word];
    p->bits[i] = numbers[i].add + (fixed || gone ? 0 : outer->bits[numbers[i].word]);
    p->counts[i] = p->bits[i];
  }
}

static const void *make_def(random_source *r, uint16_t index, unsigned depth,
                            const tl_number *numbers) {
  const tl_def *def = r->schema->defs + index;
  const struct plan *outer = r->plan;
  unsigned word = def->wide ? def->n_options : 0;
  bool small = depth == 0 || r->made > r->budget;
  struct plan p;
  if (def->n_fields == 0)
    return tl_empty;
  r->made++;
  depth -= depth > 0;
  make_plan(r, def, small, &p);
  plan_numbers(&p, def, numbers, outer);
  r->plan = &p;
  uint8_t *args = take(r, def->size);
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = r->schema->fields + def->field + i;
    bool there = planned(&p, field);
    if (field->op == TL_OP_WORD)
      p.gone[word++] = !there;
    if (field->op == TL_OP_WORD && there && field->cond != TL_ALWAYS)
      args[field->aux] = 1;
    if (field->op == TL_OP_WORD && there && field->offset != TL_NONE &&
        (field->cond != TL_ALWAYS || field->aux & TL_WORD_WHOLE))
      memcpy(args + field->offset, &p.bits[word - 1], sizeof(uint32_t));
    if (field->op == TL_OP_WORD || !there)
      continue;
    const tl_type *t = r->schema->types + field->type;
    fill_slot(r, field->type, depth, args + field->offset);
    bool number =
        t->op <= TL_OP_INT256 || t->op == TL_OP_BOOL || t->op == TL_OP_NAT || t->op == TL_OP_FLOAT;
    if (number && field->cond != TL_ALWAYS)
      args[field->aux] = 1;
  }
  r->plan = outer;
  return args;
}

tl_object random_object(random_source *r, uint16_t def) {
  tl_object object = {r->schema, NULL, def};
  r->made = 0;
  object.args = make_def(r, def, r->depth, NULL);
  return object;
}

tl_value random_value(random_source *r, uint16_t type) {
  uint8_t *slot = take(r, r->schema->types[type].slot);
  r->made = 0;
  fill_slot(r, type, r->depth, slot);
  tl_value value = {r->schema, slot, type};
  return value;
}

static bool slots_equal(const tl_schema *schema, uint16_t type, const uint8_t *a,
                        const uint8_t *b) {
  tl_value left = {schema, a, type}, right = {schema, b, type};
  return values_equal(&left, &right);
}

static bool vectors_equal(const tl_schema *schema, uint16_t type, const void *a, const void *b) {
  tl_vector left, right;
  memcpy(&left, a, sizeof left);
  memcpy(&right, b, sizeof right);
  if (left.count != right.count || !left.items != !right.items)
    return false;
  for (size_t i = 0; i < left.count; i++) {
    size_t at = i * schema->types[type].slot;
    if (!slots_equal(schema, type, (const uint8_t *)left.items + at,
                     (const uint8_t *)right.items + at))
      return false;
  }
  return true;
}

static bool strings_equal(const void *a, const void *b) {
  tl_string left, right;
  memcpy(&left, a, sizeof left);
  memcpy(&right, b, sizeof right);
  return left.size == right.size && !left.data == !right.data &&
         (left.size == 0 || memcmp(left.data, right.data, left.size) == 0);
}

bool values_equal(const tl_value *a, const tl_value *b) {
  const tl_type *t = a->schema->types + a->type;
  tl_object left, right;
  switch (t->op) {
  case TL_OP_STRING:
  case TL_OP_BYTES:
    return strings_equal(a->slot, b->slot);
  case TL_OP_OBJECT:
  case TL_OP_SUM:
  case TL_OP_PTR:
  case TL_OP_BARE:
    left = tl_value_object(a);
    right = tl_value_object(b);
    return objects_equal(&left, &right);
  case TL_OP_WITH:
    return slots_equal(a->schema, t->arg, a->slot, b->slot);
  case TL_OP_VECTOR:
  case TL_OP_BARE_VECTOR:
  case TL_OP_REPEAT:
  case TL_OP_ARRAY:
    return vectors_equal(a->schema, t->arg, a->slot, b->slot);
  default:
    return memcmp(a->slot, b->slot, t->slot) == 0;
  }
}

bool objects_equal(const tl_object *a, const tl_object *b) {
  if (a->schema != b->schema || a->def != b->def)
    return false;
  const tl_def *def = a->schema ? a->schema->defs + a->def : NULL;
  for (uint16_t i = 0; def && i < def->n_fields; i++) {
    const tl_field *field = a->schema->fields + def->field + i;
    const uint8_t *left = a->args, *right = b->args;
    if (field->op == TL_OP_WORD)
      continue;
    bool number = field->op <= TL_OP_INT256 || field->op == TL_OP_BOOL || field->op == TL_OP_NAT ||
                  field->op == TL_OP_FLOAT;
    if (number && field->cond != TL_ALWAYS && left[field->aux] != right[field->aux])
      return false;
    if (!slots_equal(a->schema, field->type, left + field->offset, right + field->offset))
      return false;
  }
  return true;
}
