/* The rows in memory: found by kind and id, by name and by number. A name has one owner, the one it
 * was last seen with. */
#include <stdlib.h>
#include <string.h>

#include "peers/peers.h"

enum { FIRST_BUCKETS = 64 };

static uint64_t mix(uint64_t value) {
  value *= UINT64_C(0x9e3779b97f4a7c15);
  return value ^ value >> 32;
}

static uint64_t hash_id(tgkit_kind kind, int64_t id) {
  return mix((uint64_t)id * 4 + (uint64_t)kind);
}

static uint64_t hash_text(const char *text) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (; *text; text++)
    hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
  return mix(hash);
}

row *tgkit_book_find(const book *b, tgkit_kind kind, int64_t id) {
  if (!b->n_buckets)
    return NULL;
  row *r = b->rows[hash_id(kind, id) & (b->n_buckets - 1)];
  while (r && (r->peer.kind != kind || r->peer.id != id))
    r = r->next;
  return r;
}

static owned_name **name_place(const book *b, const char *text) {
  owned_name **place = &b->names[hash_text(text) & (b->n_buckets - 1)];
  while (*place && strcmp((*place)->text, text) != 0)
    place = &(*place)->next;
  return place;
}

row *tgkit_book_named(const book *b, const char *text) {
  owned_name *found = b->n_buckets ? *name_place(b, text) : NULL;
  return found ? found->owner : NULL;
}

/* ---- room ---- */

static void move_rows(const book *from, book *to) {
  for (size_t i = 0; i < from->n_buckets; i++)
    for (row *r = from->rows[i], *next; r; r = next) {
      row **bucket = &to->rows[hash_id(r->peer.kind, r->peer.id) & (to->n_buckets - 1)];
      next = r->next;
      r->next = *bucket;
      *bucket = r;
    }
}

static void move_names(const book *from, book *to) {
  for (size_t i = 0; i < from->n_buckets; i++)
    for (owned_name *n = from->names[i], *next; n; n = next) {
      owned_name **bucket = &to->names[hash_text(n->text) & (to->n_buckets - 1)];
      next = n->next;
      n->next = *bucket;
      *bucket = n;
    }
}

static bool make_room(book *b) {
  if (b->n_rows + b->n_names < b->n_buckets)
    return true;
  book larger = *b;
  larger.n_buckets = b->n_buckets ? 2 * b->n_buckets : FIRST_BUCKETS;
  larger.rows = calloc(larger.n_buckets, sizeof *larger.rows);
  larger.names = calloc(larger.n_buckets, sizeof *larger.names);
  if (!larger.rows || !larger.names) {
    free(larger.rows);
    free(larger.names);
    return false;
  }
  move_rows(b, &larger);
  move_names(b, &larger);
  free(b->rows);
  free(b->names);
  *b = larger;
  return true;
}

/* ---- names ---- */

static void drop_name(book *b, const char *text, const row *owner) {
  owned_name **place = name_place(b, text), *gone = *place;
  if (!gone || gone->owner != owner)
    return;
  *place = gone->next;
  b->n_names--;
  free(gone->text);
  free(gone);
}

/* The one who had it has it no more. */
static void take_from(row *owner, const char *text) {
  tgkit_peer *peer = &owner->peer;
  if (*text == '+') {
    peer->phone = "";
    return;
  }
  size_t n = 0;
  for (size_t i = 0; i < peer->n_names; i++)
    if (strcmp(peer->names[i], text) != 0)
      peer->names[n++] = peer->names[i];
  peer->n_names = n;
}

static bool own_name(book *b, const char *text, row *owner) {
  owned_name *found = *name_place(b, text);
  if (found) {
    if (found->owner != owner)
      take_from(found->owner, text);
    found->owner = owner;
    return true;
  }
  owned_name *made = make_room(b) ? calloc(1, sizeof *made) : NULL;
  if (!made)
    return false;
  made->text = strdup(text);
  if (!made->text) {
    free(made);
    return false;
  }
  made->owner = owner;
  owned_name **place = name_place(b, text);
  *place = made;
  b->n_names++;
  return true;
}

