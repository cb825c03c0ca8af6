/* Accounts that are left alone for a while. */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOBODY_MS = 10 * 60000 };

int64_t tgpool_nobody_ms(const tgpool *pool) {
  return pool->options.nobody_ms ? pool->options.nobody_ms : NOBODY_MS;
}

void tgpool_shun(tgpool *pool, const char *name, int64_t ms) {
  tgpool_shunned *one = calloc(1, sizeof *one);
  if (!one)
    return; /* then it is tried again too early */
  snprintf(one->name, sizeof one->name, "%s", name);
  one->until = tgpool_now() + ms;
  one->next = pool->shunned;
  pool->shunned = one;
}

bool tgpool_is_shunned(tgpool *pool, const char *name) {
  int64_t now = tgpool_now();
  bool found = false;
  for (tgpool_shunned **at = &pool->shunned; *at;) {
    tgpool_shunned *one = *at;
    if (one->until <= now) {
      *at = one->next;
      free(one);
      continue;
    }
    found = found || strcmp(one->name, name) == 0;
    at = &one->next;
  }
  return found;
}

void tgpool_shunned_free(tgpool *pool) {
  while (pool->shunned) {
    tgpool_shunned *next = pool->shunned->next;
    free(pool->shunned);
    pool->shunned = next;
  }
}
