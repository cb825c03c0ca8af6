/* The text of --help, and what it says of options. */
#include "help.h"
#include <stdio.h>
#include <string.h>

static const char shared[] =
    "options of every command:\n"
    "  --api-id N             of your application (or TGCALL_API_ID)\n"
    "  --api-hash H           its hash (or TGCALL_API_HASH)\n"
    "  --session FILE         where the session is kept (or TGCALL_SESSION); without it in a file\n"
    "                         for each server below FILES\n"
    "                         (sqlite:PATH#ACCOUNT, postgresql://USER@HOST/DB#ACCOUNT or\n"
    "                         redis://HOST/N#ACCOUNT: an account of a database, which one process\n"
    "                         has at a time and which is encrypted with the session key;\n"
    "                         string:TEXT: a session string of any library, in memory only; "
    "better:\n"
    "                         TGCALL_SESSION_STRING, which others cannot see in ps)\n"
    "  --session-key FILE     of such accounts: 64 hexadecimal digits; of several lines the first\n"
    "                         encrypts and each decrypts (or TGCALL_SESSION_KEY: the digits)\n"
    "  --account NAME         another session among those (or TGCALL_ACCOUNT)\n"
    "  --session-password W   the file is encrypted with it (better: TGCALL_SESSION_PASSWORD,\n"
    "                         which others on this machine cannot see in ps)\n"
    "  --dc HOST:PORT         this server instead of Telegram (or TGCALL_DC)\n"
    "  --dc-id N              which data centre that is; 2 (or TGCALL_DC_ID)\n"
    "  --public-key PEM       file with its RSA key (or TGCALL_PUBLIC_KEY)\n"
    "  --test                 Telegram's test data centres\n"
    "  --any-servers          use a session with servers that it was not made with\n"
    "  --proxy URL            socks5://, socks4://, http://, tg://proxy?...,\n"
    "                         https://t.me/proxy?... (or TGCALL_PROXY, which hides its password\n"
    "                         from ps)\n"
    "  --transport T          one of those below\n"
    "  --obfuscated           obfuscate a TCP transport\n"
    "  --ca-file PEM          certificates that wss and https are held against\n"
    "  --insecure             no certificates are asked for\n"
    "  --config FILE          addresses as Telegram publishes them for those who cannot reach it:\n"
    "                         dig +short TXT apv3.stel.com, its longer piece first\n"
    "  --ipv6                 IPv6 addresses only\n"
    "  --pfs                  temporary keys for the encryption (perfect forward secrecy)\n"
    "  --timeout SECONDS      how long a call may take\n"
    "  --verbose              say on standard error what happens\n"
    "  --pretty               JSON over several lines, as on a terminal without it\n"
    "  --compact              JSON in one line, as into a pipe without it\n"
    "\n"
    "Options may stand anywhere, before the command too; behind -- there are none.\n";

static const char rest[] =
    "environment:\n"
    "  TGCALL_API_ID, TGCALL_API_HASH, TGCALL_SESSION, TGCALL_SESSION_PASSWORD, TGCALL_ACCOUNT,\n"
    "  TGCALL_DC, TGCALL_DC_ID, TGCALL_PUBLIC_KEY, TGCALL_PROXY\n"
    "                         stand for the options of these names\n"
    "  TGCALL_SESSION_STRING  a session as a string, which goes before TGCALL_ACCOUNT and that "
    "before\n"
    "                         TGCALL_SESSION; nothing is written, and what changes is told\n"
    "  TGCALL_PASSWORD, TGCALL_NEW_PASSWORD, TGCALL_PASSWORD_HASH, TGCALL_BOT_TOKEN,\n"
    "  TGCALL_PASSCODE        secrets that login, password and session ask for otherwise\n"
    "  TGCALL_SESSION_KEY     the key of sessions in databases, as --session-key FILE has it\n"
    "  PGPASSWORD, REDISCLI_AUTH\n"
    "                         passwords of such databases, which ps would show in a URL\n"
    "  TGCALL_JSON            pretty or compact, as the options\n"
    "  TGCALL_TEXTS           the file with the descriptions that explain shows\n"
    "  NO_COLOR               if it is set, nothing is coloured\n"
    "\n"
    "files:\n"
    "  $XDG_CONFIG_HOME/tgcall/SERVER.session\n"
    "                         the session without --session, ~/.config/tgcall if that is not set;\n"
    "                         SERVER is telegram, test, or what --dc says\n"
    "  SESSION.peers          who was seen with that session; of one in a database, rows there\n"
    "\n"
    "exit status:\n"
    "  0                      done\n"
    "  1                      the server answered with an error\n"
    "  2                      the command line, a file of options or JSON that is not there among\n"
    "                         it, text that is not UTF-8, or JSON that does not fit the schema\n"
    "  3                      network: no connection, no answer, a proxy or handshake that failed\n"
    "  4                      this side: a session file that is locked or damaged, a file that\n"
    "                         cannot be read or written, a full disk, input that ended\n"
    "  128 + N                a signal ended it, as a shell shows that: 130 SIGINT, 143 SIGTERM\n"
    "\n"
    "Errors are a line on standard error and, but for 2, {\"error\": ...} on standard output.\n";

