/* Which old definition stands for which new one in which layer, and the walk that rewrites values.
 */
#include "compat.h"

#include <stdlib.h>
#include <string.h>
#include <tl/wire.h>

#include "packed.h"
#include "reader.h"

#define VECTOR_ID  0x1cb5c415u
#define GZIP_ID    0x3072cfa1u
#define MOST_DEPTH 64

typedef struct dc_variant {
  uint16_t def;  /* of the newest schema; TL_NONE: only fills up the old one */
  uint16_t next; /* another one of the same definition; TL_NONE ends */
  int32_t layer; /* the last that had it */
} dc_variant;

struct dc_compat {
  const tl_schema *newest, *old;
  dc_variant *variants; /* by definition of old */
  uint16_t *first;      /* by definition of newest: its first variant */
  int32_t last;
};

typedef struct dc_walk {
  const dc_compat *compat;
  int32_t layer; /* rewriting to that layer; 0: to the newest */
  const uint8_t *at;
  size_t left;
  unsigned depth;
  bool packed;      /* inside gzip_packed */
  uint32_t unknown; /* the id that ended it */
} dc_walk;

static bool field_present(const tl_field *field, const uint32_t *words) {
  return field->cond == TL_ALWAYS || (words[field->cond >> 5] >> (field->cond & 31) & 1) != 0;
}

/* Rewrites one value. words: of the definition around it, for a repetition; may be NULL. */
static bool walk_type(dc_walk *walk, const tl_schema *schema, uint16_t type, const uint32_t *words,
                      tl_buffer *out);
/* The id has been read: reads the fields of one definition, writes the other with its id. */
static bool convert(dc_walk *walk, const tl_schema *from, uint16_t from_def, const tl_schema *to,
                    uint16_t to_def, tl_buffer *out);

/* "user_l223": the layer, and where the suffix begins; 0 when there is none. */
static int32_t suffix(const char *name, size_t *base) {
  const char *mark = strrchr(name, '_');
  if (mark == NULL || mark[1] != 'l' || mark[2] == 0)
    return 0;
  int32_t layer = 0;
  for (const char *p = mark + 2; *p != 0; p++) {
    if (*p < '0' || *p > '9' || layer > 10000)
      return 0;
    layer = layer * 10 + (*p - '0');
  }
  *base = (size_t)(mark - name);
  return layer;
}

static void add_variant(dc_compat *compat, uint16_t def) {
  const char *name = tl_def_name(compat->old, def);
  size_t base = 0;
  int32_t layer = suffix(name, &base);
  uint16_t target = layer == 0 ? TL_NONE : tl_find_name(compat->newest, name, base);
  compat->variants[def] = (dc_variant){target, TL_NONE, layer};
  if (target == TL_NONE)
    return;
  compat->variants[def].next = compat->first[target];
  compat->first[target] = def;
  compat->last = layer > compat->last ? layer : compat->last;
}

dc_compat *dc_compat_new(const tl_schema *newest, const tl_schema *old) {
  dc_compat *compat = calloc(1, sizeof *compat);
  if (compat == NULL)
    return NULL;
  *compat = (dc_compat){.newest = newest, .old = old};
  compat->variants = calloc(old->n_defs + 1u, sizeof *compat->variants);
  compat->first = calloc(newest->n_defs + 1u, sizeof *compat->first);
  if (compat->variants == NULL || compat->first == NULL) {
    dc_compat_free(compat);
    return NULL;
  }
  for (uint16_t def = 0; def < newest->n_defs; def++)
    compat->first[def] = TL_NONE;
  for (uint16_t def = 0; def < old->n_defs; def++)
    add_variant(compat, def);
  return compat;
}

void dc_compat_free(dc_compat *compat) {
  if (compat == NULL)
    return;
  free(compat->variants);
  free(compat->first);
  free(compat);
}

int32_t dc_compat_last_layer(const dc_compat *compat) {
  return compat->last;
}

/* The definition as the layer had it: of those that lasted until then, the one that went first. */
static uint16_t variant_for(const dc_walk *walk, uint16_t def) {
  const dc_variant *variants = walk->compat->variants;
  uint16_t best = TL_NONE;
  for (uint16_t i = walk->compat->first[def]; i != TL_NONE; i = variants[i].next)
    if (variants[i].layer >= walk->layer &&
        (best == TL_NONE || variants[i].layer < variants[best].layer))
      best = i;
  return best;
}

