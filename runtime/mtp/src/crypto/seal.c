/* Sealing and opening of messages: the layout, the padding and the order of the checks. */
#include "seal.h"

#include "secret.h"
#include <string.h>
#include <tl/wire.h>

#define OUTER_SIZE 24 /* auth_key_id 8, msg_key 16 */
#define INNER_SIZE 32 /* salt 8, session_id 8, msg_id 8, seq_no 4, length 4 */
#define PLAIN_SIZE 20 /* zero 8, msg_id 8, length 4 */
#define MIN_PAD    12
#define MAX_PAD    1024
#define MAX_BODY   ((size_t)1 << 24)

static size_t round_up(size_t size, size_t step) {
  return (size + step - 1) / step * step;
}

/* The smallest of TDLib's sizes that `size` fits in: a step of 448 above the listed ones. */
static size_t bucket(size_t size) {
  static const uint16_t sizes[] = {64, 128, 192, 256, 384, 512, 768, 1024, 1280};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    if (size <= sizes[i])
      return sizes[i];
  return 1280 + round_up(size - 1280, 448);
}

/* How many bytes get encrypted for a body of that size. */
static mtp_status inner_size(size_t body, mtp_padding padding, const mtp_rng *rng, size_t *out) {
  uint8_t extra = 0;
  if (padding == MTP_PADDING_RANDOM && mtp_rng_fill(rng, &extra, 1))
    return MTP_ERR_RANDOM;
  *out = round_up(INNER_SIZE + body + MIN_PAD + extra, 16);
  if (padding == MTP_PADDING_BUCKETS)
    *out = bucket(*out);
  return MTP_OK;
}

static void write_inner(uint8_t *plain, const mtp_message *message) {
  tl_store64(plain, (uint64_t)message->salt);
  tl_store64(plain + 8, (uint64_t)message->session_id);
  tl_store64(plain + 16, (uint64_t)message->msg_id);
  tl_store32(plain + 24, (uint32_t)message->seq_no);
  tl_store32(plain + 28, (uint32_t)message->body.size);
  if (message->body.size)
    memcpy(plain + INNER_SIZE, message->body.data, message->body.size);
}

static uint32_t token_of(const uint8_t large[32]) {
  return tl_load32(large) | 0x80000000u;
}

/* Derives the keys from the plaintext that lies behind the header, encrypts it, writes the header.
 */
static mtp_status encrypt(const mtp_auth_key *key, mtp_sender sender, uint8_t *packet, size_t size,
                          uint32_t *ack_token) {
  uint8_t large[32], *plain = packet + OUTER_SIZE;
  mtp_message_keys keys;
  mtp_status status = mtp_msg_key_large(key, sender, tl_bytes_of(plain, size), large);
  if (!status)
    status = mtp_message_keys_v2(key, sender, large + 8, &keys);
  if (!status)
    status = mtp_ige_encrypt(keys.key, keys.iv, plain, size, plain);
  mtp_wipe(&keys, sizeof keys);
  if (status)
    return status;
  tl_store64(packet, (uint64_t)key->id);
  memcpy(packet + 8, large + 8, MTP_MSG_KEY_SIZE);
  if (ack_token)
    *ack_token = token_of(large);
  return MTP_OK;
}

mtp_status mtp_seal(const mtp_auth_key *key, mtp_sender sender, const mtp_message *message,
                    mtp_padding padding, const mtp_rng *rng, tl_buffer *out, uint32_t *ack_token) {
  size_t used = INNER_SIZE + message->body.size, size;
  if (message->body.size % 4 || message->body.size > MAX_BODY)
    return MTP_ERR_ARGUMENT;
  mtp_status status = inner_size(message->body.size, padding, rng, &size);
  if (status)
    return status;
  if (tl_buffer_reserve(out, OUTER_SIZE + size))
    return MTP_ERR_NOMEM;
  uint8_t *packet = out->data + out->size; /* not published before it is whole */
  write_inner(packet + OUTER_SIZE, message);
  if (mtp_rng_fill(rng, packet + OUTER_SIZE + used, size - used))
    status = MTP_ERR_RANDOM;
  if (!status)
    status = encrypt(key, sender, packet, size, ack_token);
  if (status)
    mtp_wipe(packet, OUTER_SIZE + size);
  else if (!tl_buffer_extend(out, OUTER_SIZE + size))
    status = MTP_ERR_NOMEM; /* cannot be: it was reserved */
  return status;
}

