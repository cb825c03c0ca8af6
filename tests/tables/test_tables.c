/* What holds of every database of sessions, at a real server of its kind. */
#include "table_control.h"
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { LONG_MS = 600000, PATIENCE = 1200 }; /* tenths of a second */

/* ---- one call each, which must succeed ---- */

static void fine(mtp_status status, const mtp_error *error) {
  if (status != MTP_OK)
    fail_msg("%s", error->text);
}

static tgauth_holder claim(tgauth_table *t, const char *account, const char *owner,
                           int64_t ttl_ms) {
  mtp_error error;
  tgauth_holder out = {0};
  fine(t->ops->claim(t, account, owner, ttl_ms, true, &out, &error), &error);
  return out;
}

static bool renew(tgauth_table *t, const char *account, int64_t fence, int64_t ttl_ms) {
  mtp_error error;
  bool ours = false;
  fine(t->ops->renew(t, account, fence, ttl_ms, &ours, &error), &error);
  return ours;
}

static void release(tgauth_table *t, const char *account, int64_t fence) {
  mtp_error error;
  fine(t->ops->release(t, account, fence, &error), &error);
}

static bool save(tgauth_table *t, const char *account, int64_t fence, tgauth_slot slot,
                 const void *data, size_t size) {
  mtp_error error;
  bool ours = false;
  fine(t->ops->save(t, account, fence, slot, tl_bytes_of(data, size), &ours, &error), &error);
  return ours;
}

static void has(tgauth_table *t, const char *account, tgauth_slot slot, const void *data,
                size_t size) {
  mtp_error error;
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  fine(t->ops->load(t, account, slot, &out, &error), &error);
  assert_int_equal(out.size, size);
  if (size)
    assert_memory_equal(out.data, data, size);
  tl_buffer_free(&out);
}

