/* A bot that says what it hears. TGCALL_API_ID, TGCALL_API_HASH and BOT_TOKEN in the environment.
 */
#include <stdio.h>
#include <stdlib.h>
#include <tgauth/tgauth.h>
#include <tgkit/tgkit.h>

static void echo(void *ctx, const tgkit_update *update) {
  (void)ctx;
  (void)tgkit_reply(update, update->message->message, NULL, NULL, NULL);
}

static mtp_status save(void *ctx, mtp_error *error) {
  return tgauth_save((tgauth *)ctx, error);
}

int main(void) {
  tgauth_options options;
  tgauth_start_callbacks nobody = {0}; /* to be asked */
  mtp_error error;
  mtp_env env;
  tgauth *auth = NULL;
  tgkit *kit = NULL;
  tgauth_options_init(&options);
  tgkit_options(&options.client); /* the defaults, and no update missed */
  options.api_hash = getenv("TGCALL_API_HASH");
  options.store = tgauth_store_file("echo_bot.session", NULL);
  mtp_status status = mtp_options_from_env(&options.client, &env, &error);
  status = status ? status : tgauth_open(&options, &auth, &error);
  status = status ? status : tgauth_start(auth, getenv("BOT_TOKEN"), &nobody, &error);
  tgkit_settings settings = {NULL, save, NULL, auth};
  tgkit_filter incoming = {true, false, false, false, false, 0, NULL};
  status = status ? status : tgkit_open(tgauth_client(auth), &settings, &kit, &error);
  status = status ? status : tgkit_on(kit, TGKIT_MESSAGES, &incoming, echo, NULL);
  status = status ? status : tgkit_run(kit, &error);
  fprintf(stderr, "%s\n", error.text);
  tgkit_close(kit);
  tgauth_close(auth);
  return 1;
}
