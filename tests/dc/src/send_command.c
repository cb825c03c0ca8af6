/* The program as a client of its own control socket: tgdc --state DIR --do COMMAND. */
#include "send_command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool reach(int fd, const char *dir) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int size = snprintf(address.sun_path, sizeof address.sun_path, "%s/control", dir);
  if (size < 0 || (size_t)size >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return false;
  }
  return connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
}

/* A command is one line there; here it may be several. */
static bool write_line(int fd, const char *text) {
  for (; *text != 0; text++)
    if (send(fd, *text == '\n' ? " " : text, 1, MSG_NOSIGNAL) != 1)
      return false;
  return send(fd, "\n", 1, MSG_NOSIGNAL) == 1;
}

/* One line, which is the answer. False: the other side went away. */
static bool show_answer(int fd, bool *ok) {
  static const char good[] = "\"ok\":true";
  char c;
  size_t matched = 0;
  *ok = false;
  for (;;) {
    if (recv(fd, &c, 1, 0) != 1)
      return false;
    putchar(c);
    if (c == '\n')
      return true;
    matched = c == good[matched] ? matched + 1 : c == good[0] ? 1 : 0;
    if (good[matched] == 0) {
      *ok = true;
      matched = 0;
    }
  }
}

bool tgdc_send_command(const char *dir, const char *command, bool *ok, char *error,
                       size_t error_size) {
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  bool answered = false;
  *ok = false;
  if (fd < 0 || !reach(fd, dir)) {
    snprintf(error, error_size, "no tgdc can be reached in %s: %s", dir, strerror(errno));
  } else {
    answered = write_line(fd, command) && show_answer(fd, ok);
    if (!answered)
      snprintf(error, error_size, "the tgdc in %s went away", dir);
  }
  if (fd >= 0)
    close(fd);
  return answered;
}
