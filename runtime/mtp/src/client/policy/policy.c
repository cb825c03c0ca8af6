/* What is done about each error, as one table of rows: by its number in the tables of errors where
 * that says it, by its code otherwise. */
#include "client/policy/policy.h"

#include <tg/messages.h>

#include "client/policy/rpc_error.h"

enum {
  MAX_WAIT_S = 14 * 86400,
  MAX_HOPS = 3,
  MAX_ORDERS = 8,
  ORDER_DELAY_MS = 500,
  FIRST_DELAY_MS = 1000,
  MAX_SHIFT = 5
};

typedef mtp_verdict (*rule)(const mtp_case *c);

static mtp_verdict act(mtp_action action) {
  return (mtp_verdict){.action = action};
}

static mtp_verdict end(const mtp_case *c) {
  (void)c;
  return act(MTP_ACT_END);
}

/* ---- keys (ER-2, PF-5, TB-6): only the home one decides about the user ---- */

static mtp_verdict lose(const mtp_case *c) {
  return act(c->options->keep_lost_keys ? MTP_ACT_END : MTP_ACT_KEY_LOST);
}

/* The key itself is gone. */
static mtp_verdict key_gone(const mtp_case *c) {
  if (c->home)
    return lose(c);
  return act(c->attempts.rekeyed ? MTP_ACT_END : MTP_ACT_NEW_KEY);
}

/* The key is there, but nobody's. */
static mtp_verdict not_signed_in(const mtp_case *c) {
  if (!c->signed_in) /* no more than "sign in first" */
    return act(MTP_ACT_END);
  if (c->home)
    return lose(c);
  return act(c->attempts.authorized ? MTP_ACT_END : MTP_ACT_AUTHORIZE);
}

static mtp_verdict not_bound(const mtp_case *c) {
  return act(c->pfs && !c->attempts.bound ? MTP_ACT_BIND : MTP_ACT_END);
}

/* ---- the state of the connection, and of other calls ---- */

/* The server does not remember initConnection: say it again, once (AP-1). */
static mtp_verdict not_inited(const mtp_case *c) {
  return act(c->attempts.inited ? MTP_ACT_END : MTP_ACT_INIT);
}

/* invokeAfterMsg: the call that it waits for has not ended in time, or has failed (AP-3). */
static mtp_verdict out_of_order(const mtp_case *c, uint32_t delay_ms) {
  mtp_verdict verdict = {.action = MTP_ACT_RETRY, .delay_ms = delay_ms, .order = true};
  return c->attempts.orders >= MAX_ORDERS || c->call->no_retry ? act(MTP_ACT_END) : verdict;
}

static mtp_verdict order_late(const mtp_case *c) {
  return out_of_order(c, 0);
}

static mtp_verdict order_failed(const mtp_case *c) {
  return out_of_order(c, ORDER_DELAY_MS);
}

/* ---- another data centre (AP-4): for the whole session, or for this call alone ---- */

static mtp_verdict move(const mtp_case *c, mtp_action action) {
  int64_t dc = c->error->arg;
  if (!c->options->follow_migrate || c->call->no_migrate || c->attempts.hops >= MAX_HOPS ||
      dc <= 0 || dc > MTP_DC_MAX)
    return act(MTP_ACT_END);
  return (mtp_verdict){.action = action, .dc = (int32_t)dc};
}

static mtp_verdict move_home(const mtp_case *c) {
  return move(c, c->elsewhere ? MTP_ACT_MOVE_CALL : MTP_ACT_MOVE_HOME);
}

static mtp_verdict move_call(const mtp_case *c) {
  return move(c, MTP_ACT_MOVE_CALL);
}

/* ---- waits (ER-4): slept through up to a threshold and a total, otherwise given back ---- */

/* The sleep must fit into what the call has left, or its user would wait only for a timeout. */
static bool may_sleep(const mtp_case *c, uint32_t seconds) {
  if (c->call->patient && !c->call->no_sleep)
    return !c->call->max_wait_s || seconds <= c->call->max_wait_s;
  if (c->send_code || c->call->no_sleep || seconds > c->options->flood_sleep_s)
    return false;
  if (c->attempts.slept_s > c->options->flood_sleep_total_s ||
      seconds > c->options->flood_sleep_total_s - c->attempts.slept_s)
    return false;
  return (int64_t)seconds * 1000 < c->left_ms;
}

static mtp_verdict flood(const mtp_case *c) {
  uint32_t seconds = mtp_error_wait(c->error);
  if (!may_sleep(c, seconds))
    return act(MTP_ACT_END);
  return (mtp_verdict){
      .action = MTP_ACT_RETRY, .delay_ms = seconds * 1000, .wait_s = seconds, .flood = true};
}

/* ---- failures inside the server (ER-2): tried again with back-off ---- */