static const uint8_t *walk_take(dc_walk *walk, size_t size) {
  const uint8_t *at = walk->at;
  if (walk->left < size)
    return NULL;
  walk->at += size;
  walk->left -= size;
  return at;
}

static bool copy(dc_walk *walk, size_t size, tl_buffer *out) {
  const uint8_t *at = walk_take(walk, size);
  return at != NULL && (size == 0 || tl_buffer_append(out, at, size) == TL_OK);
}

static bool copy_string(dc_walk *walk, tl_buffer *out) {
  if (walk->left < 4)
    return false;
  size_t size = walk->at[0], head = 1;
  if (size == 255)
    return false;
  if (size == 254) {
    size = (size_t)walk->at[1] | (size_t)walk->at[2] << 8 | (size_t)walk->at[3] << 16;
    head = 4;
  }
  return copy(walk, (head + size + 3) & ~(size_t)3, out);
}

static bool walk_items(dc_walk *walk, const tl_schema *schema, uint16_t type, uint32_t count,
                       tl_buffer *out) {
  if (count > walk->left && schema->types[type].least > 0)
    return false;
  for (uint32_t i = 0; i < count; i++)
    if (!walk_type(walk, schema, type, NULL, out))
      return false;
  return true;
}

static bool walk_vector(dc_walk *walk, const tl_schema *schema, const tl_type *type, bool boxed,
                        tl_buffer *out) {
  size_t head = boxed ? 8 : 4;
  const uint8_t *at = walk->at;
  if (!copy(walk, head, out) || (boxed && tl_load32(at) != VECTOR_ID))
    return false;
  return walk_items(walk, schema, type->arg, tl_load32(at + head - 4), out);
}

static bool append32(tl_buffer *out, uint32_t value) {
  uint8_t bytes[4];
  tl_store32(bytes, value);
  return tl_buffer_append(out, bytes, 4) == TL_OK;
}

/* The fields of a definition that is the same on both sides. */
static bool walk_fields(dc_walk *walk, const tl_schema *schema, const tl_def *def, tl_buffer *out) {
  uint32_t words[TL_WORDS] = {0};
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &schema->fields[def->field + i];
    if (!field_present(field, words))
      continue;
    if (field->op == TL_OP_WORD) {
      if (walk->left < 4)
        return false;
      words[field->aux] = tl_load32(walk->at);
      if (!copy(walk, 4, out))
        return false;
    } else if (!walk_type(walk, schema, field->type, words, out)) {
      return false;
    }
  }
  return true;
}

static bool walk_boxed(dc_walk *walk, tl_buffer *out);

/* gzip_packed in place of a request inside a wrapper, as TDLib and mtcute send it under
 * invokeAfterMsg: what was packed goes on, once (MS-4). */
static bool walk_packed(dc_walk *walk, tl_buffer *out) {
  dc_reader reader = {walk->at, walk->left, walk->packed};
  tl_bytes packed = dc_take_bytes(&reader);
  tl_buffer plain;
  tl_buffer_init(&plain, NULL, DC_GUNZIP_MOST);
  bool ok = !reader.bad && dc_gunzip(packed.data, packed.size, &plain);
  if (ok) {
    dc_walk inner = {.compat = walk->compat,
                     .at = plain.data,
                     .left = plain.size,
                     .packed = true,
                     .depth = walk->depth};
    ok = walk_boxed(&inner, out) && inner.left == 0;
    walk->unknown = inner.unknown;
    walk->at = reader.at;
    walk->left = reader.left;
  }
  tl_buffer_free(&plain);
  return ok;
}

static bool walk_boxed(dc_walk *walk, tl_buffer *out) {
  const uint8_t *at = walk_take(walk, 4);
  if (at == NULL)
    return false;
  const dc_compat *compat = walk->compat;
  uint32_t id = tl_load32(at);
  uint16_t def = tl_find_id(compat->newest, id);
  if (def != TL_NONE) {
    uint16_t older = walk->layer == 0 ? TL_NONE : variant_for(walk, def);
    if (older != TL_NONE)
      return convert(walk, compat->newest, def, compat->old, older, out);
    return append32(out, id) && walk_fields(walk, compat->newest, &compat->newest->defs[def], out);
  }
  if (walk->layer == 0 && id == GZIP_ID)
    return walk_packed(walk, out);
  def = walk->layer == 0 ? tl_find_id(compat->old, id) : TL_NONE;
  if (def == TL_NONE || compat->variants[def].def == TL_NONE) {
    walk->unknown = id;
    return false;
  }
  return convert(walk, compat->old, def, compat->newest, compat->variants[def].def, out);
}

