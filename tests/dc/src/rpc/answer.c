/* Answers on their way back: encoded, rewritten for the client's layer, packed when they are big.
 */
#include <tg/upload.h>
#include <tl/json.h>

#include "compat.h"
#include "conn.h"
#include "packed.h"
#include "rpc.h"
#include "session.h"

#define PACK_FROM 512

#define ID_RESULT 0xf35c6d01u
#define ID_ERROR  0x2144ca19u
#define ID_GZIP   0x3072cfa1u

static bool put32(tl_buffer *out, uint32_t value) {
  uint8_t bytes[4];
  tl_store32(bytes, value);
  return tl_buffer_append(out, bytes, 4) == TL_OK;
}

/* A TL string. */
static bool put_bytes(tl_buffer *out, const void *data, size_t size) {
  static const uint8_t zeros[4] = {0};
  size_t head = size < 254 ? 1 : 4;
  uint8_t length[4];
  tl_store32(length, size < 254 ? (uint32_t)size : 254u | (uint32_t)size << 8);
  return size < (1u << 24) && tl_buffer_append(out, length, head) == TL_OK &&
         (size == 0 || tl_buffer_append(out, data, size) == TL_OK) &&
         tl_buffer_append(out, zeros, (4 - (head + size) % 4) % 4) == TL_OK;
}

/* Parts of files go as they are, as from Telegram. */
static bool is_part(const tl_buffer *result) {
  uint32_t id = result->size < 4 ? 0 : tl_load32(result->data);
  return id == TG_ID_upload_file || id == TG_ID_upload_webFile || id == TG_ID_upload_cdnFile;
}

/* result: gzip_packed where that pays. */
static bool put_result(const tgdc *dc, tl_buffer *out, const tl_buffer *result) {
  tl_buffer packed;
  tl_buffer_init(&packed, NULL, 0);
  bool ok;
  if (dc->gzip && result->size >= PACK_FROM && !is_part(result) &&
      dc_gzip(result->data, result->size, &packed) && packed.size + 16 < result->size)
    ok = put32(out, ID_GZIP) && put_bytes(out, packed.data, packed.size);
  else
    ok = tl_buffer_append(out, result->data, result->size) == TL_OK;
  tl_buffer_free(&packed);
  return ok;
}

static bool send_result(dc_call *call, const tl_buffer *result) {
  uint8_t head[12];
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  tl_store32(head, ID_RESULT);
  tl_store64(head + 4, (uint64_t)call->in->msg_id);
  bool ok = tl_buffer_append(&body, head, sizeof head) == TL_OK &&
            put_result(call->dc, &body, result) &&
            dc_session_send(call->dc, call->session, body.data, body.size, DC_CONTENT | DC_RESPONSE,
                            call->in->msg_id);
  tl_buffer_free(&body);
  return ok;
}

/* The value in the layer that the key's client named. */
static bool encode(const tgdc *dc, int32_t layer, const tl_value *value, tl_buffer *out,
                   tl_error *error) {
  tl_buffer newest;
  tl_buffer_init(&newest, NULL, 0);
  bool ok = tl_encode_value(value, &newest, error) == TL_OK;
  if (ok && layer != 0 && layer <= dc_compat_last_layer(dc->compat))
    ok = dc_compat_downgrade(dc->compat, layer, value->type, newest.data, newest.size, out);
  else if (ok)
    ok = tl_buffer_append(out, newest.data, newest.size) == TL_OK;
  tl_buffer_free(&newest);
  return ok;
}

static void answer_value(dc_call *call, const tl_value *value) {
  tl_buffer result;
  tl_error error = {0};
  tl_buffer_init(&result, NULL, 0);
  if (call->answered)
    return;
  if (!encode(call->dc, call->key->login.layer, value, &result, &error)) {
    dc_log(call->dc, "the answer to %s cannot be encoded: %s at %s", call->name, error.text,
           error.path);
    dc_error(call, 500, "RPC_CALL_FAIL");
  } else {
    call->answered = true;
    if (!send_result(call, &result))
      dc_conn_fail(call->in->conn);
  }
  tl_buffer_free(&result);
}

void dc_answer(dc_call *call, const void *slot) {
  tl_value value = {&tg_schema, slot, tg_schema.defs[call->def].type};
  answer_value(call, &value);
}

void dc_answer_true(dc_call *call) {
  bool yes = true;
  dc_answer(call, &yes);
}

void dc_answer_json(dc_call *call, const char *text, size_t size) {
  tl_value value;
  tl_error error = {0};
  uint16_t type = tg_schema.defs[call->def].type;
  if (tl_json_read(&tg_schema, type, text, size, call->arena, &value, &error) != TL_OK) {
    dc_log(call->dc, "the answer to %s is not one: %s at %s", call->name, error.text, error.path);
    dc_error(call, 500, "RPC_CALL_FAIL");
    return;
  }
  answer_value(call, &value);
}

static int32_t code_of(const dc_call *call, const char *text) {
  uint16_t error = tl_error_find(&tg_errors, text, strlen(text), NULL);
  uint16_t def = tl_find_name(&tg_schema, call->name, strlen(call->name));
  int32_t code = tl_error_code_of(&tg_errors, def, error);
  return code ? code : 400;
}

/* An error 406 is not for a person; what is follows it. */
static void tell_person(dc_call *call, const char *error) {
  static const tg_messageMediaEmpty no_media = {0};
  char words[128];
  snprintf(words, sizeof words, "The data centre does not accept this (%s).", error);
  tg_updateServiceNotification popup = {.popup = true,
                                        .type = tl_string_of(error),
                                        .message = tl_string_of(words),
                                        .media = tg_messageMediaEmpty_box(&no_media)};
  tg_updateShort update = {.update = tg_updateServiceNotification_box(&popup),
                           .date = (int32_t)call->now};
  tg_Updates updates = tg_updateShort_box(&update);
  dc_push(call->dc, call->session, &updates);
}

void dc_error(dc_call *call, int32_t code, const char *text) {
  tl_buffer result;
  if (call->answered)
    return;
  if (code == DC_CODE_OF_METHOD)
    code = code_of(call, text);
  call->answered = call->failed = true;
  dc_debug(call->dc, "%s: %d %s", call->name, (int)code, text);
  tl_buffer_init(&result, NULL, 0);
  if (!put32(&result, ID_ERROR) || !put32(&result, (uint32_t)code) ||
      !put_bytes(&result, text, strlen(text)) || !send_result(call, &result))
    dc_conn_fail(call->in->conn);
  tl_buffer_free(&result);
  if (code == 406 && strcmp(text, "AUTH_KEY_DUPLICATED") != 0)
    tell_person(call, text);
}

void dc_error_number(dc_call *call, int32_t code, const char *format, int number) {
  char text[96];
  const char *mark = strstr(format, "%d");
  if (mark == NULL)
    snprintf(text, sizeof text, "%s", format);
  else
    snprintf(text, sizeof text, "%.*s%d%s", (int)(mark - format), format, number, mark + 2);
  dc_error(call, code, text);
}

void dc_push(tgdc *dc, dc_session *session, const tg_Updates *updates) {
  tl_buffer body;
  tl_error error = {0};
  tl_value value = {&tg_schema, updates, tl_find_type(&tg_schema, "Updates", 7)};
  tl_buffer_init(&body, NULL, 0);
  if (!encode(dc, session->layer, &value, &body, &error))
    dc_log(dc, "an update cannot be encoded: %s at %s", error.text, error.path);
  else if (!dc_session_send(dc, session, body.data, body.size, DC_CONTENT, 0))
    dc_conn_fail(session->conn);
  tl_buffer_free(&body);
}
