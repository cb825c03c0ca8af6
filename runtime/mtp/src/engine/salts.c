/* Salts known ahead: a short list sorted by time, from which the one that holds now is taken. */
#include "salts.h"

#include <string.h>

#define SHORT_S 60

void mtp_salts_set(mtp_salts *salts, int64_t salt) {
  salts->current = salt;
  salts->until = 0;
  salts->count = 0;
}

static void insert(mtp_salts *salts, const mtp_salt *salt) {
  size_t at = salts->count;
  while (at > 0 && salts->list[at - 1].since > salt->since)
    at--;
  if (at == MTP_SALTS_ASKED)
    return;
  if (salts->count == MTP_SALTS_ASKED)
    salts->count--; /* the furthest away */
  memmove(salts->list + at + 1, salts->list + at, (salts->count - at) * sizeof *salts->list);
  salts->list[at] = *salt;
  salts->count++;
}

void mtp_salts_learn(mtp_salts *salts, const mtp_salt *list, size_t count, int64_t now_s) {
  salts->count = 0;
  for (size_t i = 0; i < count; i++)
    if (list[i].since < list[i].until && list[i].until > now_s)
      insert(salts, &list[i]);
}

bool mtp_salts_advance(mtp_salts *salts, int64_t now_s) {
  int64_t before = salts->current;
  size_t over = 0;
  while (over < salts->count && salts->list[over].since <= now_s) {
    if (salts->list[over].until > now_s) {
      salts->current = salts->list[over].salt;
      salts->until = salts->list[over].until;
    }
    over++;
  }
  salts->count -= over;
  memmove(salts->list, salts->list + over, salts->count * sizeof *salts->list);
  return salts->current != before;
}

static int64_t ends(const mtp_salts *salts) {
  return salts->count ? salts->list[salts->count - 1].until : salts->until;
}

bool mtp_salts_short(const mtp_salts *salts, int64_t now_s) {
  return ends(salts) - now_s < SHORT_S;
}

int64_t mtp_salts_next_s(const mtp_salts *salts) {
  int64_t refetch = ends(salts) - SHORT_S + 1;
  return salts->count && salts->list[0].since < refetch ? salts->list[0].since : refetch;
}
