/* A data centre as a whole: made, told about accounts and addresses, moved on in time, freed. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "accounts.h"
#include "compat.h"
#include "conn.h"
#include "identity.h"
#include "incoming.h"
#include "inject.h"
#include "keys.h"
#include "kx_server.h"
#include "session.h"
#include "state.h"
#include "store.h"
#include "users.h"
#include <old/schema.h>

int tgdc_dc_id(const tgdc *dc, int i) {
  return i >= 0 && i < dc->n_centers ? dc->centers[i].id : 0;
}

bool tgdc_set_address(tgdc *dc, int id, const char *host, uint16_t port) {
  dc_center *center = dc_center_find(dc, id);
  if (center == NULL)
    return false;
  DC_COPYZ(center->host, host);
  center->port = port;
  return true;
}

const char *tgdc_public_key(const tgdc *dc) {
  return dc->public_key;
}

const char *tgdc_public_key_path(const tgdc *dc) {
  return dc->public_key_path;
}

static bool key_exists(void *ctx, int64_t key_id) {
  tgdc *dc = ctx;
  for (int i = 0; i < dc->n_centers; i++)
    if (dc_key_find(dc, key_id, dc->centers[i].id) != NULL)
      return true;
  return false;
}

static bool make_dir(tgdc *dc, const char *path, char *error, size_t error_size) {
  if (path == NULL)
    return true;
  dc->dir = strdup(path);
  if (dc->dir != NULL && (mkdir(path, 0700) == 0 || errno == EEXIST))
    return true;
  dc_fail(error, error_size, "cannot make %s: %s", path, strerror(errno));
  return false;
}

static void make_centers(tgdc *dc) {
  int count = dc->options.dcs < 1 ? 1 : dc->options.dcs;
  int first = dc->options.dc != 0 ? dc->options.dc : count > 1 ? 1 : 2;
  dc->n_centers = count > TGDC_MAX_DCS ? TGDC_MAX_DCS : count;
  for (int i = 0; i < dc->n_centers; i++)
    dc->centers[i].id = first + i;
}

static bool start(tgdc *dc, char *error, size_t error_size) {
  kx_server_config config = {
      .key = dc->rsa, .rng = &dc->rng, .ctx = dc, .key_exists = key_exists, .max_pending = 4096};
  dc->compat = dc_compat_new(&tg_schema, &old_schema);
  if (dc->compat != NULL && kx_server_new(&config, &dc->kx) == MTP_OK && dc_methods_load(dc))
    return true;
  dc_fail(error, error_size, "out of memory, or the schema lacks a method");
  return false;
}

tgdc *tgdc_new(const tgdc_options *options, char *error, size_t error_size) {
  tgdc *dc = calloc(1, sizeof *dc);
  if (dc == NULL)
    return NULL;
  dc->options = *options;
  dc->lock = -1;
  dc->now = options->now;
  dc->rng = options->rng != NULL ? *options->rng : mtp_rng_system();
  dc->gzip = dc->allow_sign_up = true;
  dc->next_user_id = 1000001;
  dc->code_timeout = 120;
  dc->code_lifetime = 300;
  dc->qr_lifetime = 30;
  dc->reset_wait = 7 * 86400;
  DC_COPYZ(dc->country, "YL");
  make_centers(dc);
  dc->any_dc = dc->n_centers == 1; /* TDLib starts with number 1, wherever it is sent */
  if (make_dir(dc, options->state_dir, error, error_size) && dc_store_lock(dc, error, error_size) &&
      dc_identity_open(dc, error, error_size) && start(dc, error, error_size) &&
      dc_store_open(dc, error, error_size))
    return dc;
  tgdc_free(dc);
  return NULL;
}

void tgdc_free(tgdc *dc) {
  if (dc == NULL)
    return;
  while (dc->conns != NULL)
    tgdc_conn_close(dc->conns);
  dc_sessions_free(dc);
  dc_store_close(dc);
  dc_keys_free(dc);
  dc_users_free(dc);
  dc_state_free(dc);
  dc_rules_clear(dc, NULL);
  dc_compat_free(dc->compat);
  kx_server_free(dc->kx);
  dc_identity_close(dc);
  free(dc->methods);
  free(dc->dir);
  free(dc);
}

int64_t tgdc_deadline(const tgdc *dc) {
  int64_t conns = dc_conns_deadline(dc), deferred = dc_deferred_deadline(dc);
  return conns < deferred ? conns : deferred;
}

void tgdc_tick(tgdc *dc, int64_t now) {
  dc->now = now;
  dc_conns_tick(dc);
  for (dc_session *session = dc->sessions, *next; session != NULL; session = next) {
    next = session->next;
    if (session->deferred == NULL)
      continue;
    session = dc_incoming_deferred(dc, session);
    if (session != NULL)
      dc_session_flush(dc, session);
  }
  dc_state_expire(dc);
}
