/* Control commands: {"do": "..."} and what goes with it. */
#include <stdlib.h>
#include <tl/json.h>

#include "accounts.h"
#include "config.h"
#include "conn.h"
#include "inject.h"
#include "keys.h"
#include "session.h"
#include "store.h"
#include "store_json.h"
#include "users.h"

static bool add_rule(tgdc *dc, const json_t *command, json_t *answer, const dc_problem *problem) {
  (void)answer;
  return dc_config_rule(dc, command, problem);
}

static bool clear_rules(tgdc *dc, const json_t *command, json_t *answer,
                        const dc_problem *problem) {
  (void)answer;
  (void)problem;
  dc_rules_clear(dc, dc_json_text(command, "method", NULL));
  return true;
}

static bool add_user(tgdc *dc, const json_t *command, json_t *answer, const dc_problem *problem) {
  (void)answer;
  return dc_config_user(dc, command, problem);
}

static bool add_bot(tgdc *dc, const json_t *command, json_t *answer, const dc_problem *problem) {
  (void)answer;
  return dc_config_bot(dc, command, problem);
}

static bool settings(tgdc *dc, const json_t *command, json_t *answer, const dc_problem *problem) {
  (void)answer;
  return dc_config_set(dc, command, problem);
}

/* The next packet of everybody gets bad_server_salt. */
static bool rotate_salts(tgdc *dc, const json_t *command, json_t *answer,
                         const dc_problem *problem) {
  (void)command;
  (void)answer;
  (void)problem;
  for (size_t i = 0; i < DC_KEY_SLOTS; i++)
    for (dc_key *key = dc->keys[i]; key != NULL; key = key->next) {
      key->salt_shift += 2;
      dc_store_key(dc, key);
    }
  return true;
}

static bool disconnect(tgdc *dc, const json_t *command, json_t *answer, const dc_problem *problem) {
  (void)command;
  (void)answer;
  (void)problem;
  for (tgdc_conn *conn = tgdc_next_conn(dc, NULL); conn != NULL; conn = tgdc_next_conn(dc, conn))
    dc_conn_fail(conn);
  return true;
}

/* "all" or the temporary keys only. */
static bool forget_keys(tgdc *dc, const json_t *command, json_t *answer,
                        const dc_problem *problem) {
  const char *which = dc_json_text(command, "which", "temporary");
  bool all = strcmp(which, "all") == 0;
  (void)answer;
  if (!all && strcmp(which, "temporary") != 0) {
    dc_fail(problem->text, problem->size, "\"which\" is neither \"temporary\" nor \"all\"");
    return false;
  }
  for (size_t i = 0; i < DC_KEY_SLOTS; i++)
    for (dc_key *key = dc->keys[i], *next; key != NULL; key = next) {
      next = key->next;
      if (all || key->expires != 0)
        dc_key_destroy(dc, key);
    }
  return true;
}

/* NULL: there is no such user, the problem says so. */
static dc_user *named_user(tgdc *dc, const json_t *command, const dc_problem *problem) {
  char phone[24];
  dc_user *user = NULL;
  if (dc_phone_digits(tl_string_of(dc_json_text(command, "phone", "")), phone))
    user = dc_user_by_phone(dc, phone);
  if (user == NULL)
    dc_fail(problem->text, problem->size, "there is no such user");
  return user;
}

static bool sign_out(tgdc *dc, const json_t *command, json_t *answer, const dc_problem *problem) {
  const dc_user *user = named_user(dc, command, problem);
  (void)answer;
  if (user == NULL)
    return false;
  for (size_t i = 0; i < DC_KEY_SLOTS; i++)
    for (dc_key *key = dc->keys[i]; key != NULL; key = key->next)
      if (key->login.user_id == user->id)
        dc_login_clear(dc, key);
  return true;
}

static bool report(tgdc *dc, const json_t *command, json_t *answer, const dc_problem *problem) {
  json_int_t conns = 0;
  (void)command;
  for (tgdc_conn *conn = tgdc_next_conn(dc, NULL); conn != NULL; conn = tgdc_next_conn(dc, conn))
    conns++;
  if (json_object_set_new(answer, "keys", json_integer((json_int_t)dc->n_keys)) == 0 &&
      json_object_set_new(answer, "sessions", json_integer((json_int_t)dc->n_sessions)) == 0 &&
      json_object_set_new(answer, "connections", json_integer(conns)) == 0 &&
      json_object_set_new(answer, "calls", json_integer((json_int_t)dc->calls)) == 0 &&
      json_object_set_new(answer, "duplicated", json_integer((json_int_t)dc->duplicated)) == 0)
    return true;
  dc_fail(problem->text, problem->size, "out of memory");
  return false;
}