static void sleep_ms(long ms) {
  nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* Until the lease of somebody else has run out. */
static tgauth_holder claim_in_the_end(tgauth_table *t, const char *account, int64_t ttl_ms) {
  tgauth_holder holder = {0};
  for (int i = 0; i < PATIENCE && !holder.fence; i++) {
    holder = claim(t, account, "the next one", ttl_ms);
    if (!holder.fence)
      sleep_ms(100);
  }
  assert_true(holder.fence > 0);
  return holder;
}

/* ---- leases ---- */

static void one_owner_at_a_time(void **state) {
  (void)state;
  tgauth_table *t = table_new(), *other = table_new();
  tgauth_holder first = claim(t, "one", "the first one", LONG_MS);
  assert_true(first.fence > 0);
  tgauth_holder second = claim(other, "one", "the second one", LONG_MS);
  assert_int_equal(second.fence, 0);
  assert_string_equal(second.owner, "the first one");
  assert_in_range(second.left_ms, 1, LONG_MS);
  assert_true(claim(other, "another", "the second one", LONG_MS).fence > 0);
  release(other, "one", first.fence + 1); /* nothing, as it is not his */
  assert_int_equal(claim(other, "one", "the second one", LONG_MS).fence, 0);
  release(t, "one", first.fence);
  second = claim(other, "one", "the second one", LONG_MS);
  assert_true(second.fence > first.fence);
  t->ops->free(t);
  other->ops->free(other);
}

static void it_ends_by_itself_and_the_old_owner_can_do_nothing(void **state) {
  (void)state;
  tgauth_table *t = table_new(), *other = table_new();
  tgauth_holder old = claim(t, "ends", "the old one", 1000);
  assert_true(save(t, "ends", old.fence, TGAUTH_SLOT_SESSION, "old", 3));
  tgauth_holder now = claim_in_the_end(other, "ends", LONG_MS);
  assert_true(now.fence > old.fence);
  assert_true(save(other, "ends", now.fence, TGAUTH_SLOT_SESSION, "new", 3));
  assert_false(renew(t, "ends", old.fence, LONG_MS));
  assert_false(save(t, "ends", old.fence, TGAUTH_SLOT_SESSION, "old again", 9));
  assert_false(save(t, "ends", old.fence, TGAUTH_SLOT_LOST, "old again", 9));
  release(t, "ends", old.fence);
  assert_true(renew(other, "ends", now.fence, LONG_MS));
  has(t, "ends", TGAUTH_SLOT_SESSION, "new", 3);
  has(t, "ends", TGAUTH_SLOT_LOST, NULL, 0);
  t->ops->free(t);
  other->ops->free(other);
}

static void it_lasts_as_long_as_it_is_lengthened(void **state) {
  (void)state;
  tgauth_table *t = table_new(), *other = table_new();
  tgauth_holder one = claim(t, "longer", "one", 5000);
  assert_true(renew(t, "longer", one.fence, LONG_MS));
  assert_in_range(claim(other, "longer", "two", 1000).left_ms, 5001, LONG_MS);
  release(t, "longer", one.fence);
  assert_false(renew(t, "longer", one.fence, LONG_MS)); /* what was given back is gone */
  assert_false(renew(t, "nobody's", 1, LONG_MS));
  t->ops->free(t);
  other->ops->free(other);
}

typedef struct racer {
  pthread_t thread;
  int won;
} racer;

static void *race(void *ctx) {
  racer *self = ctx;
  mtp_error error;
  tgauth_table *t = table_new();
  for (int i = 0; i < 20; i++) {
    char account[16];
    tgauth_holder holder = {0};
    snprintf(account, sizeof account, "race %d", i);
    if (t->ops->claim(t, account, "racer", LONG_MS, true, &holder, &error) != MTP_OK)
      self->won = -1000;
    self->won += holder.fence != 0;
  }
  t->ops->free(t);
  return NULL;
}

static void of_many_at_once_one_wins(void **state) {
  (void)state;
  racer racers[4] = {{0}};
  int won = 0;
  for (int i = 0; i < 4; i++)
    assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
  for (int i = 0; i < 4; i++) {
    pthread_join(racers[i].thread, NULL);
    won += racers[i].won;
  }
  assert_int_equal(won, 20);
}

static void many_are_lengthened_at_once(void **state) {
  (void)state;
  mtp_error error;
  tgauth_table *t = table_new();
  tgauth_holder a = claim(t, "a \"quoted\" \\ {one}, ", "me", LONG_MS);
  tgauth_holder b = claim(t, "b", "me", LONG_MS);
  release(t, "b", b.fence);
  tgauth_renewal leases[] = {{.account = "not there", .fence = 1},
                             {.account = "a \"quoted\" \\ {one}, ", .fence = a.fence},
                             {.account = "b", .fence = b.fence},
                             {.account = "b", .fence = 7}};
  if (!t->ops->renew_all) {
    t->ops->free(t);
    skip();
  }
  fine(t->ops->renew_all(t, leases, 4, LONG_MS, &error), &error);
  assert_false(leases[0].ours);
  assert_true(leases[1].ours);
  assert_false(leases[2].ours);
  assert_false(leases[3].ours);
  fine(t->ops->renew_all(t, leases, 0, LONG_MS, &error), &error);
  t->ops->free(t);
}

/* Whom it is, of all that are listed in pages. */
static bool listed(tgauth_table *t, const char *account, tgauth_listed *out) {
  mtp_error error;
  tgauth_listed page[3];
  char after[TGAUTH_ACCOUNT_MAX + 1] = "";
  size_t count = 3;
  bool found = false;
  while (count == 3) {
    fine(t->ops->list(t, after, page, 3, &count, &error), &error);
    for (size_t i = 0; i < count; i++) {
      assert_true(strcmp(page[i].account, after) > 0);
      memcpy(after, page[i].account, sizeof after);
      if (strcmp(after, account) == 0) {
        *out = page[i];
        found = true;
      }
    }
  }
  return found;
}

static void accounts_are_listed_in_order(void **state) {
  (void)state;
  tgauth_listed one;
  tgauth_table *t = table_new();
  const char *names[] = {"list Z", "list a", "list \xc3\xa4", "list b", "list aa"};
  for (int i = 0; i < 5; i++)
    claim(t, names[i], "the lister", LONG_MS);
  for (int i = 0; i < 5; i++) {
    assert_true(listed(t, names[i], &one));
    assert_string_equal(one.owner, "the lister");
    assert_in_range(one.left_ms, 1, LONG_MS);
  }
  assert_false(listed(t, "list c", &one));
  tgauth_holder gone = claim(t, "list gone", "the lister", LONG_MS);
  release(t, "list gone", gone.fence);
  assert_true(listed(t, "list gone", &one));
  assert_string_equal(one.owner, "");
  assert_int_equal(one.left_ms, 0);
  t->ops->free(t);
}

/* ---- making and removing ---- */

static mtp_status count_row(void *ctx, const tgauth_table_row *row, mtp_error *error) {
  (void)row;
  (void)error;
  ++*(int *)ctx;
  return MTP_OK;
}

static void one_that_is_not_there_is_made_when_that_is_wanted(void **state) {
  (void)state;
  mtp_error error;
  tgauth_listed one;
  tgauth_holder holder = {0};
  tgauth_table *t = table_new(), *other = table_new();
  fine(t->ops->claim(t, "made", "me", LONG_MS, false, &holder, &error), &error);
  assert_int_equal(holder.fence, 0);
  assert_string_equal(holder.owner, "");
  assert_false(listed(t, "made", &one));
  int64_t fence = claim(t, "made", "me", LONG_MS).fence;
  fine(other->ops->claim(other, "made", "another", LONG_MS, false, &holder, &error), &error);
  assert_int_equal(holder.fence, 0);
  assert_string_equal(holder.owner, "me");
  release(t, "made", fence);
  fine(other->ops->claim(other, "made", "another", LONG_MS, false, &holder, &error), &error);
  assert_true(holder.fence > fence);
  t->ops->free(t);
  other->ops->free(other);
}

static void one_that_is_removed_leaves_nothing_behind(void **state) {
  (void)state;
  mtp_error error;
  tgauth_listed one;
  bool ours = true;
  tgauth_table *t = table_new();
  const tgauth_table_row row = {.key = "peer/1", .data = tl_bytes_of("x", 1)};
  int64_t fence = claim(t, "removed", "me", LONG_MS).fence;
  assert_true(save(t, "removed", fence, TGAUTH_SLOT_SESSION, "x", 1));
  fine(t->ops->save_rows(t, "removed", fence, &row, 1, &ours, &error), &error);
  fine(t->ops->remove(t, "removed", fence + 1, &ours, &error), &error);
  assert_false(ours);
  has(t, "removed", TGAUTH_SLOT_SESSION, "x", 1);
  fine(t->ops->remove(t, "removed", fence, &ours, &error), &error);
  assert_true(ours);
  assert_false(listed(t, "removed", &one));
  assert_false(renew(t, "removed", fence, LONG_MS));
  int64_t next = claim(t, "removed", "me", LONG_MS).fence;
  assert_true(next > fence); /* whoever had it before has not this one */
  has(t, "removed", TGAUTH_SLOT_SESSION, NULL, 0);
  int rows = 0;
  fine(t->ops->load_rows(t, "removed", "", count_row, &rows, &error), &error);
  assert_int_equal(rows, 0);
  t->ops->free(t);
}

/* ---- what is kept ---- */

static void bytes_come_back(void **state) {
  (void)state;
  static uint8_t large[300000];
  for (size_t i = 0; i < sizeof large; i++)
    large[i] = (uint8_t)(i * 7 + i / 256);
  tgauth_table *t = table_new();
  tgauth_holder holder = claim(t, "bytes", "me", LONG_MS);
  has(t, "bytes", TGAUTH_SLOT_SESSION, NULL, 0);
  assert_true(save(t, "bytes", holder.fence, TGAUTH_SLOT_SESSION, large, sizeof large));
  assert_true(save(t, "bytes", holder.fence, TGAUTH_SLOT_LOST, "\0lost\0", 6));
  has(t, "bytes", TGAUTH_SLOT_SESSION, large, sizeof large);
  has(t, "bytes", TGAUTH_SLOT_LOST, "\0lost\0", 6);
  assert_true(save(t, "bytes", holder.fence, TGAUTH_SLOT_LOST, NULL, 0));
  has(t, "bytes", TGAUTH_SLOT_LOST, NULL, 0);
  t->ops->free(t);
}

typedef struct seen {
  char text[512];
  int rows;
} seen;

/* Rows with a text each: the sum of them. */
static mtp_status see(void *ctx, const tgauth_table_row *row, mtp_error *error) {
  seen *to = ctx;
  (void)error;
  to->rows++;
  size_t used = strlen(to->text);
  snprintf(to->text + used, sizeof to->text - used, "%s=%.*s;", row->key, (int)row->data.size,
           (const char *)row->data.data);
  return MTP_OK;
}

static seen rows_of(tgauth_table *t, const char *prefix) {
  mtp_error error;
  seen out = {.rows = 0};
  fine(t->ops->load_rows(t, "rows", prefix, see, &out, &error), &error);
  return out;
}

static bool put_rows(tgauth_table *t, int64_t fence, const tgauth_table_row *rows, size_t count) {
  mtp_error error;
  bool ours = false;
  fine(t->ops->save_rows(t, "rows", fence, rows, count, &ours, &error), &error);
  return ours;
}

static tgauth_table_row row_of(const char *key, const char *text) {
  return (tgauth_table_row){.key = key, .data = tl_bytes_of(text, strlen(text))};
}

static void rows_are_kept_one_by_one(void **state) {
  (void)state;
  tgauth_table *t = table_new();
  int64_t fence = claim(t, "rows", "me", LONG_MS).fence;
  const tgauth_table_row first[] = {row_of("peer/1", "one"), row_of("peer/-2", "t\"w\\o"),
                                    row_of("state", "3")};
  assert_int_equal(rows_of(t, "").rows, 0);
  assert_true(put_rows(t, fence, first, 3));
  assert_int_equal(rows_of(t, "").rows, 3);
  assert_int_equal(rows_of(t, "peer/").rows, 2);
  assert_string_equal(rows_of(t, "peer/-").text, "peer/-2=t\"w\\o;");
  const tgauth_table_row then[] = {row_of("peer/1", ""), row_of("peer/-2", "\x01\xff"),
                                   row_of("nothing", "")};
  assert_true(put_rows(t, fence, then, 3));
  assert_string_equal(rows_of(t, "peer/").text, "peer/-2=\x01\xff;");
  assert_string_equal(rows_of(t, "s").text, "state=3;");
  assert_int_equal(rows_of(t, "peer%").rows, 0);
  assert_true(put_rows(t, fence, NULL, 0));
  assert_false(put_rows(t, fence + 1, first, 3)); /* of another one */
  assert_string_equal(rows_of(t, "peer/").text, "peer/-2=\x01\xff;");
  t->ops->free(t);
}

/* ---- trouble ---- */

/* The owner is stopped past his lease, somebody else takes it, the owner goes on. */
static void one_that_was_stopped_finds_out(void **state) {
  (void)state;
  int up[2], down[2], status = 0;
  char byte = 0;
  assert_int_equal(pipe(up), 0);
  assert_int_equal(pipe(down), 0);
  pid_t child = fork();
  if (child == 0) {
    mtp_error error;
    tgauth_holder holder = {0};
    bool ours = true, saved = true;
    tgauth_table *t = table_new();
    bool ok =
        t->ops->claim(t, "stopped", "the stopped one", 1000, true, &holder, &error) == MTP_OK &&
        holder.fence && write(up[1], &byte, 1) == 1 && read(down[0], &byte, 1) == 1 &&
        t->ops->renew(t, "stopped", holder.fence, 1000, &ours, &error) == MTP_OK &&
        t->ops->save(t, "stopped", holder.fence, TGAUTH_SLOT_SESSION, tl_bytes_of("x", 1), &saved,
                     &error) == MTP_OK;
    t->ops->free(t);
    _exit(ok && !ours && !saved ? 0 : 1);
  }
  assert_int_equal(read(up[0], &byte, 1), 1);
  assert_int_equal(kill(child, SIGSTOP), 0);
  assert_int_equal(waitpid(child, &status, WUNTRACED), child);
  tgauth_table *t = table_new();
  tgauth_holder holder = claim_in_the_end(t, "stopped", LONG_MS);
  assert_true(save(t, "stopped", holder.fence, TGAUTH_SLOT_SESSION, "theirs", 6));
  assert_int_equal(write(down[1], &byte, 1), 1);
  assert_int_equal(kill(child, SIGCONT), 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  has(t, "stopped", TGAUTH_SLOT_SESSION, "theirs", 6);
  t->ops->free(t);
  for (int i = 0; i < 2; i++) {
    close(up[i]);
    close(down[i]);
  }
}

static void a_connection_that_was_cut_is_made_anew(void **state) {
  (void)state;
  tgauth_table *t = table_new();
  tgauth_holder holder = claim(t, "cut", "me", LONG_MS);
  for (int i = 0; i < 3; i++) {
    table_control("cut");
    assert_true(renew(t, "cut", holder.fence, LONG_MS));
  }
  table_control("cut");
  assert_true(save(t, "cut", holder.fence, TGAUTH_SLOT_SESSION, "kept", 4));
  table_control("cut");
  has(t, "cut", TGAUTH_SLOT_SESSION, "kept", 4);
  t->ops->free(t);
}

static void a_server_that_was_restarted_knows_its_leases(void **state) {
  (void)state;
  tgauth_listed one;
  tgauth_table *t = table_new(), *other = table_new();
  tgauth_holder holder = claim(t, "restarted", "me", LONG_MS);
  tgauth_holder back = claim(t, "given back", "me", 1000);
  assert_true(save(t, "restarted", holder.fence, TGAUTH_SLOT_SESSION, "kept", 4));
  release(t, "given back", back.fence);
  table_control("restart");
  tgauth_holder refused = claim(other, "restarted", "another", 1000);
  assert_int_equal(refused.fence, 0);
  assert_string_equal(refused.owner, "me");
  assert_true(renew(t, "restarted", holder.fence, LONG_MS));
  has(other, "restarted", TGAUTH_SLOT_SESSION, "kept", 4);
  assert_true(listed(other, "restarted", &one));
  refused = claim(other, "given back", "another", 1000);
  if (strncmp(table_url(), "redis:", 6) == 0) { /* it may have been claimed, and that forgotten */
    assert_int_equal(refused.fence, 0);
    assert_non_null(strstr(refused.owner, "started anew"));
    refused = claim_in_the_end(other, "given back", 1000);
  }
  assert_true(refused.fence > back.fence);
  t->ops->free(t);
  other->ops->free(other);
}

/* Nobody may wait for one that is there and says nothing; who cannot be reached is told. */
static void a_server_that_is_away_is_told_in_time(void **state) {
  (void)state;
  mtp_error error;
  bool ours = false;
  tgauth_table *t = table_new();
  if (!table_has_server()) {
    t->ops->free(t);
    skip();
  }
  tgauth_holder holder = claim(t, "away", "me", LONG_MS);
  table_control("pause");
  assert_int_equal(t->ops->renew(t, "away", holder.fence, 3000, &ours, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "does not answer"));
  assert_int_equal(t->ops->renew(t, "away", holder.fence, 3000, &ours, &error), MTP_ERR_STORE);
  table_control("continue");
  table_control("stop");
  assert_int_equal(t->ops->renew(t, "away", holder.fence, LONG_MS, &ours, &error), MTP_ERR_STORE);
  assert_int_equal(t->ops->renew(t, "away", holder.fence, LONG_MS, &ours, &error), MTP_ERR_STORE);
  table_control("start");
  assert_true(renew(t, "away", holder.fence, LONG_MS));
  t->ops->free(t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_owner_at_a_time),
      cmocka_unit_test(it_ends_by_itself_and_the_old_owner_can_do_nothing),
      cmocka_unit_test(it_lasts_as_long_as_it_is_lengthened),
      cmocka_unit_test(of_many_at_once_one_wins),
      cmocka_unit_test(many_are_lengthened_at_once),
      cmocka_unit_test(accounts_are_listed_in_order),
      cmocka_unit_test(one_that_is_not_there_is_made_when_that_is_wanted),
      cmocka_unit_test(one_that_is_removed_leaves_nothing_behind),
      cmocka_unit_test(bytes_come_back),
      cmocka_unit_test(rows_are_kept_one_by_one),
      cmocka_unit_test(one_that_was_stopped_finds_out),
      cmocka_unit_test(a_connection_that_was_cut_is_made_anew),
      cmocka_unit_test(a_server_that_was_restarted_knows_its_leases),
      cmocka_unit_test(a_server_that_is_away_is_told_in_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
