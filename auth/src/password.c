/* Two-step verification: proving the password, and changing it. */
#include "flow/task.h"
#include <openssl/crypto.h>
#include <string.h>

mtp_status tgauth_srp_failed(mtp_error *error, mtp_status status) {
  switch (status) {
  case MTP_ERR_REJECTED:
    return tgauth_fail(error, MTP_ERR_PROTOCOL, "the server's 2FA parameters fail their checks");
  case MTP_ERR_ARGUMENT:
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "the password cannot be hashed");
  default:
    return tgauth_fail_crypto(error, status);
  }
}

/* ---- account.getPassword ---- */

/* The answer; NULL after a failure, which *status then is. */
static const tg_account_password *answered(tgauth_task *task, mtp_status *status) {
  const tg_account_password *password =
      task->reply ? tg_account_getPassword_result(mtp_reply_value(task->reply)) : NULL;
  *status = password ? MTP_OK : task->error.status;
  if (task->reply && !password)
    *status = tgauth_fail(&task->error, MTP_ERR_PROTOCOL, "account.getPassword: no answer");
  return password;
}

static mtp_status take_password(tgauth_task *task) {
  mtp_status status;
  (void)answered(task, &status);
  return status;
}

static mtp_status fetch(tgauth_task *task, mtp_status (*take)(tgauth_task *),
                        mtp_status (*send)(tgauth_task *)) {
  tg_account_getPassword request = {0};
  tl_call call = tg_account_getPassword_call(&request);
  return tgauth_task_call_patiently(task, &call, take, send);
}

static mtp_status begin_password(tgauth_task *task) {
  return fetch(task, take_password, begin_password);
}

mtp_status tgauth_fetch_password(tgauth *auth, mtp_reply **reply, const tg_account_password **out,
                                 mtp_error *error) {
  tgauth_task task;
  *reply = NULL;
  *out = NULL;
  mtp_status status = tgauth_task_open(&task, auth, error);
  if (status == MTP_OK)
    status = tgauth_task_wait(&task, begin_password(&task), error);
  if (status == MTP_OK) {
    *reply = task.reply;
    *out = tg_account_getPassword_result(mtp_reply_value(task.reply));
    task.reply = NULL;
  }
  tgauth_task_clear(&task);
  return status;
}

mtp_status tgauth_srp_algo_of(tg_PasswordKdfAlgo algo, tgauth_srp_algo *out, mtp_error *error) {
  if (algo.kind != TG_passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow)
    return tgauth_fail(error, MTP_ERR_PROTOCOL,
                       "the server uses a password algorithm that this version does not know: "
                       "update it");
  const tg_passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow *known =
      algo.passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow;
  out->salt1 = known->salt1;
  out->salt2 = known->salt2;
  out->p = known->p;
  out->g = known->g;
  return MTP_OK;
}

static mtp_status take_info(tgauth_task *task) {
  mtp_status status;
  const tg_account_password *password = answered(task, &status);
  if (!password)
    return status;
  task->info = tgauth_password_info_new(task->auth, password);
  return task->info ? MTP_OK : tgauth_fail(&task->error, MTP_ERR_NOMEM, "out of memory");
}

mtp_status tgauth_begin_password_info(tgauth_task *task) {
  return fetch(task, take_info, tgauth_begin_password_info);
}

mtp_status tgauth_get_password(tgauth *auth, tgauth_password_info **out, mtp_error *error) {
  tgauth_task task;
  mtp_status status = tgauth_task_open(&task, auth, error);
  if (status == MTP_OK)
    status = tgauth_task_wait(&task, tgauth_begin_password_info(&task), error);
  *out = task.info;
  task.info = NULL;
  tgauth_task_clear(&task);
  return status;
}

/* ---- proof ---- */

static mtp_status hash_of(const tgauth_srp_algo *algo, const tgauth_secret *secret,
                          uint8_t x[TGAUTH_SRP_HASH_SIZE], mtp_error *error) {
  if (!secret->text) {
    memcpy(x, secret->hash, TGAUTH_SRP_HASH_SIZE);
    return MTP_OK;
  }
  mtp_status status = tgauth_srp_hash(algo, tl_bytes_of(secret->text, secret->size), x);
  return status == MTP_OK ? MTP_OK : tgauth_srp_failed(error, status);
}

static mtp_status prove_hash(const tgauth_srp_algo *algo, const tg_account_password *password,
                             const uint8_t x[TGAUTH_SRP_HASH_SIZE], mtp_dh_cache *cache,
                             const mtp_rng *rng, tgauth_proof *out) {
  tgauth_srp_proof proof;
  mtp_status status = tgauth_srp_prove(algo, cache, x, password->srp_B, rng, &proof);
  if (status != MTP_OK)
    return status;
  memcpy(out->a, proof.a, sizeof out->a);
  memcpy(out->m1, proof.m1, sizeof out->m1);
  out->srp.srp_id = password->srp_id;
  out->srp.A = tl_bytes_of(out->a, sizeof out->a);
  out->srp.M1 = tl_bytes_of(out->m1, sizeof out->m1);
  out->check = tg_inputCheckPasswordSRP_box(&out->srp);
  return MTP_OK;
}

