/* account.getPassword, auth.checkPassword, and recovery by e-mail. */
#include "passwords.h"

#include <stdlib.h>

#include "codes.h"
#include "store.h"

#define CHALLENGE_LIFETIME 3600
#define MOST_CHALLENGES    64

dc_user *dc_password_owner(dc_call *call) {
  dc_user *user = call->user;
  if (user == NULL && call->perm != NULL)
    user = dc_user_by_id(call->dc, call->perm->login.pending_id);
  if (user == NULL)
    dc_error(call, 401, "AUTH_KEY_UNREGISTERED");
  return user;
}

static srp_server_algo algo_of(const uint8_t *salt1, size_t salt1_size, const uint8_t salt2[16]) {
  return (srp_server_algo){{salt1, salt1_size}, {salt2, 16}, mtp_dh_known_prime(), 3};
}

static void drop(tgdc *dc, dc_srp *challenge) {
  dc_srp **at = &dc->srp;
  while (*at != challenge)
    at = &(*at)->next;
  *at = challenge->next;
  srp_server_wipe(&challenge->challenge);
  free(challenge);
}

/* Only so many are kept for a key. */
static void drop_old(dc_call *call) {
  int count = 0;
  for (dc_srp *srp = call->dc->srp, *next; srp != NULL; srp = next) {
    next = srp->next;
    bool mine = srp->key_id == call->perm->key.id;
    if (srp->made + CHALLENGE_LIFETIME < call->now || (mine && ++count >= MOST_CHALLENGES))
      drop(call->dc, srp);
  }
}

static dc_srp *challenge_for(dc_call *call, const dc_user *user) {
  dc_srp *srp = calloc(1, sizeof *srp);
  srp_server_algo algo = algo_of(user->salt1, user->salt1_size, user->salt2);
  if (srp == NULL || !dc_random_long(call->dc, &srp->id) ||
      srp_server_start(&algo, user->verifier, &call->dc->rng, &srp->challenge) != MTP_OK) {
    free(srp);
    return NULL;
  }
  drop_old(call);
  srp->key_id = call->perm->key.id;
  srp->user_id = user->id;
  srp->made = call->now;
  memcpy(srp->salt1, user->salt1, sizeof srp->salt1);
  memcpy(srp->salt2, user->salt2, sizeof srp->salt2);
  srp->salt1_size = user->salt1_size;
  srp->next = call->dc->srp;
  call->dc->srp = srp;
  return srp;
}

typedef tg_passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow mod_pow;

static tg_PasswordKdfAlgo describe(dc_call *call, const uint8_t *salt1, size_t salt1_size,
                                   const uint8_t *salt2) {
  tg_PasswordKdfAlgo none = {0};
  mod_pow *algo = dc_new(call, sizeof *algo);
  if (algo == NULL)
    return none;
  algo->salt1 = tl_bytes_of(salt1, salt1_size);
  algo->salt2 = tl_bytes_of(salt2, 16);
  algo->g = 3;
  algo->p = tl_bytes_of(mtp_dh_known_prime(), MTP_DH_SIZE);
  return tg_passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow_box(algo);
}

static bool add_challenge(dc_call *call, const dc_user *user, tg_account_password *out) {
  dc_srp *srp = challenge_for(call, user);
  if (srp == NULL)
    return false;
  out->has_password = true;
  out->current_algo = describe(call, srp->salt1, srp->salt1_size, srp->salt2);
  out->srp_B = tl_bytes_of(srp->challenge.b, sizeof srp->challenge.b);
  out->has_srp_id = true;
  out->srp_id = srp->id;
  if (user->hint[0] != 0)
    out->hint = dc_string(call, user->hint);
  return true;
}

static void get_password(dc_call *call, const void *args) {
  (void)args;
  dc_user *user = dc_password_owner(call);
  tg_securePasswordKdfAlgoPBKDF2HMACSHA512iter100000 secure = {0};
  tg_account_password password = {0};
  const tg_account_password *answer = &password;
  uint8_t random[256];
  if (user == NULL || !dc_random(call->dc, random, sizeof random))
    return;
  secure.salt = tl_bytes_of(user->new_salt2, 8);
  password.new_secure_algo = tg_securePasswordKdfAlgoPBKDF2HMACSHA512iter100000_box(&secure);
  password.secure_random = tl_bytes_of(random, sizeof random);
  password.new_algo = describe(call, user->new_salt1, sizeof user->new_salt1, user->new_salt2);
  password.has_recovery = user->recovery_email[0] != 0;
  if (user->unconfirmed_email[0] != 0)
    password.email_unconfirmed_pattern = dc_email_pattern(call, user->unconfirmed_email);
  if (user->login_email[0] != 0)
    password.login_email_pattern = dc_email_pattern(call, user->login_email);
  password.has_pending_reset_date = user->reset_at != 0;
  password.pending_reset_date = (int32_t)user->reset_at;
  if (!user->has_password || add_challenge(call, user, &password))
    dc_answer(call, &answer);
}

