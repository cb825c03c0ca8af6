/* tgcall serve: the session for other programs, and for agents. */
#include "serve/serve.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help_serve[] =
    "Speaks JSON-RPC 2.0 on standard streams, one message a line, over one session, until the "
    "input\n"
    "ends. Methods, with parameters by name: invoke {method, params}, explain {name}, listen "
    "{count,\n"
    "seconds, all, follow}, upload {files, to, caption, as_file}, download {message, to}. The same "
    "are\n"
    "tools of the Model Context Protocol, whose handshake it answers: a host of agents is given\n"
    "\"tgcall\" as command, and \"serve\" and the options of the session as arguments; of the "
    "environment\n"
    "most pass nothing on.\n"
    "\n"
    "What signs in, hands the account on or has passwords in it (auth.*, account.getPassword ...) "
    "is\n"
    "never called, and session strings, tokens and the digits of Telegram's own messages never go "
    "out.\n"
    "An error of the server has code -32000 and, as data, what tgcall prints of it; one that "
    "belongs to\n"
    "no request has the id null. When the input ends, who waits in listen is answered first.\n"
    "\n"
    "  --allow LIST    methods that may be called, as patterns with commas between; what reads\n"
    "                  otherwise: help.get*, users.get*, messages.get*, messages.search* ...\n"
    "  --files DIR     upload and download there, and nowhere else; without it not at all\n"
    "  --socket PATH   a Unix socket for its owner alone, one connection after the other\n"
    "\n"
    "examples:\n"
    "  echo "
    "'{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"explain\",\"params\":{\"name\":\"auth.signIn\"}}' "
    "| tgcall serve\n"
    "  tgcall serve --allow 'messages.*,users.get*' --files ~/shared --socket ~/tgcall.socket\n";

static const char reading[] =
    "help.get*,users.get*,contacts.get*,contacts.search,contacts.resolve*,messages.get*,"
    "messages.search*,channels.get*,channels.search*,updates.get*,photos.get*,stories.get*,"
    "account.getNotifySettings,langpack.get*,stats.get*";

static int serve(const connection_args *args, server *s, const char *socket) {
  char room[4096];
  int status = EXIT_USAGE;
  s->session = session_path(args, room, sizeof room);
  if (!s->session || !open_talk(args, &s->t, &status))
    return status;
  signal(SIGPIPE, SIG_IGN); /* who does not read any more has ended, too */
  s->queue = json_array();
  tl_buffer_init(&s->input, NULL, 0);
  status = socket ? serve_socket(s, socket) : serve_run(s);
  tl_buffer_free(&s->input);
  json_decref(s->queue);
  return close_talk(&s->t, status);
}

static int cmd_serve(int argc, char **argv) {
  server s = {.allow = reading, .in = STDIN_FILENO, .out = STDOUT_FILENO};
  const char *files = NULL, *socket = NULL;
  const option_spec own[] = {
      {"--allow", &s.allow, NULL}, {"--files", &files, NULL}, {"--socket", &socket, NULL}};
  connection_args args;
  size_t n_words;
  if (!parse_options(argc, argv, own, 3, &args, NULL, 0, &n_words))
    return EXIT_USAGE;
  char *folder = files ? realpath(files, NULL) : NULL;
  if (files && !folder)
    return usage_error("--files %s: %s", files, strerror(errno));
  args.keep_updates = true;
  if (!socket) /* nothing but JSON-RPC may come out there */
    setenv("TGCALL_JSON", "rpc", 1);
  s.folder = folder;
  int status = serve(&args, &s, socket);
  free(folder);
  return status;
}

const command tgcall_serve = {"serve",
                              "[--allow LIST] [--files DIR] [--socket PATH]",
                              "JSON-RPC and MCP for other programs and agents",
                              cmd_serve,
                              help_serve,
                              NULL};
