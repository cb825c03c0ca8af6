/* names.c: interned names, in a hash table with chains. */
#include <string.h>

#include "names.h"

static uint32_t hash_of(const char *text, size_t length) {
  uint32_t hash = 2166136261u; /* FNV-1a */
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)text[i]) * 16777619u;
  return hash ^ hash >> 15;
}

static tlp_name *find(const tlp_names *names, const char *text, size_t length, uint32_t hash) {
  if (!names->size)
    return NULL;
  tlp_name *name = names->buckets[hash & (names->size - 1)];
  while (name && (name->hash != hash || name->length != length ||
                  (length && memcmp(name->text, text, length) != 0)))
    name = name->next;
  return name;
}

static bool grow(tlp_arena *arena, tlp_names *names) {
  size_t size = names->size ? 4 * names->size : 4096;
  tlp_name **buckets = tlp_alloc_array(arena, size, sizeof *buckets);
  if (!buckets)
    return false;
  for (size_t i = 0; i < names->size; i++) {
    for (tlp_name *name = names->buckets[i], *next; name; name = next) {
      next = name->next;
      name->next = buckets[name->hash & (size - 1)];
      buckets[name->hash & (size - 1)] = name;
    }
  }
  names->buckets = buckets;
  names->size = size;
  return true;
}

static void look_at(tlp_name *name) {
  for (uint32_t i = 0; i < name->length; i++) {
    if (name->text[i] == '.')
      name->dot = i;
  }
  char first = name->text[name->dot ? name->dot + 1 : 0];
  name->upper = first >= 'A' && first <= 'Z';
}

tlp_name *tlp_lookup(const tlp_names *names, const char *text, size_t length) {
  return find(names, text, length, hash_of(text, length));
}

tlp_name *tlp_intern(tlp_arena *arena, tlp_names *names, const char *text, size_t length) {
  uint32_t hash = hash_of(text, length);
  tlp_name *name = find(names, text, length, hash);
  if (name)
    return name;
  if (names->count >= names->size && !grow(arena, names))
    return NULL;
  name = tlp_alloc(arena, sizeof *name);
  char *copy = tlp_copy_text(arena, text, length);
  if (!name || !copy)
    return NULL;
  name->text = copy;
  name->length = (uint32_t)length;
  name->hash = hash;
  look_at(name);
  name->next = names->buckets[hash & (names->size - 1)];
  names->buckets[hash & (names->size - 1)] = name;
  names->count++;
  return name;
}
