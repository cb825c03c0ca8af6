/* A tgdc in the hands of the simulation. */
#include "server.h"

#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "keys.h"
#include "rpc.h"
#include "rsa_pems.h"
#include "session.h"
#include "world.h"

enum { MOST_PADDING = 12000, START_S = 1800000000 };

/* An error of each family (ER-2, ER-4). */
static const struct {
  int32_t code;
  const char *text;
} errors[] = {
    {400, "DATA_JSON_INVALID"},
    {400, "SOMETHING_NEW_INVALID"},
    {403, "CHAT_WRITE_FORBIDDEN"},
    {404, "METHOD_NOT_FOUND"},
    {406, "FRESH_CHANGE_ADMINS_FORBIDDEN"},
    {420, "FLOOD_WAIT_3"},
    {420, "FLOOD_WAIT_90"},
    {420, "SLOWMODE_WAIT_1"},
    {500, "RPC_CALL_FAIL"},
    {500, "WORKER_BUSY_TOO_LONG_RETRY"},
    {-503, "Timeout"},
    {-500, "No workers running"},
    {-504, "Timedout"},
    {303, "STATS_MIGRATE_1"},
    {303, "STATS_MIGRATE_3"},
    {777, "A sentence, and no name"},
};
enum { ERRORS = sizeof errors / sizeof *errors };

static const int32_t transport_errors[] = {-404, -429, -404, -403, -500};

bool server_has_said(const server *s, uint64_t number, int32_t code, const char *text) {
  for (size_t i = 0; i < ERRORS; i++)
    if ((s->calls[number].errors >> i & 1) && errors[i].code == code &&
        strcmp(errors[i].text, text) == 0)
      return true;
  return false;
}

/* ---- calls ---- */

static void answer(world *w, dc_call *call, uint64_t number) {
  static char text[MOST_PADDING + 32];
  size_t padding = dice_is(&w->server_dice, w->server.mood.talkative)
                       ? dice_below(&w->server_dice, MOST_PADDING)
                       : dice_below(&w->server_dice, 40);
  int n = snprintf(text, sizeof text, "%llu ", (unsigned long long)number);
  memset(text + n, 'y', padding);
  tg_dataJSON data = {.data = {text, (size_t)n + padding}};
  const tg_dataJSON *out = &data;
  dc_answer(call, &out);
}

/* Ours: counted, and answered or not. */
static void run(world *w, dc_call *call, const tg_bots_sendCustomRequest *request) {
  server *s = &w->server;
  char text[32] = "";
  size_t size = request->params->data.size;
  memcpy(text, request->params->data.data, size < 31 ? size : 31);
  uint64_t number = strtoull(text, NULL, 10);
  server_call *known = &s->calls[number];
  known->came++;
  if (dice_is(&w->server_dice, s->mood.ignores)) {
    world_trouble(w, "call %lld is ignored", (int64_t)number, 0);
    call->answered = true;
    return;
  }
  if (dice_is(&w->server_dice, s->mood.refuses)) {
    uint32_t row = dice_below(&w->server_dice, ERRORS);
    record_note(&w->record, "call %lld is refused with %lld", (int64_t)number, errors[row].code);
    known->errors |= 1u << row;
    s->refused++;
    dc_error(call, errors[row].code, errors[row].text);
    return;
  }
  known->ran++;
  s->ran++;
  record_note(&w->record, "call %lld runs, time %lld", (int64_t)number, known->ran);
  world_require(w, known->ran == 1 || !known->once, number, known->ran);
  if (!dice_is(&w->server_dice, s->mood.withholds)) {
    answer(w, call, number);
    return;
  }
  world_trouble(w, "its answer is withheld", 0, 0);
  s->withheld++;
  call->answered = true;
  if (dice_is(&w->server_dice, 5000))
    (void)dc_session_send_ack(call->session, call->in->msg_id);
}

/* What the library asks by itself. An error there must be one that passes. */
static bool disturb(world *w, dc_call *call) {
  static const int32_t codes[] = {500, -503, 420};
  static const char *const texts[] = {"RPC_CALL_FAIL", "Timeout", "FLOOD_WAIT_2"};
  if (w->calm || !dice_is(&w->server_dice, w->server.mood.refuses))
    return false;
  uint32_t row = dice_below(&w->server_dice, 3);
  world_trouble(w, "a call of the library's own is refused with %lld", codes[row], 0);
  dc_error(call, codes[row], texts[row]);
  return true;
}