const char *help_shared(void) {
  return shared;
}

/* Copies a word of at most size - 1 bytes; how long it was. */
static size_t copy_word(const char *from, const char *ends, char *out, size_t size) {
  size_t n = strcspn(from, ends);
  snprintf(out, size, "%.*s", (int)n, from);
  return n;
}

/* The line's rest after a name and, after one blank, what it takes. */
static void read_line(const char *line, help_option *out) {
  line += copy_word(line, " \n", out->name, sizeof out->name);
  out->arg[0] = '\0';
  if (line[0] == ' ' && line[1] != ' ' && line[1] != '\n')
    line += 1 + copy_word(line + 1, " \n", out->arg, sizeof out->arg);
  line += strspn(line, " ");
  out->text = line;
  out->size = strcspn(line, "\n");
}

static const char *next_line(const char *line) {
  line += strcspn(line, "\n");
  return *line ? line + 1 : line;
}

const char *help_next_option(const char *text, help_option *out) {
  for (; text && *text; text = next_line(text))
    if (strncmp(text, "  --", 4) == 0 && text[4] >= 'a' && text[4] <= 'z') {
      read_line(text + 2, out);
      return next_line(text);
    }
  return NULL;
}

const char *help_next_word(const char *text, help_option *out) {
  for (; text && *text; text = next_line(text)) {
    size_t n = strncmp(text, "  ", 2) == 0 ? strspn(text + 2, "abcdefghijklmnopqrstuvwxyz-") : 0;
    if (n && text[2] != '-' && strncmp(text + 2, "tgcall ", 7) != 0) {
      read_line(text + 2, out);
      return next_line(text);
    }
    if (strncmp(text, "examples:", 9) == 0)
      return NULL;
  }
  return NULL;
}

static bool find_in(const char *text, const char *name, size_t size, help_option *out) {
  while ((text = help_next_option(text, out)))
    if (strlen(out->name) == size && memcmp(out->name, name, size) == 0)
      return true;
  return false;
}

bool help_find_option(const command_table *all, const char *name, size_t size, help_option *out) {
  if (find_in(shared, name, size, out))
    return true;
  for (size_t i = 0; i < all->count; i++)
    if (find_in(all->items[i]->details, name, size, out))
      return true;
  return false;
}

/* ---- printed ---- */

void help_usage(const command_table *all, FILE *out) {
  fprintf(out, "usage: tgcall COMMAND [OPTION]...\n"
               "       tgcall COMMAND --help\n"
               "       tgcall help [COMMAND]\n"
               "       tgcall --version\n"
               "Telegram's API from the command line\n\n"
               "commands:\n");
  for (size_t i = 0; i < all->count; i++)
    fprintf(out, "  %-22s %s\n", all->items[i]->name, all->items[i]->help);
  fprintf(out, "\n%s\ntransports: ", shared);
  for (size_t i = 0; mtp_transport_name(i); i++)
    fprintf(out, "%s%s", i ? ", " : "", mtp_transport_name(i));
  fprintf(out, ".\n\n%s", rest);
  fprintf(out, "\nexamples:\n"
               "  tgcall login\n"
               "  tgcall --account work send @durov 'Hello'\n"
               "  tgcall invoke users.getUsers '{\"id\": [\"me\"]}'\n");
}

void help_command(const command *one) {
  printf("usage: tgcall %s %s%s[OPTION]...\n%s\n", one->name, one->words, *one->words ? " " : "",
         one->help);
  if (one->details)
    printf("\n%s", one->details);
  printf("\ntgcall --help has the options of every command, the environment, files and exit "
         "statuses.\n");
}
