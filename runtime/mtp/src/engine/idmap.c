/* The hash map from ids to pointers. Removal moves the followers back, so there are no tombstones
 * and a map that lives for months stays as fast as a new one. */
#include "idmap.h"

#define MIN_BITS 4

static size_t slot_count(const mtp_idmap *map) {
  return map->slots ? (size_t)1 << map->bits : 0;
}

static size_t home_of(const mtp_idmap *map, uint64_t key) {
  return (size_t)((key * 0x9e3779b97f4a7c15u) >> (64 - map->bits));
}

/* Where key is, or the free slot where it would go. There always is a free slot. */
static mtp_idmap_slot *find(const mtp_idmap *map, uint64_t key) {
  size_t mask = slot_count(map) - 1, at = home_of(map, key);
  while (map->slots[at].value && map->slots[at].key != key)
    at = (at + 1) & mask;
  return &map->slots[at];
}

static bool resize(mtp_idmap *map, unsigned bits) {
  mtp_idmap other = {NULL, 0, bits, map->allocator};
  size_t have = slot_count(map);
  other.slots = tl_alloc_zero(map->allocator, sizeof(mtp_idmap_slot) << bits);
  if (!other.slots)
    return false;
  for (size_t i = 0; i < have; i++)
    if (map->slots[i].value)
      mtp_idmap_put(&other, map->slots[i].key, map->slots[i].value);
  mtp_idmap_free(map);
  *map = other;
  return true;
}

bool mtp_idmap_reserve(mtp_idmap *map, size_t more) {
  size_t have = slot_count(map);
  if (more > SIZE_MAX / 64 - map->count)
    return false;
  if (have && map->count + more <= have / 4 * 3)
    return true;
  unsigned bits = map->slots ? map->bits + 1 : MIN_BITS;
  while (((size_t)1 << bits) / 4 * 3 < map->count + more)
    bits++;
  return resize(map, bits);
}

void mtp_idmap_put(mtp_idmap *map, uint64_t key, void *value) {
  mtp_idmap_slot *slot = find(map, key);
  if (!slot->value)
    map->count++;
  slot->key = key;
  slot->value = value;
}

void *mtp_idmap_get(const mtp_idmap *map, uint64_t key) {
  return map->slots ? find(map, key)->value : NULL;
}

void mtp_idmap_remove(mtp_idmap *map, uint64_t key) {
  mtp_idmap_slot *hole = map->slots ? find(map, key) : NULL;
  if (!hole || !hole->value)
    return;
  size_t mask = slot_count(map) - 1, at = (size_t)(hole - map->slots);
  for (size_t next = (at + 1) & mask; map->slots[next].value; next = (next + 1) & mask) {
    size_t home = home_of(map, map->slots[next].key);
    if (((next - home) & mask) < ((next - at) & mask))
      continue; /* it stands between its home and the hole's place: it may not move before home */
    map->slots[at] = map->slots[next];
    at = next;
  }
  map->slots[at].value = NULL;
  if (--map->count == 0)
    mtp_idmap_free(map);
}

void mtp_idmap_trim(mtp_idmap *map) {
  if (map->bits > MIN_BITS && map->count < slot_count(map) / 16)
    (void)resize(map, map->bits - 1); /* without memory it stays as large as it is */
}

void mtp_idmap_free(mtp_idmap *map) {
  tl_free(map->allocator, map->slots, slot_count(map) * sizeof *map->slots);
  map->slots = NULL;
  map->count = 0;
  map->bits = 0;
}
