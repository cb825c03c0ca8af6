/* tgcall invoke METHOD [JSON]: any method of the schema, its answer as JSON. */
#include "tgcall.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help_invoke[] =
    "Calls METHOD and prints its result as JSON. JSON holds the parameters, {} when there are "
    "none;\n"
    "- reads it from standard input. \"_\" names a constructor, long numbers are strings of "
    "digits,\n"
    "bytes are base64, what is optional may be left out. tgcall explain METHOD lists the "
    "parameters\n"
    "and the errors. A wrong field ends with status 2 before anything is sent.\n"
    "\n"
    "  --takeout ID    within a takeout session (account.initTakeoutSession gives the id)\n"
    "\n"
    "  tgcall invoke help.getNearestDc\n"
    "  tgcall invoke users.getUsers '{\"id\": [{\"_\": \"inputUserSelf\"}]}'\n"
    "  tgcall invoke messages.getHistory - <request.json\n"
    "\n"
    "Everything that has no command of its own is called so, passkeys (auth.initPasskeyLogin,\n"
    "auth.finishPasskeyLogin), web tokens (auth.importWebTokenAuthorization) and verifying an\n"
    "e-mail address with Apple or Google (account.verifyEmail) for instance.\n";

/* The arguments: the word, standard input when it is "-", {} when it is missing. */
static bool arguments(const char *word, tl_buffer *out) {
  if (word && strcmp(word, "-") == 0)
    return read_stream(STDIN_FILENO, out);
  if (!word)
    word = "{}";
  return tl_buffer_append(out, word, strlen(word)) == TL_OK;
}

static int invoke(tgauth *auth, const tl_call *call, int64_t takeout) {
  mtp_reply *reply;
  mtp_error error;
  mtp_call_options options;
  memset(&options, 0, sizeof options);
  options.takeout_id = takeout;
  if (mtp_call_sync(tgauth_client(auth), call, &options, &reply, &error) != MTP_OK)
    return report_error(&error);
  int status = print_value(mtp_reply_value(reply));
  mtp_reply_free(reply);
  if (tgauth_save(auth, &error) != MTP_OK)
    status = report_error(&error);
  return status;
}

static int run(const connection_args *args, const char *method, const tl_buffer *json,
               int64_t takeout) {
  tl_arena arena;
  tl_object object;
  tl_error error = {0};
  int status;
  tl_arena_init(&arena, NULL, 0);
  tl_status read = tl_json_read_object(&tg_schema, method, (const char *)json->data, json->size,
                                       &arena, &object, &error);
  if (read != TL_OK) {
    status = usage_error("%s: %s: %s", method, error.path, error.text);
  } else if (!tg_schema.defs[object.def].function) {
    status = usage_error("\"%s\" is a constructor, not a method", method);
  } else {
    tgauth *auth = connect_session(args, &status);
    if (auth)
      status = invoke(auth, &object, takeout);
    tgauth_close(auth);
  }
  tl_arena_free(&arena);
  return status;
}

static int cmd_invoke(int argc, char **argv) {
  connection_args args;
  const char *words[2] = {NULL, NULL};
  size_t n_words;
  tl_buffer json;
  const char *takeout = NULL;
  const option_spec own[] = {{"--takeout", &takeout, NULL}};
  char *rest = NULL;
  if (!parse_options(argc, argv, own, 1, &args, words, 2, &n_words))
    return EXIT_USAGE;
  errno = 0;
  long long id = takeout ? strtoll(takeout, &rest, 10) : 0;
  if (takeout && (!*takeout || *rest || errno || id == 0))
    return usage_error("--takeout takes the id of a takeout session, not \"%s\"", takeout);
  if (n_words == 0)
    return usage_error("invoke needs a METHOD such as help.getConfig");
  if (tl_find_name(&tg_schema, words[0], strlen(words[0])) == TL_NONE)
    return usage_error("the schema (layer %d) has no method \"%s\"", tg_schema.layer, words[0]);
  tl_buffer_init(&json, NULL, 0);
  int status = arguments(words[1], &json) ? run(&args, words[0], &json, id) : EXIT_USAGE;
  tl_buffer_free(&json);
  return status;
}

const command tgcall_invoke = {"invoke", "METHOD [JSON]",
                               "call any method; JSON - reads standard input", cmd_invoke,
                               help_invoke};
