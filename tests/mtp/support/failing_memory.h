/* OpenSSL running out of memory at one of its allocations after another. */
#ifndef MTP_TEST_FAILING_MEMORY_H
#define MTP_TEST_FAILING_MEMORY_H

#include <mtp/status.h>

typedef mtp_status failing_operation(void);

typedef struct failing_rules {
  bool may_need_none; /* it may do without memory of OpenSSL's, which is not a failure then */
  long may_keep;      /* blocks that OpenSSL keeps for itself */
} failing_rules;

/* Before anything else asks OpenSSL for memory; false: it is too late. */
bool failing_memory_install(void);

/* Runs it once to fill OpenSSL's own caches, once to count, then failing at the first ones and at
 * some of the rest, once and for good: it ends well (OpenSSL did without), or with NOMEM and
 * nothing else, and leaves nothing behind. */
void failing_memory_check(failing_operation *run, failing_rules rules);

#endif
