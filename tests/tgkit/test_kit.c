/* A bot that hears and answers, and a person who writes to it: two clients of one tgdc. */
#include <flow_fixture.h>
#include <sys/stat.h>
#include <tgkit/tgkit.h>
#include <unistd.h>

static const char accounts[] =
    "{\"users\": [{\"phone\": \"15550001111\", \"code\": \"12345\", \"first_name\": \"Ann\"}],"
    " \"bots\": [{\"token\": \"42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
    " \"username\": \"echo_bot\"}]}";

typedef struct side {
  tgauth *auth;
  tgkit *kit;
  unsigned heard;
  char last[64]; /* text of the last message heard */
  int64_t from;
} side;

typedef struct rig {
  flow *dc;
  side bot, ann;
} rig;

static void note(void *ctx, const tgkit_update *update) {
  side *s = ctx;
  s->heard++;
  snprintf(s->last, sizeof s->last, "%.*s", (int)update->message->message.size,
           update->message->message.data);
  s->from = tgkit_marked_peer(&update->message->peer_id);
}

static void echo(void *ctx, const tgkit_update *update) {
  mtp_error error;
  note(ctx, update);
  flow_ok(tgkit_reply(update, update->message->message, NULL, NULL, &error), &error);
}

static tgauth *sign_in(flow *dc, const char *who) {
  tgauth_options options;
  tgauth_start_callbacks nobody = {0};
  mtp_error error;
  tgauth *auth;
  flow_options(dc, &options);
  options.client.keep_updates = true;
  flow_ok(tgauth_open(&options, &auth, &error), &error);
  if (strchr(who, ':')) {
    flow_ok(tgauth_start(auth, who, &nobody, &error), &error);
  } else {
    flow_sign_in(dc, auth, who);
  }
  return auth;
}

static void open_side(flow *dc, side *s, const char *who, tgkit_handler handler) {
  static const tgkit_filter incoming = {.incoming = true};
  mtp_error error;
  s->auth = sign_in(dc, who);
  flow_ok(tgkit_open(tgauth_client(s->auth), NULL, &s->kit, &error), &error);
  assert_int_equal(tgkit_on(s->kit, TGKIT_MESSAGES, &incoming, handler, s), MTP_OK);
}

static void start(rig *r, tgkit_handler bot) {
  *r = (rig){.dc = flow_start(accounts, 0)};
  open_side(r->dc, &r->bot, "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", bot);
  open_side(r->dc, &r->ann, "15550001111", note);
}

static void stop(rig *r) {
  tgkit_close(r->bot.kit);
  tgkit_close(r->ann.kit);
  tgauth_close(r->bot.auth);
  tgauth_close(r->ann.auth);
  flow_stop(r->dc);
}

/* Both sides work until one has heard that much. */
static void hear(rig *r, const side *who, unsigned heard) {
  mtp_error error;
  for (int i = 0; i < 600 && who->heard < heard; i++) {
    mtp_client_poll(tgauth_client(r->bot.auth), 10);
    flow_ok(tgkit_process(r->bot.kit, &error), &error);
    mtp_client_poll(tgauth_client(r->ann.auth), 10);
    flow_ok(tgkit_process(r->ann.kit, &error), &error);
  }
  assert_int_equal(who->heard, heard);
}

static void find_bot(rig *r, tgkit_input *bot) {
  mtp_error error;
  flow_ok(tgkit_resolve(tgkit_peers_of(r->ann.kit), "@echo_bot", bot, &error), &error);
}

static int32_t send(rig *r, const char *text, const tgkit_send_options *options) {
  mtp_error error;
  tgkit_input bot;
  int32_t id;
  find_bot(r, &bot);
  flow_ok(tgkit_send(r->ann.kit, &bot, tl_string_of(text), options, &id, &error), &error);
  assert_true(id > 0);
  return id;
}

static void a_bot_answers_what_it_hears(void **state) {
  rig r;
  (void)state;
  start(&r, echo);
  send(&r, "Hello", NULL);
  hear(&r, &r.ann, 1);
  assert_string_equal(r.bot.last, "Hello");
  assert_string_equal(r.ann.last, "Hello");
  send(&r, "again", NULL);
  hear(&r, &r.ann, 2);
  assert_string_equal(r.ann.last, "again");
  assert_int_equal(r.bot.heard, 2);
  stop(&r);
}

/* Says what it heard under one number, whatever it is asked. */
static void answer_once(void *ctx, const tgkit_update *update) {
  mtp_error error;
  tgkit_send_options same = {.random_id = 77};
  note(ctx, update);
  flow_ok(tgkit_reply(update, TL_STR("once"), &same, NULL, &error), &error);
}

/* As after a crash between an answer and the session that says so. */
static void what_was_sent_is_not_sent_again(void **state) {
  rig r;
  (void)state;
  start(&r, answer_once);
  send(&r, "1", NULL);
  hear(&r, &r.ann, 1);
  send(&r, "2", NULL);
  hear(&r, &r.bot, 2);
  assert_int_equal(r.ann.heard, 1);
  assert_int_equal(flow_calls(r.dc, "messages.sendMessage"), 4); /* nothing was tried again */
  stop(&r);
}

