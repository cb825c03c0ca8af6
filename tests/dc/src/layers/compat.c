/* Which old definition stands for which new one in which layer, and the walk that rewrites values.
 * The rewriting of a single definition is in compat_convert.c. */
#include "compat.h"

#include <stdlib.h>
#include <string.h>

#include "compat_walk.h"
#include "packed.h"
#include "reader.h"

#define VECTOR_ID  0x1cb5c415u
#define GZIP_ID    0x3072cfa1u
#define MOST_DEPTH 64

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

const uint8_t *dc_walk_take(dc_walk *walk, size_t size) {
  const uint8_t *at = walk->at;
  if (walk->left < size)
    return NULL;
  walk->at += size;
  walk->left -= size;
  return at;
}

static bool copy(dc_walk *walk, size_t size, tl_buffer *out) {
  const uint8_t *at = dc_walk_take(walk, size);
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
    if (!dc_walk_type(walk, schema, type, NULL, out))
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
    if (!dc_field_present(field, words))
      continue;
    if (field->op == TL_OP_WORD) {
      if (walk->left < 4)
        return false;
      words[field->aux] = tl_load32(walk->at);
      if (!copy(walk, 4, out))
        return false;
    } else if (!dc_walk_type(walk, schema, field->type, words, out)) {
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
  const uint8_t *at = dc_walk_take(walk, 4);
  if (at == NULL)
    return false;
  const dc_compat *compat = walk->compat;
  uint32_t id = tl_load32(at);
  uint16_t def = tl_find_id(compat->newest, id);
  if (def != TL_NONE) {
    uint16_t older = walk->layer == 0 ? TL_NONE : variant_for(walk, def);
    if (older != TL_NONE)
      return dc_convert(walk, compat->newest, def, compat->old, older, out);
    return append32(out, id) && walk_fields(walk, compat->newest, &compat->newest->defs[def], out);
  }
  if (walk->layer == 0 && id == GZIP_ID)
    return walk_packed(walk, out);
  def = walk->layer == 0 ? tl_find_id(compat->old, id) : TL_NONE;
  if (def == TL_NONE || compat->variants[def].def == TL_NONE) {
    walk->unknown = id;
    return false;
  }
  return dc_convert(walk, compat->old, def, compat->newest, compat->variants[def].def, out);
}

bool dc_walk_type(dc_walk *walk, const tl_schema *schema, uint16_t index, const uint32_t *words,
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
  return dc_walk_type(&walk, compat->newest, type, NULL, out) && walk.left == 0;
}
