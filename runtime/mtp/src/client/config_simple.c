/* The small signed configuration that Telegram publishes outside its own servers, for clients that
 * cannot reach them (help.configSimple, AP-7): base64 of an RSA block that only Telegram can have
 * made, in which lie an AES key, the configuration and its hash. */
#include <mt/mt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <tl/wire.h>

#include "crypto/rsa.h"
#include "transport/text.h"
#include <mtp/session.h>

enum {
  TEXT_SIZE = 344, /* base64 of 256 bytes */
  KEY_SIZE = 32,
  SEALED_SIZE = MTP_RSA_SIZE - KEY_SIZE,
  HASHED_SIZE = 208,
  HASH_SIZE = 16
};

static const char telegram_key[] =
    "-----BEGIN RSA PUBLIC KEY-----\n"
    "MIIBCgKCAQEAyr+18Rex2ohtVy8sroGPBwXD3DOoKCSpjDqYoXgCqB7ioln4eDCF\n"
    "fOBUlfXUEvM/fnKCpF46VkAftlb4VuPDeQSS/ZxZYEGqHaywlroVnXHIjgqoxiAd\n"
    "192xRGreuXIaUKmkwlM9JID9WS2jUsTpzQ91L8MEPLJ/4zrBwZua8W5fECwCCh2c\n"
    "9G5IzzBm+otMS/YKwmR1olzRCyEkyAEjXWqBI9Ftv5eG8m0VkBzOG655WIYdyV0H\n"
    "fDK/NWcvGqa0w/nriMD6mDjKOryamw0OP9QuYgMN0C9xMW9y8SmP4h92OAWodTYg\n"
    "Y1hZCxdv6cs5UnW9+PWvS+WIbkh+GaWYxwIDAQAB\n"
    "-----END RSA PUBLIC KEY-----\n";

/* ---- opening ---- */

static bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/' || c == '=';
}

/* Other characters (quotes, spaces, line ends of whatever carried it) are left out. */
static bool read_base64(const char *text, size_t size, uint8_t out[MTP_RSA_SIZE]) {
  char clean[TEXT_SIZE];
  size_t n = 0, got = 0;
  for (size_t i = 0; i < size && n < TEXT_SIZE; i++)
    if (is_base64(text[i]))
      clean[n++] = text[i];
  return n == TEXT_SIZE && mtp_base64_decode(clean, n, out, MTP_RSA_SIZE, &got) &&
         got == MTP_RSA_SIZE;
}

static mtp_status undo_rsa(const char *pem, uint8_t block[MTP_RSA_SIZE]) {
  mtp_rsa_key *key;
  mtp_status status = mtp_rsa_key_from_pem(pem, strlen(pem), NULL, &key);
  if (status == MTP_OK)
    status = mtp_rsa_public(key, block, block);
  mtp_rsa_key_free(key);
  return status == MTP_ERR_REJECTED ? MTP_ERR_ARGUMENT : status;
}

/* AES-256-CBC under the first half, then the hash. */
static mtp_status undo_cbc(const uint8_t block[MTP_RSA_SIZE], uint8_t out[SEALED_SIZE]) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  int n = 0;
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
  bool ok = cipher &&
            EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, block, block + HASH_SIZE) == 1 &&
            EVP_CIPHER_CTX_set_padding(cipher, 0) == 1 &&
            EVP_DecryptUpdate(cipher, out, &n, block + KEY_SIZE, SEALED_SIZE) == 1 &&
            n == SEALED_SIZE && EVP_Digest(out, HASHED_SIZE, digest, NULL, EVP_sha256(), NULL) == 1;
  EVP_CIPHER_CTX_free(cipher);
  if (!ok)
    return MTP_ERR_NOMEM;
  return CRYPTO_memcmp(digest, out + HASHED_SIZE, HASH_SIZE) == 0 ? MTP_OK : MTP_ERR_ARGUMENT;
}

/* ---- rules ---- */

static bool starts_with(const char *text, const char *prefix, size_t n) {
  return strlen(text) >= n && memcmp(text, prefix, n) == 0;
}

/* "+7,-7952": of numbers with 7 in front, but not those with 7952; no rules, or no number: yes. */
static bool is_for(const tl_bytes *rules, const char *phone) {
  const char *at = (const char *)rules->data, *end = at + rules->size;
  bool found = false;
  if (rules->size == 0 || !phone || !*phone)
    return true;
  while (at <= end) {
    const char *comma = at < end ? memchr(at, ',', (size_t)(end - at)) : NULL;
    const char *stop = comma ? comma : end;
    if (at == stop)
      found = true;
    else if (starts_with(phone, at + 1, (size_t)(stop - at) - 1) && *at == '-')
      return false;
    else if (starts_with(phone, at + 1, (size_t)(stop - at) - 1) && *at == '+')
      found = true;
    at = stop + 1;
  }
  return found;
}

