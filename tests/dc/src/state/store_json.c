/* The two kinds of line that the journals hold. Numbers of 64 bits are decimal strings, bytes are
 * hex. */
#include "store_json.h"

#include <stdlib.h>

#include "crypto/secret.h"
#include "keys.h"
#include "users.h"

const char *dc_json_text(const json_t *object, const char *name, const char *otherwise) {
  const json_t *member = json_object_get(object, name);
  return json_is_string(member) ? json_string_value(member) : otherwise;
}

int64_t dc_json_number(const json_t *object, const char *name, int64_t otherwise) {
  const json_t *member = json_object_get(object, name);
  if (json_is_integer(member))
    return json_integer_value(member);
  return json_is_string(member) ? strtoll(json_string_value(member), NULL, 10) : otherwise;
}

static json_t *hex(const uint8_t *bytes, size_t size) {
  static const char digits[] = "0123456789abcdef";
  char text[2 * 256 + 1];
  if (size > 256)
    return NULL;
  for (size_t i = 0; i < size; i++) {
    text[2 * i] = digits[bytes[i] >> 4];
    text[2 * i + 1] = digits[bytes[i] & 15];
  }
  json_t *json = json_stringn(text, 2 * size);
  mtp_wipe(text, sizeof text);
  return json;
}

static int digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How many bytes the text (may be NULL) stands for, at most `most`; 0 when it is no hex. */
static size_t unhex_text(const char *text, uint8_t *out, size_t most) {
  size_t size = text == NULL ? 0 : strlen(text) / 2;
  if (size == 0 || size > most || strlen(text) % 2 != 0)
    return 0;
  for (size_t i = 0; i < size; i++) {
    int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return 0;
    out[i] = (uint8_t)(high << 4 | low);
  }
  return size;
}

static int set_long(json_t *object, const char *name, int64_t value) {
  char text[32];
  snprintf(text, sizeof text, "%lld", (long long)value);
  return json_object_set_new(object, name, json_string(text));
}

static size_t unhex(const json_t *object, const char *name, uint8_t *out, size_t most) {
  return unhex_text(dc_json_text(object, name, NULL), out, most);
}

json_t *dc_json_of_key(const dc_key *key) {
  const dc_login *login = &key->login;
  json_t *line =
      json_pack("{s:i, s:i, s:I, s:i, s:i, s:i, s:i, s:i}", "dc", key->dc, "asked", (int)key->asked,
                "created", (json_int_t)key->created, "shift", (int)key->salt_shift, "date",
                (int)login->created, "active", (int)login->active, "api_id", (int)login->api_id,
                "layer", (int)login->layer);
  if (line == NULL)
    return NULL;
  int bad = json_object_set_new(line, "key", hex(key->key.bytes, sizeof key->key.bytes));
  bad |= set_long(line, "salt", key->salt) | set_long(line, "user", login->user_id);
  bad |= set_long(line, "pending", login->pending_id) | set_long(line, "hash", login->hash);
  bad |= json_object_set_new(line, "device", json_string(login->device));
  bad |= json_object_set_new(line, "system", json_string(login->system));
  bad |= json_object_set_new(line, "app", json_string(login->app));
  bad |= json_object_set_new(line, "lang", json_string(login->lang));
  bad |= json_object_set_new(line, "ip", json_string(login->ip));
  if (bad == 0)
    return line;
  json_decref(line);
  return NULL;
}

static void read_login(dc_login *login, const json_t *line) {
  login->user_id = dc_json_number(line, "user", 0);
  login->pending_id = dc_json_number(line, "pending", 0);
  login->hash = dc_json_number(line, "hash", 0);
  login->created = (int32_t)dc_json_number(line, "date", 0);
  login->active = (int32_t)dc_json_number(line, "active", 0);
  login->api_id = (int32_t)dc_json_number(line, "api_id", 0);
  login->layer = (int32_t)dc_json_number(line, "layer", 0);
  DC_COPYZ(login->device, dc_json_text(line, "device", ""));
  DC_COPYZ(login->system, dc_json_text(line, "system", ""));
  DC_COPYZ(login->app, dc_json_text(line, "app", ""));
  DC_COPYZ(login->lang, dc_json_text(line, "lang", ""));
  DC_COPYZ(login->ip, dc_json_text(line, "ip", ""));
}

