/* Reads the command line. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *tgdc_usage(void) {
  return "usage: tgdc [--listen HOST:PORT] [--state DIR] [option]...\n"
         "       tgdc --state DIR --do COMMAND\n"
         "       tgdc methods\n"
         "A Telegram data centre on this machine, for tests and for developing offline.\n"
         "\n"
         "  --listen HOST:PORT   where; port 0 picks one [127.0.0.1:0]\n"
         "  --state DIR          keeps keys and accounts there [nothing is kept]\n"
         "  --user PHONE[,CODE[,PASSWORD]]  an account; without CODE a new one each time\n"
         "  --bot TOKEN          a bot, NUMBER:SECRET\n"
         "  --bot-file FILE      bots, a token a line, that ps does not show (TGDC_BOTS)\n"
         "  --config FILE        accounts, rules and settings as JSON\n"
         "  --dc N               number of the (first) data centre [2; 1 of several]\n"
         "  --dcs N              how many data centres, each on its own port [1]\n"
         "  --test               say that these are test data centres\n"
         "  --verbose            log every request on stderr\n"
         "  --exit-with-stdin    end when standard input does\n"
         "  --do COMMAND         send a control command, JSON, to the tgdc that runs with DIR\n"
         "  --help               this\n"
         "\n"
         "methods prints the methods that are served, a line each; what follows the name says "
         "that\n"
         "the answer is always the same, or that nobody has to be signed in. Any other method can "
         "be\n"
         "given an answer by a rule.\n"
         "\n"
         "Prints one line of JSON when it is ready. tests/dc/README.md has the rest.\n"
         "\n"
         "environment:\n"
         "  TGDC_BOTS            tokens of bots, with blanks between\n"
         "\n"
         "files:\n"
         "  DIR/public.pem       the RSA key that clients are given\n"
         "  DIR/outbox           codes and mails, a line of JSON each\n"
         "  DIR/control          the socket for control commands\n"
         "\n"
         "exit status: 0 it was ended, or the command carried out; 1 something failed; 2 wrong "
         "usage\n"
         "\n"
         "examples:\n"
         "  tgdc --listen 127.0.0.1:4430 --state dc --user +15550001111,12345\n"
         "  tgdc --state dc --do '{\"do\": \"code\", \"phone\": \"+15550001111\"}'\n";
}

static bool read_listen(const char *text, tgdc_command_line *out) {
  const char *colon = strrchr(text, ':');
  char *end;
  if (colon == NULL || colon == text || (size_t)(colon - text) >= sizeof out->host)
    return false;
  memcpy(out->host, text, (size_t)(colon - text));
  out->host[colon - text] = 0;
  unsigned long port = strtoul(colon + 1, &end, 10);
  out->port = (uint16_t)port;
  return end != colon + 1 && *end == 0 && port <= 65535;
}

static bool read_number(const char *text, int most, int *out) {
  char *end;
  long number = strtol(text, &end, 10);
  if (end == text || *end != 0 || number < 1 || number > most)
    return false;
  *out = (int)number;
  return true;
}

static bool read_option(int option, char *value, tgdc_command_line *out) {
  switch (option) {
  case 'l':
    return read_listen(value, out);
  case 's':
    out->options.state_dir = value;
    return true;
  case 'u':
    out->users[out->n_users++] = value;
    return true;
  case 'b':
    out->bots[out->n_bots++] = value;
    return true;
  case 'f':
    out->bot_files[out->n_bot_files++] = value;
    return true;
  case 'o':
    out->command = value;
    return true;
  case 'c':
    out->config = value;
    return true;
  case 'd':
    return read_number(value, 999, &out->options.dc);
  case 'n':
    return read_number(value, TGDC_MAX_DCS, &out->options.dcs);
  case 't':
    return out->options.test = true;
  case 'v':
    return out->options.verbose = true;
  case 'x':
    return out->exit_with_stdin = true;
  case 'h':
    return out->help = true;
  default:
    return false;
  }
}

bool tgdc_command_line_read(int argc, char **argv, tgdc_command_line *out, char *error,
                            size_t error_size) {
  static const struct option names[] = {{"listen", required_argument, NULL, 'l'},
                                        {"state", required_argument, NULL, 's'},
                                        {"user", required_argument, NULL, 'u'},
                                        {"bot", required_argument, NULL, 'b'},
                                        {"bot-file", required_argument, NULL, 'f'},
                                        {"config", required_argument, NULL, 'c'},
                                        {"dc", required_argument, NULL, 'd'},
                                        {"dcs", required_argument, NULL, 'n'},
                                        {"test", no_argument, NULL, 't'},
                                        {"verbose", no_argument, NULL, 'v'},
                                        {"exit-with-stdin", no_argument, NULL, 'x'},
                                        {"do", required_argument, NULL, 'o'},
                                        {"help", no_argument, NULL, 'h'},
                                        {NULL, 0, NULL, 0}};
  int option, index = 0;
  *out = (tgdc_command_line){.host = "127.0.0.1"};
  out->users = calloc((size_t)argc + 1, sizeof *out->users);
  out->bots = calloc((size_t)argc + 1, sizeof *out->bots);
  out->bot_files = calloc((size_t)argc + 1, sizeof *out->bot_files);
  if (out->users == NULL || out->bots == NULL || out->bot_files == NULL) {
    snprintf(error, error_size, "out of memory");
    return false;
  }
  opterr = 0;
  while ((option = getopt_long(argc, argv, ":", names, &index)) != -1) {
    if (read_option(option, optarg, out))
      continue;
    if (option == ':')
      snprintf(error, error_size, "%s needs a value", argv[optind - 1]);
    else if (option == '?')
      snprintf(error, error_size, "what is %s?", argv[optind - 1]);
    else
      snprintf(error, error_size, "--%s cannot be %s", names[index].name, optarg);
    return false;
  }
  out->methods = argc == 2 && optind == 1 && strcmp(argv[1], "methods") == 0;
  if (out->methods)
    return true;
  if (optind < argc)
    snprintf(error, error_size, "what is %s?", argv[optind]);
  else if (out->command != NULL && out->options.state_dir == NULL)
    snprintf(error, error_size, "--do needs --state");
  else
    return true;
  return false;
}

void tgdc_command_line_free(tgdc_command_line *line) {
  free(line->users);
  free(line->bots);
  free(line->bot_files);
}