static bool walk_type(dc_walk *walk, const tl_schema *schema, uint16_t index, const uint32_t *words,
                      tl_buffer *out) {
  static const uint8_t sizes[] = {4, 8, 8, 16, 32};
  const tl_type *type = &schema->types[index];
  if (walk->depth >= MOST_DEPTH)
    return false;
  walk->depth++;
  bool ok = false;
  switch (type->op) {
  case TL_OP_INT:
  case TL_OP_LONG:
  case TL_OP_DOUBLE:
  case TL_OP_INT128:
  case TL_OP_INT256:
    ok = copy(walk, sizes[type->op], out);
    break;
  case TL_OP_NAT:
  case TL_OP_BOOL:
    ok = copy(walk, 4, out);
    break;
  case TL_OP_TRUE:
    ok = true;
    break;
  case TL_OP_STRING:
  case TL_OP_BYTES:
    ok = copy_string(walk, out);
    break;
  case TL_OP_OBJECT:
  case TL_OP_SUM:
  case TL_OP_PTR:
    ok = walk_boxed(walk, out);
    break;
  case TL_OP_BARE:
    ok = walk_fields(walk, schema, &schema->defs[type->arg], out);
    break;
  case TL_OP_VECTOR:
  case TL_OP_BARE_VECTOR:
    ok = walk_vector(walk, schema, type, type->op == TL_OP_VECTOR, out);
    break;
  case TL_OP_ARRAY:
    ok = walk_items(walk, schema, type->arg, type->count, out);
    break;
  case TL_OP_REPEAT:
    ok = words != NULL && walk_items(walk, schema, type->arg, words[type->count], out);
    break;
  default:
    break;
  }
  walk->depth--;
  return ok;
}

bool dc_compat_upgrade(const dc_compat *compat, const uint8_t *data, size_t size, tl_buffer *out,
                       uint32_t *unknown) {
  dc_walk walk = {.compat = compat, .at = data, .left = size};
  bool ok = walk_boxed(&walk, out);
  if (unknown != NULL)
    *unknown = walk.unknown;
  return ok && tl_buffer_append(out, walk.at, walk.left) == TL_OK;
}

bool dc_compat_downgrade(const dc_compat *compat, int32_t layer, uint16_t type, const uint8_t *data,
                         size_t size, tl_buffer *out) {
  dc_walk walk = {.compat = compat, .layer = layer, .at = data, .left = size};
  return walk_type(&walk, compat->newest, type, NULL, out) && walk.left == 0;
}

/* ---- one definition as another one of the same name: fields are matched by name, numbers widened
 * or cut, what the other side must have and this one lacks becomes empty ---- */

#define MOST_FIELDS 96

typedef struct dc_span {
  size_t start, end; /* in the scratch buffer */
  bool present;
} dc_span;

typedef struct fields {
  const tl_schema *schema;
  const tl_def *def;
  dc_span spans[MOST_FIELDS];
  tl_buffer bytes;
} fields;

static bool read_fields(dc_walk *walk, fields *in) {
  uint32_t words[TL_WORDS] = {0};
  for (uint16_t i = 0; i < in->def->n_fields; i++) {
    const tl_field *field = &in->schema->fields[in->def->field + i];
    dc_span *span = &in->spans[i];
    span->start = span->end = in->bytes.size;
    if (!field_present(field, words))
      continue;
    span->present = true;
    if (field->op == TL_OP_WORD) {
      const uint8_t *at = walk_take(walk, 4);
      if (at == NULL)
        return false;
      words[field->aux] = tl_load32(at);
    } else if (!walk_type(walk, in->schema, field->type, words, &in->bytes)) {
      return false;
    }
    span->end = in->bytes.size;
  }
  return true;
}

static bool is_number(uint8_t op) {
  return op == TL_OP_INT || op == TL_OP_LONG;
}

static bool is_object(uint8_t op) {
  return op == TL_OP_SUM || op == TL_OP_PTR || op == TL_OP_OBJECT;
}

static bool compatible(uint8_t a, uint8_t b) {
  return a == b || (is_number(a) && is_number(b)) || (is_object(a) && is_object(b));
}

/* The field of that name, if it is there and of a kind that fits. */
static const dc_span *find(const fields *in, const char *name, uint8_t op) {
  for (uint16_t i = 0; i < in->def->n_fields; i++) {
    const tl_field *field = &in->schema->fields[in->def->field + i];
    if (field->op != TL_OP_WORD && strcmp(tl_field_name(in->schema, field), name) == 0)
      return in->spans[i].present && compatible(field->op, op) ? &in->spans[i] : NULL;
  }
  return NULL;
}

