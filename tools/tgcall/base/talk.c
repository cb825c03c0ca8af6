/* Sessions with peers, and messages as lines of JSON. */
#include "talk.h"
#include "database.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static mtp_status save(void *ctx, mtp_error *error) {
  return tgauth_save(ctx, error);
}

static bool open_kit(const connection_args *args, talk *t, mtp_error *error) {
  char room[4096];
  tgkit_peer_store store;
  const char *session = session_path(args, room, sizeof room);
  if (session && session_is_string(session)) /* what is seen is forgotten, too */
    return tgkit_open(tgauth_client(t->auth), &(tgkit_settings){.save = save, .ctx = t->auth},
                      &t->kit, error) == MTP_OK;
  if (!session)
    return false;
  if (session_is_leased(session)) {
    if (peers_in_database(t->auth, &store, error) != MTP_OK)
      return false;
  } else if (!session_file_beside(session, ".peers", t->peers, sizeof t->peers) ||
             tgkit_peer_file(t->peers, &store, error) != MTP_OK) {
    return false;
  } else {
    snprintf(t->session, sizeof t->session, "%s", session);
  }
  tgkit_settings settings = {.peers = &store, .save = save, .ctx = t->auth};
  return tgkit_open(tgauth_client(t->auth), &settings, &t->kit, error) == MTP_OK;
}

bool open_talk(const connection_args *args, talk *out, int *status) {
  mtp_error error = {.status = MTP_ERR_STORE, .method = TL_NONE, .text = "no place for peers"};
  *out = (talk){0};
  out->auth = connect_session(args, status);
  if (!out->auth)
    return false;
  if (open_kit(args, out, &error))
    return true;
  tgauth_close(out->auth);
  *status = report_error(&error);
  return false;
}

/* Where no session has come about, an empty file of peers is not left either. */
static void forget_nobody(const talk *t) {
  struct stat info;
  if (*t->session && access(t->session, F_OK) != 0 && lstat(t->peers, &info) == 0 &&
      S_ISREG(info.st_mode) && info.st_size == 0)
    unlink(t->peers);
}

int close_talk(talk *t, int status) {
  mtp_error error;
  tgkit_close(t->kit);
  if (tgauth_save(t->auth, &error) != MTP_OK && status == EXIT_OK)
    status = report_error(&error);
  tgauth_close(t->auth);
  forget_nobody(t);
  return status;
}

int talk_and_report(const connection_args *args, talk_about about, void *ctx) {
  talk t;
  int status;
  mtp_error error = {.method = TL_NONE};
  if (!open_talk(args, &t, &status))
    return status;
  if (about(&t, ctx, &error) != MTP_OK)
    status = report_error(&error);
  return close_talk(&t, status);
}

mtp_status whom(talk *t, const char *who, tgkit_input *out, mtp_error *error) {
  return tgkit_resolve(tgkit_peers_of(t->kit), who, out, error);
}

int text_or_input(const char *what, const char *word, tl_buffer *room, const char **out) {
  *out = word;
  if (strcmp(word, "-") != 0)
    return check_text(what, word, strlen(word)) ? EXIT_OK : EXIT_USAGE;
  int status = read_stream(STDIN_FILENO, room);
  if (status != EXIT_OK)
    return status;
  if (!check_text("standard input", (const char *)room->data, room->size))
    return EXIT_USAGE;
  if (room->size && memchr(room->data, '\0', room->size))
    return usage_error("the text on standard input has a NUL in it");
  if (tl_buffer_append(room, "", 1) != TL_OK)
    return no_memory();
  *out = (const char *)room->data;
  return EXIT_OK;
}

bool count_of(const char *option, const char *text, int32_t least, int32_t *out) {
  char *end = NULL;
  long n = text ? strtol(text, &end, 10) : 0;
  if (text && (!*text || *end || n < least || n > 0x7fffffff))
    return usage_error("%s takes a number from %d on, not \"%s\"", option, (int)least, text), false;
  *out = (int32_t)n;
  return true;
}

static bool read_format(const char *name, outgoing *out) {
  static const char *const names[] = {"html", "markdown-v2", "markdown"};
  static const tgkit_markup markups[] = {TGKIT_HTML, TGKIT_MARKDOWN_V2, TGKIT_MARKDOWN};
  if (!name || strcmp(name, "plain") == 0)
    return true;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strcmp(name, names[i]) == 0) {
      out->markup = markups[i];
      out->options.markup = &out->markup;
      return true;
    }
  }
  return usage_error("--format is html, markdown, markdown-v2 or plain, not \"%s\"", name), false;
}