static bool serve(void *ctx, dc_call *call) {
  world *w = ctx;
  if (strcmp(call->name, "bots.sendCustomRequest") != 0)
    return disturb(w, call) ||
           ((call->user || call->key->dc == FILES_CDN) && files_serve(w, call)) ||
           (call->user && w->news.on && news_serve(w, call));
  if (!call->user)
    return false;
  run(w, call, call->args);
  return true;
}

static int32_t refuse(void *ctx, const tgdc_conn *conn) {
  world *w = ctx;
  (void)conn;
  if (!dice_is(&w->server_dice, w->server.mood.transport))
    return 0;
  int32_t code = transport_errors[dice_below(&w->server_dice, 5)];
  world_trouble(w, "a packet is answered with %lld", code, 0);
  w->server.transport_errors++;
  return code;
}

/* ---- what happens to it ---- */

void server_restart(world *w, bool remembers) {
  world_trouble(w, "the server restarts; it remembers: %lld", remembers, 0);
  w->server.restarts++;
  simnet_hang_up(&w->net, true);
  while (!remembers && w->server.dc->sessions)
    dc_session_remove(w->server.dc, w->server.dc->sessions);
}

void server_forget_temporary(world *w) {
  tgdc *dc = w->server.dc;
  world_trouble(w, "the server forgets temporary keys", 0, 0);
  for (size_t i = 0; i < DC_KEY_SLOTS; i++)
    for (dc_key *key = dc->keys[i], *next; key; key = next) {
      next = key->next;
      if (key->expires)
        dc_key_destroy(dc, key);
    }
}

void server_rotate_salts(world *w) {
  tgdc *dc = w->server.dc;
  world_trouble(w, "the server has other salts", 0, 0);
  w->server.salts++;
  for (size_t i = 0; i < DC_KEY_SLOTS; i++)
    for (dc_key *key = dc->keys[i]; key; key = key->next)
      key->salt_shift += 3;
}

void server_change_mood(world *w, bool calm) {
  dice *d = &w->dice;
  server_mood *mood = &w->server.mood;
  *mood = (server_mood){.talkative = 500};
  if (calm)
    return;
  if (dice_is(d, 4000))
    mood->refuses = dice_below(d, 2000);
  if (dice_is(d, 3000))
    mood->withholds = dice_below(d, 500);
  if (dice_is(d, 2000))
    mood->ignores = dice_below(d, 300);
  if (dice_is(d, 2000))
    mood->transport = dice_below(d, dice_is(d, 1000) ? 10000 : 300);
}

void server_open(world *w) {
  server *s = &w->server;
  char why[200] = "";
  s->rng = (mtp_rng){dice_fill, &w->server_dice};
  s->n_calls = w->record.count;
  s->calls = calloc((size_t)s->n_calls + 1, sizeof *s->calls);
  w->now_us = START_S * WORLD_SECOND;
  tgdc_options options = {.dcs = WORLD_DCS, .now = w->now_us, .rng = &s->rng, .key = pem_private};
  s->dc = tgdc_new(&options, why, sizeof why);
  if (!s->dc || !s->calls || !tgdc_add_bot(s->dc, "42:token", why, sizeof why)) {
    fprintf(stderr, "%s\n", why);
    abort();
  }
  s->public_keys[0] = tgdc_public_key(s->dc);
  s->dc->hooks = (dc_hooks){.refuse = refuse, .serve = serve, .ctx = w};
  dc_center_find(s->dc, FILES_CDN)->cdn = true;
  for (int i = 0; i < WORLD_DCS; i++) {
    int id = tgdc_dc_id(s->dc, i);
    w->addresses[i] = (mtp_dc_option){.dc = id, .port = (uint16_t)(SIMNET_PORT + id)};
    w->addresses[i].flags = id == FILES_CDN ? MTP_DC_CDN : 0;
    memcpy(w->addresses[i].host, "127.0.0.1", 10);
    (void)tgdc_set_address(s->dc, id, "127.0.0.1", (uint16_t)(SIMNET_PORT + id));
  }
}

void server_close(world *w) {
  tgdc_free(w->server.dc);
  free(w->server.calls);
}
