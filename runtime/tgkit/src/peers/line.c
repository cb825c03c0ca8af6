/* account kind id hash flags dc seen_in seen_message migrated_to phone|- names|- */
#include "peers/line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HAS_HASH = 1, MIN_HASH = 2, FULL = 4, SELF = 8 };

bool tgkit_line_write(int64_t account, const tgkit_peer *peer, char out[TGKIT_LINE]) {
  unsigned flags = (peer->has_hash ? HAS_HASH : 0u) | (peer->min_hash ? MIN_HASH : 0u) |
                   (peer->full ? FULL : 0u) | (peer->self ? SELF : 0u);
  int n = snprintf(out, TGKIT_LINE,
                   "%" PRId64 " %d %" PRId64 " %" PRId64 " %u %" PRId32 " %" PRId64 " %" PRId32
                   " %" PRId64 " %s ",
                   account, (int)peer->kind, peer->id, peer->access_hash, flags, peer->photo_dc,
                   peer->seen_in, peer->seen_message, peer->migrated_to,
                   *peer->phone ? peer->phone : "-");
  for (size_t i = 0; n > 0 && n < TGKIT_LINE && i < peer->n_names; i++)
    n += snprintf(out + n, (size_t)(TGKIT_LINE - n), "%s%s", i ? "," : "", peer->names[i]);
  if (n > 0 && n < TGKIT_LINE && !peer->n_names)
    n += snprintf(out + n, (size_t)(TGKIT_LINE - n), "-");
  return n > 0 && n < TGKIT_LINE && !strpbrk(out, "\r\n");
}

/* The next number of a line; *ok turns false if there is none. */
static int64_t number(char **at, bool *ok) {
  char *end;
  long long value = strtoll(*at, &end, 10);
  *ok = *ok && end != *at && *end == ' ';
  *at = *ok ? end + 1 : *at;
  return value;
}

static bool read_names(tgkit_peer *peer, char *text) {
  if (!strcmp(text, "-"))
    return true;
  for (char *name = text; name; peer->n_names++) {
    char *comma = strchr(name, ',');
    if (comma)
      *comma = 0;
    if (!*name || strlen(name) > 35 || peer->n_names == TGKIT_MAX_NAMES)
      return false;
    peer->names[peer->n_names] = name;
    name = comma ? comma + 1 : NULL;
  }
  return true;
}

bool tgkit_line_read(tgkit_line *line) {
  tgkit_peer *peer = &line->peer;
  char *at = line->text;
  bool ok = true;
  memset(peer, 0, sizeof *peer);
  line->account = number(&at, &ok);
  int64_t kind = number(&at, &ok);
  peer->id = number(&at, &ok);
  peer->access_hash = number(&at, &ok);
  int64_t flags = number(&at, &ok);
  peer->photo_dc = (int32_t)number(&at, &ok);
  peer->seen_in = number(&at, &ok);
  peer->seen_message = (int32_t)number(&at, &ok);
  peer->migrated_to = number(&at, &ok);
  char *names = strchr(at, ' ');
  if (!ok || !names || kind < TGKIT_USER || kind > TGKIT_CHANNEL || peer->id <= 0)
    return false;
  *names++ = 0;
  peer->kind = (tgkit_kind)kind;
  peer->has_hash = flags & HAS_HASH;
  peer->min_hash = flags & MIN_HASH;
  peer->full = flags & FULL;
  peer->self = flags & SELF;
  peer->phone = strcmp(at, "-") ? at : "";
  return strlen(peer->phone) < 31 && read_names(peer, names);
}
