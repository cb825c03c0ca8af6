/* Reads the command line of tgproxy. */
#include "options.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char tgproxy_usage[] =
    "usage: tgproxy --secret SECRET --to [DC=]ADDRESS:PORT... [OPTION]...\n"
    "An MTProxy for tests: passes clients that know the secret on to a data centre.\n"
    "Prints one line of JSON when it is ready; SIGTERM or SIGINT ends it.\n\n"
    "  --secret SECRET       hex or base64; its form is the only one that clients may use: plain,\n"
    "                        dd..., or ee... with the domain that they must show\n"
    "  --to ADDRESS:PORT     where clients are passed on to\n"
    "  --to DC=ADDRESS:PORT  the same for clients that ask for that data centre\n"
    "  --listen ADDRESS:PORT 127.0.0.1:0; port 0: any free one\n"
    "  --silent              refused clients are not closed but never answered\n"
    "  --exit-with-stdin     ends when its standard input does\n"
    "  --help\n";

enum { SECRET = 1, TO, LISTEN, SILENT, STDIN, HELP };

static const struct option names[] = {{"secret", required_argument, NULL, SECRET},
                                      {"to", required_argument, NULL, TO},
                                      {"listen", required_argument, NULL, LISTEN},
                                      {"silent", no_argument, NULL, SILENT},
                                      {"exit-with-stdin", no_argument, NULL, STDIN},
                                      {"help", no_argument, NULL, HELP},
                                      {NULL, 0, NULL, 0}};

static bool wrong(const char *what, const char *value) {
  fprintf(stderr, "tgproxy: %s: %s\n", what, value);
  return false;
}

/* IPv4 ADDRESS:PORT. */
static bool parse_address(const char *text, long least, struct sockaddr_in *out) {
  char host[INET_ADDRSTRLEN], *end;
  const char *colon = strrchr(text, ':');
  if (!colon || (size_t)(colon - text) >= sizeof host)
    return wrong("not ADDRESS:PORT", text);
  memcpy(host, text, (size_t)(colon - text));
  host[colon - text] = '\0';
  long port = strtol(colon + 1, &end, 10);
  *out = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (end == colon + 1 || *end || port < least || port > 65535 ||
      inet_pton(AF_INET, host, &out->sin_addr) != 1)
    return wrong("not ADDRESS:PORT", text);
  return true;
}

static bool parse_target(const char *text, serve_options *out) {
  const char *equals = strchr(text, '=');
  serve_target *target = &out->targets[out->n_targets];
  if (out->n_targets == SERVE_TARGETS)
    return wrong("too many data centres", text);
  target->dc = equals ? atoi(text) : 0;
  if (equals && target->dc <= 0)
    return wrong("not DC=ADDRESS:PORT", text);
  out->n_targets++;
  return parse_address(equals ? equals + 1 : text, 1, &target->address);
}

static bool parse_secret(const char *text, serve_options *out) {
  mtp_error error;
  if (mtp_secret_parse(text, strlen(text), &out->secret, &error) == MTP_OK)
    return true;
  return wrong("the secret", error.text);
}

static bool take(int option, serve_options *out, bool *help) {
  switch (option) {
  case SECRET:
    return parse_secret(optarg, out);
  case TO:
    return parse_target(optarg, out);
  case LISTEN:
    return parse_address(optarg, 0, &out->listen);
  case SILENT:
    return out->silent = true;
  case STDIN:
    return out->exit_with_stdin = true;
  case HELP:
    return *help = true;
  default:
    return false; /* getopt has said why */
  }
}

bool tgproxy_options_parse(int argc, char **argv, serve_options *out, bool *help) {
  int option;
  memset(out, 0, sizeof *out);
  *help = false;
  if (!parse_address("127.0.0.1:0", 0, &out->listen))
    return false;
  while ((option = getopt_long(argc, argv, "", names, NULL)) != -1)
    if (!take(option, out, help))
      return false;
  if (optind != argc)
    return wrong("what is this?", argv[optind]);
  return *help || out->n_targets > 0 || wrong("missing", "--to");
}
