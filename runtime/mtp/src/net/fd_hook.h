/* Who wants to know that a descriptor is closed: whoever has it registered somewhere. */
#ifndef MTP_NET_FD_HOOK_H
#define MTP_NET_FD_HOOK_H

#include <stddef.h>
#include <unistd.h>

typedef struct mtp_fd_hook {
  void (*closing)(void *ctx, int fd); /* called before; NULL: nobody */
  void *ctx;
} mtp_fd_hook;

static inline void mtp_fd_forget(const mtp_fd_hook *hook, int fd) {
  if (hook->closing)
    hook->closing(hook->ctx, fd);
}

static inline void mtp_fd_close(const mtp_fd_hook *hook, int fd) {
  mtp_fd_forget(hook, fd);
  close(fd);
}

#endif
