/* tgcall invoke METHOD [JSON]: any method of the schema, its answer as JSON. */
#include "tgcall.h"
#include <string.h>
#include <unistd.h>

/* The arguments: the word, standard input when it is "-", {} when it is missing. */
static bool arguments(const char *word, tl_buffer *out) {
  if (word && strcmp(word, "-") == 0)
    return read_stream(STDIN_FILENO, out);
  if (!word)
    word = "{}";
  return tl_buffer_append(out, word, strlen(word)) == TL_OK;
}

static int invoke(tgauth *auth, const tl_call *call) {
  mtp_reply *reply;
  mtp_error error;
  if (mtp_call_sync(tgauth_client(auth), call, NULL, &reply, &error) != MTP_OK)
    return report_error(&error);
  int status = print_value(mtp_reply_value(reply));
  mtp_reply_free(reply);
  if (tgauth_save(auth, &error) != MTP_OK)
    status = report_error(&error);
  return status;
}

static int run(const connection_args *args, const char *method, const tl_buffer *json) {
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
      status = invoke(auth, &object);
    tgauth_close(auth);
  }
  tl_arena_free(&arena);
  return status;
}

int cmd_invoke(int argc, char **argv) {
  connection_args args;
  const char *words[2] = {NULL, NULL};
  size_t n_words;
  tl_buffer json;
  if (!parse_options(argc, argv, NULL, 0, &args, words, 2, &n_words))
    return EXIT_USAGE;
  if (n_words == 0)
    return usage_error("invoke needs a METHOD such as help.getConfig");
  if (tl_find_name(&tg_schema, words[0], strlen(words[0])) == TL_NONE)
    return usage_error("the schema (layer %d) has no method \"%s\"", tg_schema.layer, words[0]);
  tl_buffer_init(&json, NULL, 0);
  int status = arguments(words[1], &json) ? run(&args, words[0], &json) : EXIT_USAGE;
  tl_buffer_free(&json);
  return status;
}
