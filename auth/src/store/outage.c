/* One pause for all who would ask a database that is away: it doubles from one failure to the next,
 * and ends at random between its half and its whole, so that the processes of many machines do not
 * come back together. */
#include "outage.h"
#include "../internal.h"
#include "machine_clock.h"
#include <mtp/rng.h>
#include <tgauth/lease.h>

enum { FIRST_MS = 200 };

bool tgauth_outage_begin(tgauth_outage *self) {
  return pthread_mutex_init(&self->mutex, NULL) == 0;
}

void tgauth_outage_end(tgauth_outage *self) {
  (void)pthread_mutex_destroy(&self->mutex);
}

static void refused_now(mtp_error *error) {
  (void)tgauth_fail(error, MTP_ERR_STORE, "the database is not asked any more: it took too long");
  error->code = TGAUTH_DATABASE_AWAY;
}

bool tgauth_outage_refuses(tgauth_outage *self, int64_t later, mtp_error *error) {
  int64_t now = tgauth_machine_ms();
  (void)pthread_mutex_lock(&self->mutex);
  bool over = self->over && now >= self->over;
  bool refuses = over || (self->is_away && now < self->again + (self->over ? 0 : later));
  if (refuses && error && self->is_away)
    *error = self->why;
  else if (refuses && error)
    refused_now(error);
  (void)pthread_mutex_unlock(&self->mutex);
  return refuses;
}

static int64_t shortened(int64_t ms) {
  uint32_t dice = 0;
  (void)!mtp_rng_fill(NULL, (uint8_t *)&dice, sizeof dice);
  return ms / 2 + (int64_t)(dice % (uint32_t)(ms / 2 + 1));
}

/* Outside of the mutex: who is told may ask. */
static void tell(const tgauth_outage *self, bool changed) {
  if (changed && self->told)
    self->told(self->ctx);
}

void tgauth_outage_failed(tgauth_outage *self, const mtp_error *why, int64_t cap_ms) {
  (void)pthread_mutex_lock(&self->mutex);
  bool first = !self->is_away;
  int64_t wait = first ? FIRST_MS : 2 * self->wait_ms;
  self->is_away = true;
  self->why = *why;
  self->wait_ms = wait < cap_ms ? wait : cap_ms;
  self->again = self->over ? INT64_MAX : tgauth_machine_ms() + shortened(self->wait_ms);
  (void)pthread_mutex_unlock(&self->mutex);
  tell(self, first);
}

bool tgauth_outage_answered(tgauth_outage *self) {
  (void)pthread_mutex_lock(&self->mutex);
  bool was_away = self->is_away;
  self->is_away = false;
  (void)pthread_mutex_unlock(&self->mutex);
  tell(self, was_away);
  return was_away;
}

int64_t tgauth_outage_left(tgauth_outage *self, mtp_error *why) {
  (void)pthread_mutex_lock(&self->mutex);
  int64_t left = self->is_away ? self->again - tgauth_machine_ms() : -1;
  if (self->is_away && why)
    *why = self->why;
  left = self->is_away && left < 0 ? 0 : left;
  (void)pthread_mutex_unlock(&self->mutex);
  return left;
}

void tgauth_outage_limit(tgauth_outage *self, int64_t ms) {
  int64_t now = tgauth_machine_ms();
  (void)pthread_mutex_lock(&self->mutex);
  self->over = now + ms;
  self->again = now; /* once more, as it may have come back */
  (void)pthread_mutex_unlock(&self->mutex);
}