static void push_one(tgdc *dc, dc_session *session, void *ctx) {
  dc_push(dc, session, ctx);
  dc_session_flush(dc, session);
}

/* Any Updates, as JSON, for all clients of a user. */
static bool push(tgdc *dc, const json_t *command, json_t *answer, const dc_problem *problem) {
  const dc_user *user = named_user(dc, command, problem);
  char *text = json_dumps(json_object_get(command, "updates"), JSON_COMPACT);
  tl_value value = {0};
  tl_error error = {.text = "it is missing"};
  tl_arena arena;
  (void)answer;
  tl_arena_init(&arena, NULL, 0);
  bool ok = text != NULL && tl_json_read(&tg_schema, tl_find_type(&tg_schema, "Updates", 7), text,
                                         strlen(text), &arena, &value, &error) == TL_OK;
  if (!ok)
    dc_config_bad_value("updates", &error, problem);
  tg_Updates updates;
  if (ok && user != NULL) {
    memcpy(&updates, value.slot, sizeof updates);
    dc_sessions_of_user(dc, user->id, NULL, push_one, &updates);
  }
  tl_arena_free(&arena);
  free(text);
  return ok && user != NULL;
}

/* The code last sent to a number, for those who cannot read the outbox. */
static bool last_code(tgdc *dc, const json_t *command, json_t *answer, const dc_problem *problem) {
  const char *code = tgdc_last_code(dc, dc_json_text(command, "phone", ""));
  (void)problem;
  return json_object_set_new(answer, "code", json_string(code)) == 0;
}

#define PHONE                                                                                      \
  { "phone", DC_MEMBER_TEXT, 1, 40 }
#define END                                                                                        \
  { NULL, DC_MEMBER_ANY, 0, 0 }

static const dc_member plain[] = {DC_MEMBER_DO, END}, of_phone[] = {DC_MEMBER_DO, PHONE, END},
                       of_method[] = {DC_MEMBER_DO, {"method", DC_MEMBER_TEXT, 1, 63}, END},
                       of_which[] = {DC_MEMBER_DO, {"which", DC_MEMBER_TEXT, 1, 20}, END},
                       of_push[] = {DC_MEMBER_DO, PHONE, {"updates", DC_MEMBER_OBJECT, 0, 0}, END};

/* members NULL: the command checks them itself. */
static const struct command {
  const char *name;
  bool (*run)(tgdc *dc, const json_t *command, json_t *answer, const dc_problem *problem);
  const dc_member *members;
} commands[] = {{"rule", add_rule, NULL},
                {"user", add_user, NULL},
                {"bot", add_bot, NULL},
                {"set", settings, NULL},
                {"clear", clear_rules, of_method},
                {"salts", rotate_salts, plain},
                {"disconnect", disconnect, plain},
                {"forget", forget_keys, of_which},
                {"sign_out", sign_out, of_phone},
                {"push", push, of_push},
                {"report", report, plain},
                {"code", last_code, of_phone}};

static bool run(tgdc *dc, const json_t *command, json_t *answer, const dc_problem *problem) {
  const char *name = dc_json_text(command, "do", "");
  char where[48];
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    if (strcmp(commands[i].name, name) != 0)
      continue;
    snprintf(where, sizeof where, "\"%s\"", name);
    if (commands[i].members != NULL &&
        !dc_config_check(command, commands[i].members, where, problem))
      return false;
    return commands[i].run(dc, command, answer, problem);
  }
  dc_fail(problem->text, problem->size, "there is no command \"%.40s\"", name);
  return false;
}

bool tgdc_control(tgdc *dc, const char *text, size_t size, tl_buffer *out) {
  char error[240] = "";
  const dc_problem problem = {error, sizeof error};
  json_error_t where = {.line = 0};
  json_t *command = json_loadb(text, size, JSON_REJECT_DUPLICATES, &where), *answer = json_object();
  if (command == NULL)
    dc_fail(error, sizeof error, "column %d: %s", where.column, where.text);
  bool ok = command != NULL && answer != NULL && run(dc, command, answer, &problem);
  bool written = answer != NULL && json_object_set_new(answer, "ok", json_boolean(ok)) == 0 &&
                 (ok || json_object_set_new(answer, "error", json_string(error)) == 0);
  char *line = written ? json_dumps(answer, JSON_COMPACT) : NULL;
  written = line != NULL && tl_buffer_append(out, line, strlen(line)) == TL_OK &&
            tl_buffer_append(out, "\n", 1) == TL_OK;
  free(line);
  json_decref(command);
  json_decref(answer);
  return written;
}
