/* Memory that a fork leaves all zero in the child: Linux has it since 4.14 (madvise(2)). */
#define _DEFAULT_SOURCE
#include "client/page.h"

#include <openssl/crypto.h>
#include <sys/mman.h>

#if defined MADV_WIPEONFORK
void *mtp_page_new(size_t size) {
  void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED)
    return NULL;
  if (madvise(page, size, MADV_WIPEONFORK) == 0)
    return page;
  munmap(page, size);
  return NULL;
}
#else
void *mtp_page_new(size_t size) {
  (void)size;
  return NULL;
}
#endif

void mtp_page_free(void *page, size_t size) {
  if (!page)
    return;
  OPENSSL_cleanse(page, size);
  munmap(page, size);
}