static void text_is_read_as_its_markup_says(void **state) {
  static const tgkit_markup html = TGKIT_HTML;
  tgkit_send_options options = {.markup = &html};
  mtp_error error;
  tgkit_input bot;
  rig r;
  (void)state;
  start(&r, note);
  send(&r, "<b>bold</b>", &options);
  hear(&r, &r.bot, 1);
  assert_string_equal(r.bot.last, "bold");
  find_bot(&r, &bot);
  assert_int_equal(tgkit_send(r.ann.kit, &bot, TL_STR("<b>no end"), &options, NULL, &error),
                   MTP_ERR_ARGUMENT);
  assert_non_null(strstr(error.text, "markup"));
  stop(&r);
}

static void history_and_dialogs_come_page_by_page(void **state) {
  mtp_status status;
  mtp_error error;
  tgkit_input bot;
  rig r;
  char text[16], title[64];
  (void)state;
  start(&r, note);
  for (int i = 1; i <= 230; i++) {
    snprintf(text, sizeof text, "no %d", i);
    send(&r, text, NULL);
  }
  find_bot(&r, &bot);
  tgkit_pages *pages = tgkit_history(r.ann.kit, &bot);
  const tg_Message *one;
  for (int i = 230; (one = tgkit_next_message(pages, &status, &error)); i--) {
    snprintf(text, sizeof text, "no %d", i);
    assert_string_equal(one->message->message.data, text);
    if (i == 1)
      r.ann.heard = 1;
  }
  assert_int_equal(status, MTP_OK);
  assert_int_equal(r.ann.heard, 1);
  assert_true(flow_calls(r.dc, "messages.getHistory") <= 4);
  assert_null(tgkit_next_dialog(pages, &status, &error)); /* another list */
  tgkit_pages_free(pages);
  pages = tgkit_dialogs(r.ann.kit);
  const tg_dialog *dialog = tgkit_next_dialog(pages, &status, &error);
  assert_non_null(dialog);
  assert_int_equal(tgkit_marked_peer(&dialog->peer), bot.id);
  assert_true(strlen(tgkit_title(pages, &dialog->peer, title, sizeof title)) > 0);
  assert_null(tgkit_next_dialog(pages, &status, &error));
  assert_int_equal(status, MTP_OK);
  tgkit_pages_free(pages);
  stop(&r);
}

/* Of the last message heard, what is sent with it. */
static void fetch(void *ctx, const tgkit_update *update) {
  side *s = ctx;
  mtp_error error;
  int64_t size = 0;
  char path[80];
  note(ctx, update);
  snprintf(path, sizeof path, "%s", getenv("TGKIT_TEST_FILE"));
  assert_int_equal(tgkit_file_name(update->message).size, strlen("notes.TXT"));
  flow_ok(tgkit_download(update->kit, update->message, path, NULL, &size, &error), &error);
  assert_int_equal(size, 5);
  assert_true(s->heard > 0);
}

static void a_file_arrives_as_it_was(void **state) {
  char dir[] = "/tmp/tgkit.XXXXXX", path[64], copy[64], back[8] = "";
  mtp_error error;
  tgkit_input bot;
  rig r;
  int32_t id;
  (void)state;
  assert_non_null(mkdtemp(dir));
  snprintf(path, sizeof path, "%s/notes.TXT", dir);
  snprintf(copy, sizeof copy, "%s/copy", dir);
  setenv("TGKIT_TEST_FILE", copy, 1);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_true(fputs("12345", file) >= 0);
  assert_int_equal(fclose(file), 0);
  start(&r, fetch);
  find_bot(&r, &bot);
  flow_ok(tgkit_send_file(r.ann.kit, &bot, path, TL_STR("see"), false, NULL, NULL, &id, &error),
          &error);
  hear(&r, &r.bot, 1);
  assert_string_equal(r.bot.last, "see");
  file = fopen(copy, "r");
  assert_non_null(file);
  assert_int_equal(fread(back, 1, sizeof back - 1, file), 5);
  fclose(file);
  assert_string_equal(back, "12345");
  flow_ok(tgkit_delete(r.ann.kit, &bot, &id, 1, &error), &error);
  unlink(path);
  unlink(copy);
  rmdir(dir);
  stop(&r);
}

static void names_say_what_a_file_is(void **state) {
  (void)state;
  assert_string_equal(tgkit_mime_type("a/b.c/photo.JPG"), "image/jpeg");
  assert_string_equal(tgkit_mime_type("x.tar.gz"), "application/gzip");
  assert_string_equal(tgkit_mime_type("dir.png/file"), "application/octet-stream");
  assert_string_equal(tgkit_mime_type(""), "application/octet-stream");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_bot_answers_what_it_hears),
      cmocka_unit_test(what_was_sent_is_not_sent_again),
      cmocka_unit_test(text_is_read_as_its_markup_says),
      cmocka_unit_test(history_and_dialogs_come_page_by_page),
      cmocka_unit_test(a_file_arrives_as_it_was),
      cmocka_unit_test(names_say_what_a_file_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
