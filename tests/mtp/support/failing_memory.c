/* OpenSSL's allocations, counted, and one of them refused. */
#include "failing_memory.h"

#include "support.h"
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

enum { ALL = 40, SOME = 10 }; /* the first ones, and of the rest (a password needs 400,000) */

/* OpenSSL's hooks have no context: this is the one thing that is global here. */
static struct {
  bool armed, for_good;
  int calls, fail_at;
  long out;
} memory;

static bool fails(void) {
  if (!memory.armed)
    return false;
  int at = memory.calls++;
  return at == memory.fail_at || (memory.for_good && at > memory.fail_at);
}

static void *counted_malloc(size_t size, const char *file, int line) {
  (void)file, (void)line;
  void *ptr = size && !fails() ? malloc(size) : NULL;
  memory.out += ptr != NULL;
  return ptr;
}

static void counted_free(void *ptr, const char *file, int line) {
  (void)file, (void)line;
  memory.out -= ptr != NULL;
  free(ptr);
}

static void *counted_realloc(void *ptr, size_t size, const char *file, int line) {
  if (!ptr)
    return counted_malloc(size, file, line);
  if (size == 0) {
    counted_free(ptr, file, line);
    return NULL;
  }
  return fails() ? NULL : realloc(ptr, size);
}

bool failing_memory_install(void) {
  return CRYPTO_set_mem_functions(counted_malloc, counted_realloc, counted_free);
}

static mtp_status run_failing_at(failing_operation *run, int at, bool for_good) {
  memory.calls = 0;
  memory.fail_at = at;
  memory.for_good = for_good;
  memory.armed = true;
  mtp_status status = run();
  memory.armed = false;
  return status;
}

void failing_memory_check(failing_operation *run, failing_rules rules) {
  assert_ok(run());
  long before = memory.out;
  assert_ok(run_failing_at(run, INT_MAX, false));
  int needed = memory.calls, failed = 0;
  for (int i = 0; i < needed; i += i < ALL ? 1 : 1 + needed / SOME)
    for (int for_good = 0; for_good < 2; for_good++) {
      mtp_status status = run_failing_at(run, i, for_good);
      if (status)
        assert_status(MTP_ERR_NOMEM, status);
      failed += status != MTP_OK;
    }
  assert_true(failed > 0 || (needed == 0 && rules.may_need_none));
  assert_ok(run());
  ERR_clear_error(); /* its error texts are its own until then */
  assert_true(memory.out - before <= rules.may_keep);
}