static mtp_status prove(const tg_account_password *password, const tgauth_secret *secret,
                        mtp_dh_cache *cache, const mtp_rng *rng, tgauth_proof *out,
                        mtp_error *error) {
  tgauth_srp_algo algo;
  uint8_t x[TGAUTH_SRP_HASH_SIZE];
  memset(out, 0, sizeof *out);
  out->check.kind = TG_inputCheckPasswordEmpty;
  if (!password->has_password)
    return MTP_OK;
  if (!secret || (!secret->text && !secret->hash))
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "the current password is needed");
  mtp_status status = tgauth_srp_algo_of(password->current_algo, &algo, error);
  if (status == MTP_OK)
    status = hash_of(&algo, secret, x, error);
  if (status != MTP_OK)
    return status;
  mtp_status proved = prove_hash(&algo, password, x, cache, rng, out);
  OPENSSL_cleanse(x, sizeof x);
  return proved == MTP_OK ? MTP_OK : tgauth_srp_failed(error, proved);
}

mtp_status tgauth_prove(tgauth *auth, const tg_account_password *password,
                        const tgauth_secret *secret, tgauth_proof *out, mtp_error *error) {
  return prove(password, secret, &auth->dh_cache, &auth->rng, out, error);
}

mtp_status tgauth_make_proof(const tg_account_password *settings, const tgauth_secret *password,
                             const mtp_rng *rng, tgauth_proof *out, mtp_error *error) {
  return prove(settings, password, NULL, rng, out, error);
}

mtp_status tgauth_get_proof(tgauth *auth, const tgauth_secret *password, tgauth_proof *out,
                            mtp_error *error) {
  mtp_reply *reply;
  const tg_account_password *settings;
  memset(out, 0, sizeof *out);
  mtp_status status = tgauth_fetch_password(auth, &reply, &settings, error);
  if (status != MTP_OK)
    return status;
  status = tgauth_prove(auth, settings, password, out, error);
  mtp_reply_free(reply);
  return status;
}

bool tgauth_srp_is_stale(mtp_status status, const mtp_error *error) {
  return status == MTP_ERR_RPC &&
         (error->rpc == TG_ERR_SRP_ID_INVALID || error->rpc == TG_ERR_SRP_PASSWORD_CHANGED);
}

/* ---- checking it ---- */

static mtp_status send_fetch(tgauth_task *task);

static mtp_status take_checked(tgauth_task *task) {
  mtp_error *error = &task->error;
  if (!task->reply && tgauth_srp_is_stale(error->status, error) && !task->proved_twice) {
    task->proved_twice = true;
    return send_fetch(task);
  }
  if (!task->reply)
    return error->status;
  mtp_status status = tgauth_accept(
      task->auth, tg_auth_checkPassword_result(mtp_reply_value(task->reply)), &task->step, error);
  if (status == MTP_OK && task->step != TGAUTH_DONE)
    return tgauth_fail(error, MTP_ERR_PROTOCOL, "the password is right, but nobody is signed in");
  return status;
}

static mtp_status send_check(tgauth_task *task) {
  tg_auth_checkPassword request = {task->proof.check};
  tl_call call = tg_auth_checkPassword_call(&request);
  return tgauth_task_call_patiently(task, &call, take_checked, send_check);
}

static mtp_status take_fetched(tgauth_task *task) {
  mtp_status status;
  const tg_account_password *password = answered(task, &status);
  if (password)
    status = tgauth_prove(task->auth, password, &task->secret, &task->proof, &task->error);
  if (status == MTP_OK)
    status = tgauth_try_store(task->auth, &task->error);
  return status == MTP_OK ? send_check(task) : status;
}

static mtp_status send_fetch(tgauth_task *task) {
  return fetch(task, take_fetched, send_fetch);
}

mtp_status tgauth_begin_check_password(tgauth_task *task, const tgauth_secret *secret) {
  task->secret = *secret;
  task->proved_twice = false;
  return send_fetch(task);
}

mtp_status tgauth_check_password(tgauth *auth, const tgauth_secret *password, mtp_error *error) {
  tgauth_task task;
  mtp_status status = tgauth_task_open(&task, auth, error);
  if (status == MTP_OK)
    status = tgauth_task_wait(&task, tgauth_begin_check_password(&task, password), error);
  tgauth_task_clear(&task);
  return status;
}

mtp_status tgauth_check_password_text(tgauth *auth, const char *password, mtp_error *error) {
  tgauth_secret secret = {password, strlen(password), NULL};
  return tgauth_check_password(auth, &secret, error);
}

mtp_status tgauth_hash_password(tgauth *auth, const char *password, uint8_t hash[32],
                                mtp_error *error) {
  mtp_reply *reply;
  const tg_account_password *settings;
  tgauth_srp_algo algo;
  tgauth_secret secret = {password, strlen(password), NULL};
  mtp_status status = tgauth_fetch_password(auth, &reply, &settings, error);
  if (status != MTP_OK)
    return status;
  if (!settings->has_password)
    status = tgauth_fail(error, MTP_ERR_ARGUMENT, "the account has no password");
  if (status == MTP_OK)
    status = tgauth_srp_algo_of(settings->current_algo, &algo, error);
  if (status == MTP_OK)
    status = hash_of(&algo, &secret, hash, error);
  mtp_reply_free(reply);
  return status;
}