static mtp_verdict again_after(const mtp_case *c, uint32_t delay) {
  bool never = c->call->no_retry && !c->call->patient;
  bool for_ever = c->call->patient && !c->call->no_retry; /* with it: as often as others */
  bool tried = !for_ever && c->attempts.retries >= c->options->retries;
  if (c->send_code || never || tried)
    return act(MTP_ACT_END);
  if ((int64_t)delay >= c->left_ms)
    return act(MTP_ACT_END); /* the real reason says more than a timeout */
  return (mtp_verdict){.action = MTP_ACT_RETRY, .delay_ms = delay, .server = true};
}

static mtp_verdict again(const mtp_case *c) {
  uint32_t shift = c->attempts.retries < MAX_SHIFT ? c->attempts.retries : MAX_SHIFT;
  return again_after(c, (uint32_t)FIRST_DELAY_MS << shift);
}

static mtp_verdict busy(const mtp_case *c) {
  return again_after(c, FIRST_DELAY_MS);
}

/* The sign-in is to begin anew; auth.sendCode is where it begins, and has sent nothing (ER-5). */
static mtp_verdict restart(const mtp_case *c) {
  mtp_verdict verdict = {.action = MTP_ACT_RETRY, .restart = true};
  return c->send_code && !c->attempts.restarted ? verdict : act(MTP_ACT_END);
}

/* ---- the table ---- */

static const struct row {
  tg_err error;
  rule decide;
} rows[] = {
    {TG_ERR_AUTH_KEY_DUPLICATED, key_gone},
    {TG_ERR_AUTH_KEY_INVALID, not_signed_in},
    {TG_ERR_AUTH_KEY_UNREGISTERED, not_signed_in},
    {TG_ERR_SESSION_REVOKED, not_signed_in},
    {TG_ERR_SESSION_EXPIRED, not_signed_in},
    {TG_ERR_USER_DEACTIVATED, not_signed_in},
    {TG_ERR_USER_DEACTIVATED_BAN, not_signed_in},
    {TG_ERR_AUTH_KEY_PERM_EMPTY, not_bound},
    {TG_ERR_CONNECTION_NOT_INITED, not_inited},
    {TG_ERR_CONNECTION_LAYER_INVALID, not_inited},
    {TG_ERR_MSG_WAIT_TIMEOUT, order_late},
    {TG_ERR_MSG_WAIT_FAILED, order_failed},
    {TG_ERR_PHONE_MIGRATE_X, move_home},
    {TG_ERR_NETWORK_MIGRATE_X, move_home},
    {TG_ERR_USER_MIGRATE_X, move_home},
    {TG_ERR_FILE_MIGRATE_X, move_call},
    {TG_ERR_STATS_MIGRATE_X, move_call},
    {TG_ERR_FLOOD_WAIT_X, flood},
    {TG_ERR_FLOOD_PREMIUM_WAIT_X, flood},
    {TG_ERR_SLOWMODE_WAIT_X, flood},
    {TG_ERR_2FA_CONFIRM_WAIT_X, flood},
    {TG_ERR_TAKEOUT_INIT_DELAY_X, flood},
    {TG_ERR_FLOOD_TEST_PHONE_WAIT_X, flood},
    {TG_ERR_FLOOD_SKIP_FAILED_WAIT, flood},
    {TG_ERR_WORKER_BUSY_TOO_LONG_RETRY, busy},
    {TG_ERR_AUTH_RESTART, restart},
    {TG_ERR_AUTH_RESTART_X, restart},
    {TG_ERR_RANDOM_ID_DUPLICATE, end}, /* with 500 too: the message is there */
};

static rule rule_of(tg_err error) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (rows[i].error == error)
      return rows[i].decide;
  return NULL;
}

/* Every negative code is a failure inside the server, like 500. -503 of these two says that the bot
 * has not answered. */
static bool is_bots_silence(const mtp_case *c) {
  return c->error->code == -503 && c->method != TL_NONE &&
         (c->method == tg_messages_getBotCallbackAnswer_call(NULL).def ||
          c->method == tg_messages_getInlineBotResults_call(NULL).def);
}

static rule rule_of_code(const mtp_case *c) {
  bool client = c->error->code >= 300 && c->error->code < 500;
  return client || is_bots_silence(c) ? end : again;
}

/* A CDN may ask to wait, or for another try, and that is all (TB-4). */
static bool is_allowed(const mtp_case *c, mtp_action action) {
  return !c->call->cdn || action == MTP_ACT_RETRY;
}

uint32_t mtp_error_wait(const mtp_error *error) {
  if (error->status != MTP_ERR_RPC || rule_of(error->rpc) != flood)
    return 0;
  int64_t seconds = error->rpc == TG_ERR_FLOOD_SKIP_FAILED_WAIT ? 1 : error->arg;
  return seconds < 1 ? 1 : seconds > MAX_WAIT_S ? MAX_WAIT_S : (uint32_t)seconds;
}

mtp_verdict mtp_policy_decide(const mtp_case *c) {
  if (c->error->status != MTP_ERR_RPC)
    return act(MTP_ACT_END);
  rule of_error = rule_of(c->error->rpc);
  mtp_verdict verdict = of_error ? of_error(c) : rule_of_code(c)(c);
  return is_allowed(c, verdict.action) ? verdict : act(MTP_ACT_END);
}
