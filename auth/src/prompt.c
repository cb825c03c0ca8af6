/* Questions on standard error, answers from standard input: a line at a time, nothing read ahead,
 * so that a pipe can hold several answers. */
#include "internal.h"
#include <errno.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <tl/visible.h>
#include <unistd.h>

typedef struct line {
  size_t size;
  bool ended;  /* by its end, not by that of the input */
  bool refuse; /* it does not fit, or has a NUL in it */
  bool held;   /* a signal that was held back ended it */
  int signal;  /* a key for that was pressed; 0: none */
} line;

void tgauth_show(const char *text) {
  char piece[1024];
  size_t size = strlen(text);
  while (size) { /* in pieces; a character that is cut in two is written out, not obeyed */
    size_t n = size < sizeof piece / 6 ? size : sizeof piece / 6 - 1;
    while (n > 1 && n < size && ((unsigned char)text[n] & 0xc0) == 0x80)
      n--;
    tl_visible(piece, sizeof piece, text, n);
    fputs(piece, stderr);
    text += n;
    size -= n;
  }
  fflush(stderr);
}

/* The signal that a key stands for; 0: none. */
static int signal_of(const struct termios *keys, char c) {
  if (!keys || !(keys->c_lflag & ISIG) || !c)
    return 0;
  if (c == (char)keys->c_cc[VINTR])
    return SIGINT;
  return c == (char)keys->c_cc[VQUIT] ? SIGQUIT : 0;
}

/* The signals that end a program at a prompt: held back while a terminal does not echo, so that it
 * is put back before they are obeyed. */
static const int ending[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGALRM};
enum { N_ENDING = sizeof ending / sizeof ending[0], LOOK_MS = 50 };

static int pending_signal(void) {
  sigset_t pending;
  if (sigpending(&pending) != 0)
    return 0;
  for (size_t i = 0; i < N_ENDING; i++)
    if (sigismember(&pending, ending[i]) == 1)
      return ending[i];
  return 0;
}

/* Waits for input; false when a signal that was held back came instead. */
static bool wait_for_input(void) {
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  while (!pending_signal())
    if (poll(&input, 1, LOOK_MS) > 0)
      return true;
  return false;
}

/* keys: those that the terminal does not turn into signals while it reads, and signals are held
 * back; may be NULL. */
static line read_line(const struct termios *keys, char *out, size_t size) {
  line got = {0};
  char c = 0;
  ssize_t n = 0;
  while ((!keys || (got.held = !wait_for_input()) == false) &&
         ((n = read(STDIN_FILENO, &c, 1)) == 1 || (n < 0 && errno == EINTR))) {
    if (n != 1)
      continue;
    got.signal = signal_of(keys, c);
    got.ended = c == '\n';
    if (got.ended || got.signal)
      break;
    if (keys && c && c == (char)keys->c_cc[VSUSP])
      continue; /* what is asked for without echo cannot be put aside */
    if (got.size + 1 < size && c)
      out[got.size++] = c;
    else
      got.refuse = true;
  }
  if (got.size && out[got.size - 1] == '\r')
    got.size--;
  out[got.size] = '\0';
  return got;
}

/* A person is asked again after what cannot be an answer; a pipe holds the next answer already. */
static line ask_until_answered(bool person, const struct termios *keys, const char *prompt,
                               char *out, size_t size) {
  line got;
  do {
    tgauth_show(prompt);
    got = read_line(keys, out, size);
    if (keys)
      fputc('\n', stderr);
    if (got.refuse)
      fprintf(stderr, "That is no answer: it is longer than %zu bytes, or has a NUL in it.\n",
              size - 1);
  } while (got.refuse && got.ended && person);
  return got;
}

/* Without echo, from the first question to the answer. The keys that interrupt end the line
 * instead, and signals from elsewhere wait: the terminal is itself again before they are obeyed. */
static line ask_quietly(const struct termios *before, const char *prompt, char *out, size_t size) {
  struct termios quiet = *before;
  quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
  if (before->c_lflag & ISIG) {
    quiet.c_cc[VEOL] = before->c_cc[VINTR];
#ifdef VEOL2
    quiet.c_cc[VEOL2] = before->c_cc[VQUIT];
#endif
  }
  sigset_t hold, as_before;
  sigemptyset(&hold);
  for (size_t i = 0; i < N_ENDING; i++)
    sigaddset(&hold, ending[i]);
  pthread_sigmask(SIG_BLOCK, &hold, &as_before);
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  line got = ask_until_answered(true, before, prompt, out, size);
  tcsetattr(STDIN_FILENO, TCSAFLUSH, before);
  pthread_sigmask(SIG_SETMASK, &as_before, NULL); /* what was held back arrives here */
  if (got.signal)
    raise(got.signal);
  return got;
}

static bool ask(bool hidden, const char *prompt, char *out, size_t size) {
  struct termios before;
  bool person = tcgetattr(STDIN_FILENO, &before) == 0;
  line got = hidden && person ? ask_quietly(&before, prompt, out, size)
                              : ask_until_answered(person, NULL, prompt, out, size);
  if (got.refuse || got.signal || got.held || (!got.size && !got.ended)) {
    OPENSSL_cleanse(out, size);
    return false;
  }
  return true;
}

bool tgauth_ask(const char *prompt, char *out, size_t size) {
  return ask(false, prompt, out, size);
}

bool tgauth_ask_hidden(const char *prompt, char *out, size_t size) {
  return ask(true, prompt, out, size);
}