bool dc_key_of_json(tgdc *dc, const json_t *line) {
  uint8_t bytes[MTP_AUTH_KEY_SIZE];
  int dc_id = (int)dc_json_number(line, "dc", 0);
  int64_t gone = dc_json_number(line, "gone", 0);
  dc_key *key = gone == 0 ? NULL : dc_key_find(dc, gone, dc_id);
  if (gone != 0) {
    if (key != NULL)
      dc_key_remove(dc, key);
    return true;
  }
  mtp_auth_key named;
  if (unhex(line, "key", bytes, sizeof bytes) != sizeof bytes ||
      mtp_auth_key_init(&named, bytes) != MTP_OK)
    return true;
  key = dc_key_find(dc, named.id, dc_id);
  if (key == NULL)
    key = dc_key_add(dc, bytes, dc_id, dc_json_number(line, "salt", 0), 0);
  mtp_auth_key_wipe(&named);
  mtp_wipe(bytes, sizeof bytes);
  if (key == NULL)
    return false;
  key->asked = (int32_t)dc_json_number(line, "asked", 0);
  key->created = dc_json_number(line, "created", 0);
  key->salt_shift = (int32_t)dc_json_number(line, "shift", 0);
  read_login(&key->login, line);
  return true;
}

/* The members that are plain text. */
static const struct text_member {
  const char *name;
  size_t offset, size;
} texts[] = {
#define TEXT(name, member)                                                                         \
  { name, offsetof(dc_user, member), sizeof(((dc_user *)0)->member) }
    TEXT("phone", phone),
    TEXT("token", token),
    TEXT("code", code),
    TEXT("first_name", first_name),
    TEXT("last_name", last_name),
    TEXT("username", username),
    TEXT("about", about),
    TEXT("hint", hint),
    TEXT("recovery_email", recovery_email),
    TEXT("unconfirmed_email", unconfirmed_email),
    TEXT("email_code", email_code),
    TEXT("recovery_code", recovery_code),
    TEXT("login_email", login_email),
    TEXT("type_text", type_text),
#undef TEXT
};

static int set_texts(json_t *line, const dc_user *user) {
  int bad = 0;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const char *text = (const char *)user + texts[i].offset;
    if (text[0] != 0)
      bad |= json_object_set_new(line, texts[i].name, json_string(text));
  }
  return bad;
}

static const struct long_member {
  const char *name;
  size_t offset;
} longs[] = {{"access_hash", offsetof(dc_user, access_hash)},
             {"reset_at", offsetof(dc_user, reset_at)},
             {"reset_refused", offsetof(dc_user, reset_refused)},
             {"takeout", offsetof(dc_user, takeout)},
             {"password_changed", offsetof(dc_user, password_changed)}};

static int set_longs(json_t *line, const dc_user *user) {
  int bad = 0;
  for (size_t i = 0; i < sizeof longs / sizeof *longs; i++) {
    int64_t value;
    memcpy(&value, (const char *)user + longs[i].offset, sizeof value);
    if (value != 0)
      bad |= set_long(line, longs[i].name, value);
  }
  return bad;
}

static void read_longs(dc_user *user, const json_t *line) {
  for (size_t i = 0; i < sizeof longs / sizeof *longs; i++) {
    int64_t value = dc_json_number(line, longs[i].name, 0);
    memcpy((char *)user + longs[i].offset, &value, sizeof value);
  }
}

/* The password, the one that waits for its e-mail address, and the salts offered for the next. */
static int set_password(json_t *line, const dc_user *user) {
  int bad = json_object_set_new(line, "new_salt1", hex(user->new_salt1, sizeof user->new_salt1)) |
            json_object_set_new(line, "new_salt2", hex(user->new_salt2, sizeof user->new_salt2));
  if (user->has_password) {
    bad |= json_object_set_new(line, "salt1", hex(user->salt1, user->salt1_size));
    bad |= json_object_set_new(line, "salt2", hex(user->salt2, sizeof user->salt2));
    bad |= json_object_set_new(line, "verifier", hex(user->verifier, sizeof user->verifier));
  }
  if (user->pending.there) {
    const dc_pending *next = &user->pending;
    bad |= json_object_set_new(line, "pending_salt1", hex(next->salt1, next->salt1_size));
    bad |= json_object_set_new(line, "pending_verifier", hex(next->verifier, 256));
    bad |= json_object_set_new(line, "pending_hint", json_string(next->hint));
  }
  return bad;
}

