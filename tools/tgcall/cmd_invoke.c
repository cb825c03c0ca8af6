/* tgcall invoke METHOD [JSON]: any method of the schema, its answer as JSON. */
#include "request.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help_invoke[] =
    "Calls METHOD and prints its result as JSON. The parameters are JSON, - to read it from "
    "standard\n"
    "input, @FILE to read it from a file, or words: field=text, and field:=JSON for what is no "
    "text.\n"
    "\"_\" names a constructor, long numbers are strings of digits, bytes are base64, what is "
    "optional\n"
    "may be left out. Where an InputPeer, InputUser or InputChannel belongs, a text will do: "
    "\"me\",\n"
    "\"@name\", \"+phone\", a t.me link, an id. tgcall explain METHOD lists the parameters and "
    "the\n"
    "errors. A wrong field ends with status 2 before anything is sent.\n"
    "\n"
    "  --dry-run       sends nothing: prints the request as JSON and its bytes in hex\n"
    "  --takeout ID    within a takeout session (account.initTakeoutSession gives the id)\n"
    "\n"
    "examples:\n"
    "  tgcall invoke help.getNearestDc\n"
    "  tgcall invoke users.getUsers '{\"id\": [\"me\"]}'\n"
    "  tgcall invoke messages.sendMessage peer=@durov message=Hello random_id=1\n"
    "  tgcall invoke auth.sendCode phone_number=+9996612345 api_id:=1 api_hash=0 \\\n"
    "    settings:='{\"_\": \"codeSettings\"}'\n"
    "  tgcall invoke messages.getHistory - <request.json\n"
    "\n"
    "Everything that has no command of its own is called so, passkeys (auth.initPasskeyLogin,\n"
    "auth.finishPasskeyLogin), web tokens (auth.importWebTokenAuthorization) and verifying an\n"
    "e-mail address with Apple or Google (account.verifyEmail) for instance.\n";

enum { WORDS = 64 };

typedef struct invocation {
  const char *method;
  uint16_t def;
  tl_buffer text;  /* the request as JSON */
  json_t *request; /* the same, where somebody has to be looked up; else NULL */
  int64_t takeout;
  bool dry_run;
  int status;
} invocation;

/* The request as an object. False with a message. */
static bool read_text(const char *text, size_t size, const char *method, tl_arena *arena,
                      tl_object *out) {
  tl_error error = {0};
  if (tl_json_read_object(&tg_schema, method, text, size, arena, out, &error) != TL_OK)
    usage_error("%s: %s: %s", method, error.path, error.text);
  else if (!tg_schema.defs[out->def].function)
    usage_error("\"%s\" is a constructor, not a method", method);
  else
    return true;
  return false;
}

static bool read_request(const json_t *json, const char *method, tl_arena *arena, tl_object *out) {
  char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17));
  bool ok = text && read_text(text, strlen(text), method, arena, out);
  free(text);
  return ok;
}

/* ---- what is printed ---- */

static int print_bytes(const tl_object *object) {
  static const char digits[] = "0123456789abcdef";
  tl_buffer bytes, text;
  tl_error error;
  tl_buffer_init(&bytes, NULL, 0);
  tl_buffer_init(&text, NULL, 0);
  bool ok = tl_encode(object, &bytes, &error) == TL_OK &&
            tl_json_write_object(object, 0, &text, &error) == TL_OK;
  char *hex = ok ? malloc(bytes.size * 2 + 1) : NULL;
  for (size_t i = 0; hex && i < bytes.size; i++) {
    hex[2 * i] = digits[bytes.data[i] >> 4];
    hex[2 * i + 1] = digits[bytes.data[i] & 15];
  }
  if (hex)
    hex[2 * bytes.size] = '\0';
  json_t *json = hex ? json_loadb((const char *)text.data, text.size, 0, NULL) : NULL;
  int status = json ? print_report(json_pack("{s:o, s:s}", "request", json, "bytes", hex))
                    : usage_error("it cannot be encoded: %s", error.text);
  free(hex);
  tl_buffer_free(&text);
  tl_buffer_free(&bytes);
  return status;
}

/* ---- calling ---- */