/* "+phone" in 32 bytes; "" if there is none, or one that is too long to be one. */
static const char *phone_key(const char *phone, char out[32]) {
  size_t n = strlen(phone);
  out[0] = 0;
  if (n && n < 31) {
    out[0] = '+';
    memcpy(out + 1, phone, n + 1);
  }
  return out;
}

static void drop_names(book *b, row *r) {
  char key[32];
  for (size_t i = 0; i < r->peer.n_names; i++)
    drop_name(b, r->peer.names[i], r);
  if (*r->peer.phone)
    drop_name(b, phone_key(r->peer.phone, key), r);
}

static bool own_names(book *b, row *r) {
  char key[32];
  bool ok = true;
  for (size_t i = 0; i < r->peer.n_names; i++)
    ok = own_name(b, r->peer.names[i], r) && ok;
  phone_key(r->peer.phone, key);
  return (!*key || own_name(b, key, r)) && ok;
}

/* ---- rows ---- */

/* All strings of a peer in one block, which the first of them begins. NULL: out of memory. */
static char *copy_strings(const tgkit_peer *from, tgkit_peer *to) {
  size_t size = strlen(from->phone) + 1;
  for (size_t i = 0; i < from->n_names; i++)
    size += strlen(from->names[i]) + 1;
  char *block = malloc(size), *at = block;
  if (!block)
    return NULL;
  *to = *from;
  to->phone = strcpy(at, from->phone);
  at += strlen(at) + 1;
  for (size_t i = 0; i < from->n_names; i++) {
    to->names[i] = strcpy(at, from->names[i]);
    at += strlen(at) + 1;
  }
  return block;
}

static bool same_names(const tgkit_peer *a, const tgkit_peer *b) {
  if (a->n_names != b->n_names || strcmp(a->phone, b->phone) != 0)
    return false;
  for (size_t i = 0; i < a->n_names; i++)
    if (strcmp(a->names[i], b->names[i]) != 0)
      return false;
  return true;
}

static bool same(const tgkit_peer *a, const tgkit_peer *b) {
  return same_names(a, b) && a->has_hash == b->has_hash && a->min_hash == b->min_hash &&
         a->full == b->full && a->self == b->self && a->access_hash == b->access_hash &&
         a->photo_dc == b->photo_dc && a->seen_in == b->seen_in &&
         a->seen_message == b->seen_message && a->migrated_to == b->migrated_to;
}

static row *add_row(book *b, tgkit_kind kind, int64_t id) {
  row *made = make_room(b) ? calloc(1, sizeof *made) : NULL;
  if (!made)
    return NULL;
  made->peer.kind = kind;
  made->peer.id = id;
  made->peer.phone = "";
  row **bucket = &b->rows[hash_id(kind, id) & (b->n_buckets - 1)];
  made->next = *bucket;
  *bucket = made;
  b->n_rows++;
  return made;
}

bool tgkit_book_put(book *b, const tgkit_peer *peer, bool *changed) {
  row *r = tgkit_book_find(b, peer->kind, peer->id);
  *changed = false;
  if (r && same(&r->peer, peer))
    return true;
  if (!r)
    r = add_row(b, peer->kind, peer->id);
  tgkit_peer copy;
  char *strings = r ? copy_strings(peer, &copy) : NULL;
  if (!strings)
    return false;
  drop_names(b, r);
  free(r->strings);
  r->peer = copy;
  r->strings = strings;
  *changed = true;
  return own_names(b, r);
}

void tgkit_book_free(book *b) {
  for (size_t i = 0; i < b->n_buckets; i++) {
    for (row *r = b->rows[i], *next; r; r = next) {
      next = r->next;
      free(r->strings);
      free(r);
    }
    for (owned_name *n = b->names[i], *next; n; n = next) {
      next = n->next;
      free(n->text);
      free(n);
    }
  }
  free(b->rows);
  free(b->names);
  memset(b, 0, sizeof *b);
}