static int set_lists(json_t *line, const dc_user *user) {
  json_t *types = json_array(), *tokens = json_array();
  int bad = 0;
  for (int i = 0; i < user->n_types; i++)
    bad |= json_array_append_new(types, json_string(user->types[i]));
  for (size_t i = 0; i < user->n_tokens; i++)
    bad |= json_array_append_new(tokens, hex(user->tokens[i].data, user->tokens[i].size));
  return bad | json_object_set_new(line, "types", types) |
         json_object_set_new(line, "tokens", tokens);
}

json_t *dc_json_of_user(const dc_user *user) {
  json_t *line = json_pack("{s:b, s:b, s:b, s:i, s:i, s:i, s:i, s:i}", "bot", user->bot, "deleted",
                           user->deleted, "fixed_code", user->fixed_code, "dc", user->dc, "pts",
                           (int)user->pts, "qts", (int)user->qts, "next_message",
                           (int)user->next_message, "email_reset_at", (int)user->email_reset_at);
  if (line == NULL)
    return NULL;
  if ((set_long(line, "id", user->id) | set_longs(line, user) | set_texts(line, user) |
       set_password(line, user) | set_lists(line, user)) == 0)
    return line;
  json_decref(line);
  return NULL;
}

static void read_types(dc_user *user, const json_t *types) {
  user->n_types = 0;
  for (size_t i = 0; i < json_array_size(types) && i < DC_MAX_TYPES; i++) {
    const char *type = json_string_value(json_array_get(types, i));
    if (type != NULL)
      DC_COPYZ(user->types[user->n_types++], type);
  }
}

static void read_password(dc_user *user, const json_t *line) {
  uint8_t salt1[sizeof user->new_salt1], salt2[sizeof user->new_salt2];
  dc_pending *next = &user->pending;
  user->salt1_size = unhex(line, "salt1", user->salt1, sizeof user->salt1);
  user->has_password =
      user->salt1_size > 0 &&
      unhex(line, "salt2", user->salt2, sizeof user->salt2) == sizeof user->salt2 &&
      unhex(line, "verifier", user->verifier, sizeof user->verifier) == sizeof user->verifier;
  next->salt1_size = unhex(line, "pending_salt1", next->salt1, sizeof next->salt1);
  next->there = next->salt1_size > 0 && unhex(line, "pending_verifier", next->verifier, 256) == 256;
  DC_COPYZ(next->hint, dc_json_text(line, "pending_hint", ""));
  if (unhex(line, "new_salt1", salt1, sizeof salt1) != sizeof salt1 ||
      unhex(line, "new_salt2", salt2, sizeof salt2) != sizeof salt2)
    return;
  memcpy(user->new_salt1, salt1, sizeof salt1);
  memcpy(user->new_salt2, salt2, sizeof salt2);
}

/* False when memory ends. */
static bool read_tokens(dc_user *user, const json_t *tokens) {
  dc_user_drop_tokens(user);
  for (size_t i = 0; i < json_array_size(tokens); i++) {
    uint8_t token[64];
    size_t size = unhex_text(json_string_value(json_array_get(tokens, i)), token, sizeof token);
    if (size > 0 && dc_user_add_token(user, token, size).data == NULL)
      return false;
  }
  return true;
}

bool dc_user_of_json(tgdc *dc, const json_t *line) {
  int64_t id = dc_json_number(line, "id", 0);
  if (id <= 0)
    return true;
  dc_user *user = dc->users;
  while (user != NULL && user->id != id)
    user = user->next;
  if (user == NULL)
    user = dc_user_new(dc, id);
  if (user == NULL)
    return false;
  dc->next_user_id = id >= dc->next_user_id ? id + 1 : dc->next_user_id;
  user->bot = json_is_true(json_object_get(line, "bot"));
  user->deleted = json_is_true(json_object_get(line, "deleted"));
  user->fixed_code = json_is_true(json_object_get(line, "fixed_code"));
  user->dc = (int)dc_json_number(line, "dc", 0);
  user->pts = (int32_t)dc_json_number(line, "pts", 1);
  user->qts = (int32_t)dc_json_number(line, "qts", 0);
  user->next_message = (int32_t)dc_json_number(line, "next_message", 1);
  user->email_reset_at = (int32_t)dc_json_number(line, "email_reset_at", 0);
  read_longs(user, line);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    dc_copy((char *)user + texts[i].offset, texts[i].size, dc_json_text(line, texts[i].name, ""),
            strlen(dc_json_text(line, texts[i].name, "")));
  read_types(user, json_object_get(line, "types"));
  read_password(user, line);
  return read_tokens(user, json_object_get(line, "tokens"));
}