static dc_srp *find(const dc_call *call, int64_t id, const dc_user *user) {
  dc_srp *srp = call->dc->srp;
  while (srp != NULL &&
         (srp->id != id || srp->key_id != call->perm->key.id || srp->user_id != user->id))
    srp = srp->next;
  return srp;
}

bool dc_password_check(dc_call *call, const dc_user *user, const tg_InputCheckPasswordSRP *input) {
  if (!user->has_password)
    return true;
  if (input->kind != TG_inputCheckPasswordSRP) {
    dc_error(call, 400, "PASSWORD_HASH_INVALID");
    return false;
  }
  dc_srp *srp = find(call, input->inputCheckPasswordSRP->srp_id, user);
  if (srp == NULL) {
    dc_error(call, 400, "SRP_ID_INVALID");
    return false;
  }
  bool same =
      srp->salt1_size == user->salt1_size && memcmp(srp->salt1, user->salt1, srp->salt1_size) == 0;
  srp_server_algo algo = algo_of(user->salt1, user->salt1_size, user->salt2);
  bool right = same && srp_server_check(&algo, user->verifier, &srp->challenge,
                                        input->inputCheckPasswordSRP->A,
                                        input->inputCheckPasswordSRP->M1) == MTP_OK;
  drop(call->dc, srp);
  if (!right)
    dc_error(call, 400, same ? "PASSWORD_HASH_INVALID" : "SRP_PASSWORD_CHANGED");
  return right;
}

static void check_password(dc_call *call, const void *args) {
  const tg_auth_checkPassword *request = args;
  dc_user *user = dc_password_owner(call);
  if (user != NULL && dc_password_check(call, user, &request->password))
    dc_sign_in(call, user);
}

static void request_recovery(dc_call *call, const void *args) {
  (void)args;
  dc_user *user = dc_password_owner(call);
  if (user == NULL)
    return;
  if (!user->has_password || user->recovery_email[0] == 0) {
    dc_error(call, 400, user->has_password ? "PASSWORD_RECOVERY_NA" : "PASSWORD_EMPTY");
    return;
  }
  tg_auth_passwordRecovery recovery = {.email_pattern =
                                           dc_email_pattern(call, user->recovery_email)};
  const tg_auth_passwordRecovery *answer = &recovery;
  if (!dc_mail_code(call, user->recovery_email, user->recovery_code))
    return;
  dc_store_user(call->dc, user);
  dc_answer(call, &answer);
}

static bool recovery_code(dc_call *call, const dc_user *user, tl_string code) {
  if (user->recovery_code[0] == 0)
    dc_error(call, 400, "PASSWORD_RECOVERY_EXPIRED");
  else if (code.size == 0)
    dc_error(call, 400, "CODE_EMPTY");
  else if (!dc_same(code, user->recovery_code))
    dc_error(call, 400, "CODE_INVALID");
  else
    return true;
  return false;
}

static void check_recovery(dc_call *call, const void *args) {
  const tg_auth_checkRecoveryPassword *request = args;
  dc_user *user = dc_password_owner(call);
  if (user != NULL && recovery_code(call, user, request->code))
    dc_answer_true(call);
}

/* Without new settings the password is taken off. */
static void recover(dc_call *call, const void *args) {
  const tg_auth_recoverPassword *request = args;
  dc_user *user = dc_password_owner(call);
  if (user == NULL || !recovery_code(call, user, request->code))
    return;
  user->recovery_code[0] = 0;
  if (request->new_settings == NULL) {
    user->has_password = false;
    user->hint[0] = user->recovery_email[0] = 0;
    dc_store_user(call->dc, user);
  } else if (!dc_password_apply(call, user, request->new_settings)) {
    return;
  }
  dc_sign_in(call, user);
}

const dc_method dc_methods_password[] = {
    {"account.getPassword", get_password, DC_ANYONE},
    {"auth.checkPassword", check_password, DC_ANYONE},
    {"auth.requestPasswordRecovery", request_recovery, DC_ANYONE},
    {"auth.checkRecoveryPassword", check_recovery, DC_ANYONE},
    {"auth.recoverPassword", recover, DC_ANYONE},
    {NULL, NULL, 0}};
