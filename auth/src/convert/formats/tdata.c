/* Telegram Desktop, the folder tdata, read only. key_datas has the local key, encrypted with the
 * passcode, and the list of accounts; a file named after each account has its authorization keys,
 * encrypted with the local key. Numbers are big-endian, as Qt streams them. */
#include "tdata.h"
#include "../bytes.h"
#include "../convert.h"
#include "../files.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { SALT = 32, AUTHORIZATION = 0x4b, MAX_ACCOUNTS = 32, MAX_KEYS = 1000, ENVIRONMENT_TEST = 1 };

/* What key_datas has; the active account is one of the order. */
typedef struct accounts {
  uint8_t local_key[TGAUTH_TDATA_KEY];
  int32_t order[MAX_ACCOUNTS];
  size_t count;
  int32_t active;
} accounts;

/* QByteArray: a length, where 0 and -1 are empty. */
static tl_bytes read_array(tgauth_reader *in) {
  uint64_t size = tgauth_read_be(in, 4);
  if (size == 0xffffffff)
    size = 0;
  const uint8_t *data = tgauth_read_raw(in, (size_t)size);
  return (tl_bytes){data, data ? (size_t)size : 0};
}

/* ---- key_datas ---- */

/* Telegram Desktop takes the first where the one that it kept is none of them. */
static int32_t active_of(const accounts *from, int32_t kept) {
  for (size_t i = 0; i < from->count; i++)
    if (from->order[i] == kept)
      return kept;
  return from->order[0];
}

static mtp_status read_list(tl_bytes sealed, accounts *out, mtp_error *error) {
  tl_buffer plain;
  tl_buffer_init(&plain, NULL, 0);
  mtp_status status = tgauth_tdata_decrypt(sealed, out->local_key, &plain, error);
  tgauth_reader in = tgauth_reader_of(plain.data, plain.size);
  if (status == MTP_OK) {
    int32_t count = tgauth_read_int_be(&in);
    if (in.failed || count < 1 || count > MAX_ACCOUNTS)
      status = tgauth_fail(error, MTP_ERR_STORE, "key_data lists %d accounts", (int)count);
    for (int32_t i = 0; status == MTP_OK && i < count; i++)
      out->order[out->count++] = tgauth_read_int_be(&in);
    out->active = active_of(out, in.left ? tgauth_read_int_be(&in) : -1);
    if (status == MTP_OK && in.failed)
      status = tgauth_fail(error, MTP_ERR_STORE, "the list of accounts is cut off");
  }
  tl_buffer_wipe(&plain);
  tl_buffer_free(&plain);
  return status;
}

static mtp_status read_local_key(tl_bytes salt, tl_bytes sealed, const char *passcode,
                                 accounts *out, mtp_error *error) {
  uint8_t key[TGAUTH_TDATA_KEY];
  tl_buffer plain;
  tl_buffer_init(&plain, NULL, 0);
  mtp_status status = tgauth_tdata_passcode_key(passcode, salt, key, error);
  if (status == MTP_OK)
    status = tgauth_tdata_decrypt(sealed, key, &plain, error);
  if (status == MTP_ERR_STORE)
    status = passcode && *passcode
                 ? tgauth_fail(error, status, "the passcode is wrong, or key_data is damaged")
                 : tgauth_fail_password(error, "a passcode is needed, or key_data is damaged");
  if (status == MTP_OK && plain.size < TGAUTH_TDATA_KEY)
    status = tgauth_fail(error, MTP_ERR_STORE, "the local key has %zu bytes", plain.size);
  if (status == MTP_OK)
    memcpy(out->local_key, plain.data, TGAUTH_TDATA_KEY);
  OPENSSL_cleanse(key, sizeof key);
  tl_buffer_wipe(&plain);
  tl_buffer_free(&plain);
  return status;
}