/* EN-8, and only after the message key was found right. */
static mtp_status read_inner(const uint8_t *plain, size_t size, mtp_message *message) {
  uint32_t length = tl_load32(plain + 28);
  if (length % 4 || length > size - INNER_SIZE)
    return MTP_ERR_REJECTED;
  size_t pad = size - INNER_SIZE - length;
  if (pad < MIN_PAD || pad > MAX_PAD)
    return MTP_ERR_REJECTED;
  message->salt = (int64_t)tl_load64(plain);
  message->session_id = (int64_t)tl_load64(plain + 8);
  message->msg_id = (int64_t)tl_load64(plain + 16);
  message->seq_no = (int32_t)tl_load32(plain + 24);
  message->body = tl_bytes_of(plain + INNER_SIZE, length);
  return MTP_OK;
}

/* Decrypts in place and compares the message key with the one that the packet carries. */
static mtp_status decrypt(const mtp_auth_key *key, mtp_sender sender, uint8_t *packet, size_t size,
                          uint32_t *ack_token) {
  uint8_t large[32], *plain = packet + OUTER_SIZE;
  mtp_message_keys keys;
  mtp_status status = mtp_message_keys_v2(key, sender, packet + 8, &keys);
  if (!status)
    status = mtp_ige_decrypt(keys.key, keys.iv, plain, size, plain);
  mtp_wipe(&keys, sizeof keys);
  if (!status)
    status = mtp_msg_key_large(key, sender, tl_bytes_of(plain, size), large);
  if (!status && !mtp_equal(large + 8, packet + 8, MTP_MSG_KEY_SIZE))
    status = MTP_ERR_REJECTED;
  if (!status && ack_token)
    *ack_token = token_of(large);
  return status;
}

mtp_status mtp_open(const mtp_auth_key *key, mtp_sender sender, bool padded, uint8_t *packet,
                    size_t size, mtp_message *message, uint32_t *ack_token) {
  mtp_status status = MTP_ERR_REJECTED;
  size_t inner = size < OUTER_SIZE ? 0 : size - OUTER_SIZE;
  if (padded)
    inner -= inner % 16;
  *message = (mtp_message){0};
  if (inner >= INNER_SIZE && inner % 16 == 0 && (int64_t)tl_load64(packet) == key->id)
    status = decrypt(key, sender, packet, inner, ack_token);
  if (!status)
    status = read_inner(packet + OUTER_SIZE, inner, message);
  if (status && size)
    mtp_wipe(packet, size);
  return status;
}

mtp_status mtp_plain_write(int64_t msg_id, tl_bytes body, tl_buffer *out) {
  if (body.size == 0 || body.size % 4 || body.size > MAX_BODY)
    return MTP_ERR_ARGUMENT;
  uint8_t *packet = tl_buffer_extend(out, PLAIN_SIZE + body.size);
  if (!packet)
    return MTP_ERR_NOMEM;
  tl_store64(packet, 0);
  tl_store64(packet + 8, (uint64_t)msg_id);
  tl_store32(packet + 16, (uint32_t)body.size);
  memcpy(packet + PLAIN_SIZE, body.data, body.size);
  return MTP_OK;
}

mtp_status mtp_plain_read(const uint8_t *packet, size_t size, bool padded, int64_t *msg_id,
                          tl_bytes *body) {
  *msg_id = 0;
  *body = tl_bytes_of(NULL, 0);
  if (size < PLAIN_SIZE || tl_load64(packet) != 0)
    return MTP_ERR_REJECTED;
  uint32_t length = tl_load32(packet + 16);
  if (length == 0 || length % 4 || length > size - PLAIN_SIZE)
    return MTP_ERR_REJECTED;
  if (!padded && length != size - PLAIN_SIZE)
    return MTP_ERR_REJECTED;
  *msg_id = (int64_t)tl_load64(packet + 8);
  *body = tl_bytes_of(packet + PLAIN_SIZE, length);
  return MTP_OK;
}