static mtp_status call(tgauth *auth, const tl_object *object, invocation *it, mtp_error *error) {
  mtp_reply *reply;
  mtp_call_options options;
  memset(&options, 0, sizeof options);
  options.takeout_id = it->takeout;
  mtp_status status = mtp_call_sync(tgauth_client(auth), object, &options, &reply, error);
  if (status != MTP_OK)
    return status;
  it->status = print_value(mtp_reply_value(reply));
  mtp_reply_free(reply);
  return tgauth_save(auth, error);
}

/* With people looked up first. */
static mtp_status call_about(talk *t, void *ctx, mtp_error *error) {
  invocation *it = ctx;
  tl_arena arena;
  tl_object object;
  mtp_status status = put_peers(t, it->request, it->def, error);
  if (status != MTP_OK)
    return status;
  tl_arena_init(&arena, NULL, 0);
  if (!read_request(it->request, it->method, &arena, &object))
    it->status = EXIT_USAGE;
  else if (it->dry_run)
    it->status = print_bytes(&object);
  else
    status = call(t->auth, &object, it, error);
  tl_arena_free(&arena);
  return status;
}

static int call_raw(const connection_args *args, const tl_object *object, invocation *it) {
  mtp_error error;
  int status;
  if (it->dry_run)
    return print_bytes(object);
  tgauth *auth = connect_session(args, &status);
  if (!auth)
    return status;
  status = call(auth, object, it, &error) == MTP_OK ? it->status : report_error(&error);
  tgauth_close(auth);
  return status;
}

/* Whether the rest fits is seen before anybody is looked up. */
static bool fits(const invocation *it, tl_arena *arena) {
  tl_object object;
  mtp_error error;
  json_t *trial = json_deep_copy(it->request);
  bool ok = trial && put_peers(NULL, trial, it->def, &error) == MTP_OK &&
            read_request(trial, it->method, arena, &object);
  json_decref(trial);
  return ok;
}

static int run(const connection_args *args, invocation *it) {
  const char *text = (const char *)it->text.data;
  tl_arena arena;
  tl_object object;
  int status = EXIT_USAGE;
  tl_arena_init(&arena, NULL, 0);
  it->request = json_loadb(text, it->text.size, JSON_ALLOW_NUL, NULL);
  if (it->request && names_somebody(it->request, it->def)) {
    if (fits(it, &arena))
      status = talk_and_report(args, call_about, it);
    status = status == EXIT_OK ? it->status : status;
  } else if (read_text(text, it->text.size, it->method, &arena, &object)) {
    status = call_raw(args, &object, it);
  }
  json_decref(it->request);
  tl_arena_free(&arena);
  return status;
}

static int cmd_invoke(int argc, char **argv) {
  connection_args args;
  const char *words[WORDS], *takeout = NULL;
  size_t n_words;
  invocation it = {0};
  const option_spec own[] = {{"--takeout", &takeout, NULL}, {"--dry-run", NULL, &it.dry_run}};
  char *rest = NULL;
  if (!parse_options(argc, argv, own, 2, &args, words, WORDS, &n_words))
    return EXIT_USAGE;
  errno = 0;
  it.takeout = takeout ? strtoll(takeout, &rest, 10) : 0;
  if (takeout && (!*takeout || *rest || errno || it.takeout == 0))
    return usage_error("--takeout takes the id of a takeout session, not \"%s\"", takeout);
  if (n_words == 0)
    return usage_error("invoke needs a METHOD such as help.getConfig");
  it.method = words[0];
  it.def = tl_find_name(&tg_schema, words[0], strlen(words[0]));
  if (it.def == TL_NONE)
    return usage_error("the schema (layer %d) has no method \"%s\"", tg_schema.layer, words[0]);
  tl_buffer_init(&it.text, NULL, 0);
  int status = request_json(words + 1, n_words - 1, &it.text);
  if (status == EXIT_OK)
    status = run(&args, &it);
  tl_buffer_free(&it.text);
  return status;
}

const command tgcall_invoke = {
    "invoke",          "METHOD [JSON | - | @FILE | FIELD=TEXT FIELD:=JSON ...]",
    "call any method", cmd_invoke,
    help_invoke,       NULL};
