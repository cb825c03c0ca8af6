/* Asking on standard input: a line at a time, secrets without echo, nothing read ahead, so that a
 * pipe can hold several answers. */
#include "tgcall.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static bool read_line(char *out, size_t size) {
  size_t n = 0;
  char c = 0;
  ssize_t got;
  while ((got = read(STDIN_FILENO, &c, 1)) == 1 || (got < 0 && errno == EINTR)) {
    if (got != 1)
      continue;
    if (c == '\n')
      break;
    if (n + 1 < size)
      out[n++] = c;
  }
  if (n && out[n - 1] == '\r')
    n--;
  out[n] = '\0';
  return n > 0 || got == 1;
}

bool ask_line(const char *prompt, char *out, size_t size) {
  fputs(prompt, stderr);
  fflush(stderr);
  return read_line(out, size);
}

bool ask_secret(const char *prompt, char *out, size_t size) {
  struct termios before;
  bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
  if (terminal) {
    struct termios quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  bool answered = ask_line(prompt, out, size);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
  }
  return answered;
}

bool give_text(const char *text, char *out, size_t size) {
  size_t n = strlen(text);
  if (n >= size)
    return false;
  memcpy(out, text, n + 1);
  return true;
}

bool get_secret(const char *given, const char *variable, const char *prompt, char *out,
                size_t size) {
  const char *from_environment = getenv(variable);
  if (!given)
    given = from_environment;
  return given ? give_text(given, out, size) : ask_secret(prompt, out, size);
}