static bool put(tl_buffer *out, uint64_t value, size_t size) {
  uint8_t bytes[8];
  tl_store64(bytes, value);
  return tl_buffer_append(out, bytes, size) == TL_OK;
}

static uint32_t word_value(const fields *in, const tl_schema *to, const tl_def *def,
                           const tl_field *word) {
  uint32_t value = 0;
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &to->fields[def->field + i];
    if (field->op != TL_OP_WORD && field->cond != TL_ALWAYS && field->cond >> 5 == word->aux &&
        find(in, tl_field_name(to, field), field->op) != NULL)
      value |= 1u << (field->cond & 31);
  }
  return value;
}

/* A boxed value with nothing in it: the first constructor that has no field that must be there. */
static bool put_empty_object(tl_buffer *out, const tl_schema *schema, const tl_type *type) {
  uint16_t count = type->op == TL_OP_PTR ? 1 : type->count;
  for (uint16_t i = 0; i < count; i++) {
    const tl_def *def = &schema->defs[type->arg + i];
    uint16_t words = 0;
    bool empty = true;
    for (uint16_t f = 0; f < def->n_fields; f++) {
      const tl_field *field = &schema->fields[def->field + f];
      words = (uint16_t)(words + (field->op == TL_OP_WORD));
      empty = empty && (field->op == TL_OP_WORD || field->cond != TL_ALWAYS);
    }
    if (!empty)
      continue;
    bool ok = put(out, def->id, 4);
    while (ok && words-- > 0)
      ok = put(out, 0, 4);
    return ok;
  }
  return false;
}

static bool put_default(tl_buffer *out, const tl_schema *schema, const tl_field *field) {
  switch (field->op) {
  case TL_OP_INT:
  case TL_OP_NAT:
  case TL_OP_STRING:
  case TL_OP_BYTES:
  case TL_OP_BARE_VECTOR:
    return put(out, 0, 4);
  case TL_OP_LONG:
  case TL_OP_DOUBLE:
    return put(out, 0, 8);
  case TL_OP_BOOL:
    return put(out, 0xbc799737u, 4);
  case TL_OP_VECTOR:
    return put(out, 0x1cb5c415u, 8);
  case TL_OP_SUM:
  case TL_OP_PTR:
    return put_empty_object(out, schema, &schema->types[field->type]);
  default:
    return false;
  }
}

static bool put_span(tl_buffer *out, const fields *in, const dc_span *from, uint8_t op) {
  size_t size = from->end - from->start;
  const uint8_t *bytes = in->bytes.data + from->start;
  if (op == TL_OP_LONG && size == 4)
    return put(out, (uint64_t)(int64_t)(int32_t)tl_load32(bytes), 8);
  if (op == TL_OP_INT && size == 8)
    size = 4;
  return size == 0 || tl_buffer_append(out, bytes, size) == TL_OK;
}

/* Fields that share a bit are all there or all not (TL-7): what lacks is made up. */
static bool write_fields(const fields *in, const tl_schema *to, const tl_def *def, tl_buffer *out) {
  uint32_t words[TL_WORDS] = {0};
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &to->fields[def->field + i];
    const dc_span *from = find(in, tl_field_name(to, field), field->op);
    bool ok = true;
    if (field->op == TL_OP_WORD) {
      words[field->aux] = word_value(in, to, def, field);
      ok = put(out, words[field->aux], 4);
    } else if (from != NULL) {
      ok = put_span(out, in, from, field->op);
    } else if (field->op != TL_OP_TRUE && field_present(field, words)) {
      ok = put_default(out, to, field);
    }
    if (!ok)
      return false;
  }
  return true;
}

static bool convert(dc_walk *walk, const tl_schema *from, uint16_t from_def, const tl_schema *to,
                    uint16_t to_def, tl_buffer *out) {
  fields in = {.schema = from, .def = &from->defs[from_def]};
  const tl_def *target = &to->defs[to_def];
  if (in.def->n_fields > MOST_FIELDS)
    return false;
  tl_buffer_init(&in.bytes, NULL, 0);
  bool ok = read_fields(walk, &in) && put(out, target->id, 4) && write_fields(&in, to, target, out);
  tl_buffer_free(&in.bytes);
  return ok;
}