static bool convert(const mt_IpPort *from, int32_t dc, mtp_dc_option *to) {
  int32_t ipv4 = from->kind == MT_ipPort ? from->ipPort->ipv4 : from->ipPortSecret->ipv4;
  int32_t port = from->kind == MT_ipPort ? from->ipPort->port : from->ipPortSecret->port;
  uint32_t ip = (uint32_t)ipv4;
  memset(to, 0, sizeof *to);
  if (port <= 0 || port > 65535 || dc <= 0 || dc > MTP_DC_MAX)
    return false;
  to->dc = dc;
  to->port = (uint16_t)port;
  to->flags = MTP_DC_THIS_PORT;
  snprintf(to->host, sizeof to->host, "%u.%u.%u.%u", (unsigned)(ip >> 24),
           (unsigned)(ip >> 16 & 255), (unsigned)(ip >> 8 & 255), (unsigned)(ip & 255));
  if (from->kind != MT_ipPortSecret)
    return true;
  const tl_bytes *secret = &from->ipPortSecret->secret;
  if (secret->size > sizeof to->secret)
    return false;
  if (secret->size)
    memcpy(to->secret, secret->data, secret->size);
  to->secret_size = (uint8_t)secret->size;
  to->flags |= MTP_DC_TCPO;
  return true;
}

/* What is new, before what is there; the last ones go when there is no room. */
typedef struct option_list {
  mtp_dc_option items[MTP_MAX_OPTIONS];
  size_t n;
} option_list;

static void add_option(option_list *list, const mtp_dc_option *option) {
  for (size_t i = 0; i < list->n; i++)
    if (list->items[i].dc == option->dc && list->items[i].port == option->port &&
        strcmp(list->items[i].host, option->host) == 0)
      return;
  if (list->n < MTP_MAX_OPTIONS)
    list->items[list->n++] = *option;
}

static mtp_status take_rules(mtp_session *session, const mt_help_configSimple *config,
                             const char *phone) {
  option_list list = {.n = 0};
  for (size_t i = 0; i < config->rules.count; i++) {
    const mt_accessPointRule *rule = config->rules.items[i];
    if (!is_for(&rule->phone_prefix_rules, phone))
      continue;
    for (size_t j = 0; j < rule->ips.count; j++) {
      mtp_dc_option option;
      if (convert(&rule->ips.items[j], rule->dc_id, &option))
        add_option(&list, &option);
    }
  }
  if (list.n == 0)
    return MTP_ERR_ARGUMENT;
  for (size_t i = 0; i < session->n_options; i++)
    add_option(&list, &session->options[i]);
  return mtp_session_set_options(session, list.items, list.n);
}

static mtp_status take_config(mtp_session *session, const uint8_t *data, const char *phone,
                              int64_t now) {
  uint32_t length = tl_load32(data);
  tl_arena arena;
  tl_object object;
  if (length < 8 || length > HASHED_SIZE)
    return MTP_ERR_ARGUMENT;
  tl_arena_init(&arena, session->allocator, 0);
  tl_decode_options options = {.allow_trailing = true};
  tl_status status =
      tl_decode_object(&mt_schema, data + 4, length - 4, &options, &arena, &object, NULL, NULL);
  mtp_status result = mtp_status_of_tl(status, MTP_ERR_ARGUMENT);
  if (status == TL_OK && mt_schema.defs[object.def].id != MT_ID_help_configSimple) {
    result = MTP_ERR_ARGUMENT;
  } else if (status == TL_OK) {
    const mt_help_configSimple *config = object.args;
    bool current = now == 0 || (now >= config->date && now < config->expires);
    result = current ? take_rules(session, config, phone) : MTP_ERR_ARGUMENT;
  }
  tl_arena_free(&arena);
  return result;
}

mtp_status mtp_session_add_config(mtp_session *session, const char *text, size_t size,
                                  const char *phone, const char *public_key, int64_t now) {
  uint8_t block[MTP_RSA_SIZE], data[SEALED_SIZE];
  if (!read_base64(text, size, block))
    return MTP_ERR_ARGUMENT;
  mtp_status status = undo_rsa(public_key ? public_key : telegram_key, block);
  if (status == MTP_OK)
    status = undo_cbc(block, data);
  if (status == MTP_OK)
    status = take_config(session, data, phone, now);
  return status;
}