static mtp_status read_key_data(const char *folder, const char *passcode, accounts *out,
                                mtp_error *error) {
  tl_buffer file;
  tl_buffer_init(&file, NULL, 0);
  mtp_status status = tgauth_tdata_read(folder, "key_data", &file, error);
  tgauth_reader in = tgauth_reader_of(file.data, file.size);
  tl_bytes salt = read_array(&in), key = read_array(&in), list = read_array(&in);
  if (status == MTP_OK && (in.failed || salt.size != SALT))
    status = tgauth_fail(error, MTP_ERR_STORE, "key_data is cut off or of another version");
  if (status == MTP_OK)
    status = read_local_key(salt, key, passcode, out, error);
  if (status == MTP_OK)
    status = read_list(list, out, error);
  tl_buffer_free(&file);
  return status;
}

/* Whether there is a file of that name under any of its three endings. */
static bool has_file(const char *folder, const char *name) {
  static const char *const endings[] = {"s", "0", "1"};
  char file[40];
  bool has = false;
  for (size_t i = 0; !has && i < 3; i++) {
    snprintf(file, sizeof file, "%s%s", name, endings[i]);
    char *path = tgauth_path_join(folder, file);
    has = path && tgauth_path_kind_of(path) == TGAUTH_PATH_FILE;
    free(path);
  }
  return has;
}

/* ---- an account ---- */

/* Decrypts FILE of the folder and appends its data. */
static mtp_status read_sealed(const char *folder, const char *name, const accounts *from,
                              tl_buffer *out, mtp_error *error) {
  tl_buffer file;
  mtp_error inner;
  tl_buffer_init(&file, NULL, 0);
  mtp_status status = tgauth_tdata_read(folder, name, &file, error);
  tgauth_reader in = tgauth_reader_of(file.data, file.size);
  tl_bytes sealed = read_array(&in);
  if (status == MTP_OK) {
    status = tgauth_tdata_decrypt(sealed, from->local_key, out, &inner);
    if (status != MTP_OK)
      tgauth_fail(error, status, "%s: %s", name, inner.text);
  }
  tl_buffer_free(&file);
  return status;
}

static mtp_status read_keys(tgauth_reader *in, int64_t home, mtp_session *session,
                            mtp_error *error) {
  uint64_t count = tgauth_read_be(in, 4);
  if (in->failed || count > MAX_KEYS)
    return tgauth_fail(error, MTP_ERR_STORE, "the account's data are cut off or damaged");
  for (uint64_t i = 0; i < count; i++) {
    int32_t dc = tgauth_read_int_be(in);
    const uint8_t *key = tgauth_read_raw(in, MTP_KEY_SIZE);
    if (!key)
      return tgauth_fail(error, MTP_ERR_STORE, "the account's keys are cut off");
    if (dc != home) {
      tgauth_add_key(session, dc, key, MTP_KEY_SIZE);
    } else {
      mtp_status status = tgauth_set_home(session, dc, key, MTP_KEY_SIZE, error);
      if (status != MTP_OK)
        return status;
    }
  }
  if (session->home_dc == 0)
    return tgauth_fail(error, MTP_ERR_STORE, "there is no key of its data centre %lld",
                       (long long)home);
  return MTP_OK;
}

/* A block of a number and a QByteArray: user and data centre, in 32 bits each or after two -1 in 64
 * and 32, then the keys. */
static mtp_status read_authorization(tl_bytes data, mtp_session *session, mtp_error *error) {
  tgauth_reader block = tgauth_reader_of(data.data, data.size);
  int32_t id = tgauth_read_int_be(&block);
  tl_bytes inner = read_array(&block);
  tgauth_reader in = tgauth_reader_of(inner.data, inner.size);
  int64_t user = tgauth_read_int_be(&in), home = tgauth_read_int_be(&in);
  if (user == -1 && home == -1) {
    uint64_t wide = tgauth_read_be(&in, 8);
    user = wide > INT64_MAX ? -1 : (int64_t)wide;
    home = tgauth_read_int_be(&in);
  }
  if (block.failed || in.failed || id != AUTHORIZATION)
    return tgauth_fail(error, MTP_ERR_STORE, "the account's data are cut off or of another kind");
  if (user == 0)
    return tgauth_fail(error, MTP_ERR_STORE, "nobody has signed in to this account");
  mtp_status status = tgauth_set_user(session, user, false, error);
  return status == MTP_OK ? read_keys(&in, home, session, error) : status;
}