bool read_outgoing(const char *reply_to, const char *format, outgoing *out) {
  return count_of("--reply-to", reply_to, 1, &out->options.reply_to) && read_format(format, out);
}

int list_messages(int argc, char **argv, size_t needed, const char *missing, talk_about about) {
  wanted_messages w = {.limit = 100};
  const char *words[2], *limit = "100";
  const option_spec own[] = {{"--limit", &limit, NULL}, {"--raw", NULL, &w.raw}};
  connection_args args;
  size_t n_words;
  if (!parse_options(argc, argv, own, 2, &args, words, needed, &n_words) ||
      !count_of("--limit", limit, 1, &w.limit))
    return EXIT_USAGE;
  if (n_words < needed)
    return usage_error("%s", missing);
  w.who = words[0];
  w.text = needed > 1 ? words[1] : NULL;
  if (!check_text("PEER", w.who, strlen(w.who)) ||
      (w.text && !check_text("TEXT", w.text, strlen(w.text))))
    return EXIT_USAGE;
  return talk_and_report(&args, about, &w);
}

/* ---- lines ---- */

static mtp_status no_room(mtp_error *error) {
  *error = (mtp_error){.status = MTP_ERR_NOMEM, .method = TL_NONE, .text = "out of memory"};
  return error->status;
}

mtp_status print_line(json_t *object, mtp_error *error) {
  if (!object)
    return no_room(error);
  (void)print_report(object); /* a stream that fails is told at the end */
  return MTP_OK;
}

static void set_text(json_t *line, const char *key, const char *text, size_t size) {
  if (size)
    json_object_set_new(line, key, json_stringn(text, size));
}

static void set_peer(json_t *line, const char *key, const tg_Peer *peer, tgkit_pages *pages) {
  char title[256], name_key[16];
  if (peer->kind == TG_Peer_none)
    return;
  json_object_set_new(line, key, json_integer((json_int_t)tgkit_marked_peer(peer)));
  const char *name = pages ? tgkit_title(pages, peer, title, sizeof title) : "";
  snprintf(name_key, sizeof name_key, "%s_name", key);
  set_text(line, name_key, name, strlen(name));
}

/* "messageMediaPhoto" as "photo". */
static void set_media(json_t *line, const tg_message *message) {
  const tg_MessageMedia *media = &message->media;
  tl_string file = tgkit_file_name(message);
  if (media->kind == TG_messageMediaPhoto)
    json_object_set_new(line, "media", json_string("photo"));
  else if (media->kind == TG_messageMediaDocument)
    json_object_set_new(line, "media", json_string("document"));
  else if (media->kind != TG_MessageMedia_none)
    json_object_set_new(line, "media", json_string("other"));
  set_text(line, "file", file.data, file.size);
}

json_t *describe_message(const tg_message *message, tgkit_pages *pages) {
  json_t *line = json_pack("{s:i, s:i}", "id", (int)message->id, "date", (int)message->date);
  if (!line)
    return NULL;
  set_peer(line, "chat", &message->peer_id, pages);
  set_peer(line, "from", &message->from_id, pages);
  if (message->out)
    json_object_set_new(line, "out", json_true());
  set_text(line, "text", message->message.data, message->message.size);
  set_media(line, message);
  return line;
}

mtp_status print_message(const tg_Message *message, tgkit_pages *pages, bool raw,
                         mtp_error *error) {
  if (message->kind == TG_message && !raw)
    return print_line(describe_message(message->message, pages), error);
  if (message->kind == TG_message) {
    tl_object object = tg_message_object(message->message);
    (void)print_object(&object);
  }
  if (message->kind == TG_messageService) {
    tl_object object = tg_messageService_object(message->messageService);
    (void)print_object(&object);
  }
  return MTP_OK; /* it is empty */
}

json_t *json_of_value(const tl_value *value) {
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  json_t *json =
      tl_json_write(value, 0, &out, NULL) == TL_OK
          ? json_loadb((const char *)out.data, out.size, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL)
          : NULL;
  tl_buffer_free(&out);
  return json;
}

json_t *describe_update(const tg_Update *update) {
  tl_value value = {&tg_schema, update, tl_find_type(&tg_schema, "Update", 6)};
  return json_of_value(&value);
}
