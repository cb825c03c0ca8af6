/* A database of sessions in a file of its own, and stores of its accounts. */
#ifndef LEASED_FIXTURE_H
#define LEASED_FIXTURE_H

#include <stdbool.h>
#include <tgauth/lease.h>

#define KEY_1 "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\n"
#define KEY_2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210\n"

/* The file is made and removed around each test. */
#define LEASED_TEST(t) cmocka_unit_test_setup_teardown(t, leased_set_up, leased_tear_down)
int leased_set_up(void **state);
int leased_tear_down(void **state);
const char *leased_path(void);
/* Whether these bytes stand in it. */
bool leased_has(const void *bytes, size_t size);

/* A store of that database. */
tgauth_store *leased_open_with(const tgauth_lease_options *options);
/* The same, under KEY_1. */
tgauth_store *leased_open(const char *account, const char *owner, int64_t ttl_ms);
/* Which succeeds. */
void leased_lock(tgauth_store *store);
/* The store cannot be locked, with a text that says why; it is freed. */
void leased_refused(tgauth_store *store, mtp_status status, const char *why);

/* Of sample_session(seed). */
mtp_status leased_save(tgauth_store *store, uint8_t seed, mtp_error *error);
mtp_status leased_loads(tgauth_store *store, uint8_t seed, mtp_error *error);

/* For tgauth_store_load_rows(): ctx is an int. */
mtp_status leased_count_row(void *ctx, const tgauth_table_row *row, mtp_error *error);
/* How many have that prefix; -1: they cannot be read. */
int leased_rows(tgauth_store *store, const char *prefix);

void leased_sleep(long ms);

#endif