/* NAME/config says which servers the account lives on: i32 version, i32 environment, ... in a
 * QByteArray. Without it they are the real ones. */
static bool is_test(const char *folder, const char *part, const accounts *from) {
  char name[32];
  tl_buffer plain;
  bool test = false;
  snprintf(name, sizeof name, "%s/config", part);
  tl_buffer_init(&plain, NULL, 0);
  if (read_sealed(folder, name, from, &plain, NULL) == MTP_OK) {
    tgauth_reader outer = tgauth_reader_of(plain.data, plain.size);
    tl_bytes config = read_array(&outer);
    tgauth_reader in = tgauth_reader_of(config.data, config.size);
    tgauth_read_int_be(&in);
    test = tgauth_read_int_be(&in) == ENVIRONMENT_TEST && !in.failed;
  }
  tl_buffer_free(&plain);
  return test;
}

static mtp_status read_account(const char *folder, const accounts *from, int32_t index,
                               mtp_session *session, mtp_error *error) {
  char name[24] = "data", part[17];
  tl_buffer plain;
  if (index > 0)
    snprintf(name, sizeof name, "data#%d", (int)index + 1);
  mtp_status status = tgauth_tdata_file_part(name, part, error);
  if (status != MTP_OK)
    return status;
  tl_buffer_init(&plain, NULL, 0);
  if (!has_file(folder, part)) /* as Telegram Desktop leaves it before the first sign-in */
    status = tgauth_fail(error, MTP_ERR_STORE,
                         "account %d has no file of its own: nobody has signed in to it",
                         (int)index + 1);
  else
    status = read_sealed(folder, part, from, &plain, error);
  if (status == MTP_OK)
    status = read_authorization((tl_bytes){plain.data, plain.size}, session, error);
  if (status == MTP_OK)
    session->test = is_test(folder, part, from);
  tl_buffer_wipe(&plain);
  tl_buffer_free(&plain);
  return status;
}

/* ---- the folder ---- */

static bool has_key_data(const char *folder) {
  return has_file(folder, "key_data");
}

/* The folder itself, or tdata in it; to be freed. NULL when neither has key_data. */
static char *find_folder(const char *path) {
  char *folder = tgauth_path_join(path, "");
  if (folder && has_key_data(folder))
    return folder;
  free(folder);
  folder = tgauth_path_join(path, "tdata");
  if (folder && has_key_data(folder))
    return folder;
  free(folder);
  return NULL;
}

static bool looks(const tgauth_source *source) {
  char *folder = source->form == TGAUTH_FORM_FOLDER ? find_folder(source->path) : NULL;
  bool found = folder != NULL;
  free(folder);
  return found;
}

static mtp_status import(const tgauth_source *source, mtp_session *session, mtp_error *error) {
  accounts from;
  char *folder = find_folder(source->path);
  if (!folder)
    return tgauth_fail(error, MTP_ERR_STORE, "there is no file key_datas in it");
  memset(&from, 0, sizeof from);
  mtp_status status = read_key_data(folder, source->password, &from, error);
  if (status == MTP_OK && source->account > from.count)
    status = tgauth_fail(error, MTP_ERR_STORE, "there is no account %u: it has %zu",
                         source->account, from.count);
  if (status == MTP_OK) {
    int32_t index = source->account ? from.order[source->account - 1] : from.active;
    status = read_account(folder, &from, index, session, error);
  }
  OPENSSL_cleanse(&from, sizeof from);
  free(folder);
  return status;
}

const tgauth_row tgauth_row_tdata = {
    .head = {.name = "tdata",
             .what = "Telegram Desktop, the folder tdata",
             .form = TGAUTH_FORM_FOLDER,
             .imports = true},
    .by_path = true,
    .looks = looks,
    .import = import,
};
