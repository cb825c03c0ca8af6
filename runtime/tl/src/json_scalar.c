/* JSON numbers, strings and Booleans into slots. */
#include <float.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "json_read.h"
#include "reader.h"
#include "text.h"

bool tl_json_fail(tl_json_reader *r, tl_status status, const char *format, ...) {
  char text[sizeof r->trace.error.text];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  tl_trace_fail(&r->trace, status, 0, 0, "%s", text);
  return false;
}

bool tl_json_fail_type(tl_json_reader *r, const char *expected, const json_t *found) {
  static const char *const names[] = {"an object",     "an array", "a string", "an integer",
                                      "a real number", "true",     "false",    "null"};
  return tl_json_fail(r, TL_ERR_TYPE, "%s where %s is expected", names[json_typeof(found)],
                      expected);
}

bool tl_json_fail_memory(tl_json_reader *r) {
  return tl_json_fail(r, TL_ERR_NOMEM, "out of memory");
}

static bool read_int(tl_json_reader *r, uint8_t op, const json_t *json, uint8_t *slot) {
  if (!json_is_integer(json))
    return tl_json_fail_type(r, "an integer", json);
  json_int_t number = json_integer_value(json);
  bool fits = op == TL_OP_INT ? number >= INT32_MIN && number <= INT32_MAX
                              : number >= 0 && number <= UINT32_MAX;
  if (!fits)
    return tl_json_fail(r, TL_ERR_RANGE, "%lld does not fit into 32 bits", (long long)number);
  uint32_t word = (uint32_t)number;
  memcpy(slot, &word, sizeof word);
  return true;
}

/* An optional minus and digits, nothing else. */
static tl_status parse_long(const char *text, size_t size, int64_t *out) {
  bool minus = size > 0 && text[0] == '-';
  uint64_t value = 0, most = (uint64_t)INT64_MAX + minus;
  if (size == (size_t)minus)
    return TL_ERR_TYPE;
  for (size_t i = minus; i < size; i++) {
    unsigned digit = (unsigned)(text[i] - '0');
    if (digit > 9)
      return TL_ERR_TYPE;
    if (value > (most - digit) / 10)
      return TL_ERR_RANGE;
    value = value * 10 + digit;
  }
  *out = minus ? (int64_t)(0 - value) : (int64_t)value;
  return TL_OK;
}

static bool read_long(tl_json_reader *r, const json_t *json, uint8_t *slot) {
  int64_t number = 0;
  tl_status status = TL_OK;
  if (json_is_integer(json))
    number = json_integer_value(json);
  else if (json_is_string(json))
    status = parse_long(json_string_value(json), json_string_length(json), &number);
  else
    return tl_json_fail_type(r, "a decimal string", json);
  if (status != TL_OK)
    return tl_json_fail(r, status, "\"%.40s\" is no decimal number of 64 bits",
                        json_string_value(json));
  memcpy(slot, &number, sizeof number);
  return true;
}

/* "NaN:7ff8000000000001": the bits of a NaN. */
static bool parse_nan(const char *text, size_t size, uint64_t *bits) {
  uint8_t bytes[8];
  if (size != 4 + 16 || memcmp(text, "NaN:", 4) != 0 || !tl_hex_read(text + 4, 8, bytes))
    return false;
  *bits = 0;
  for (int i = 0; i < 8; i++)
    *bits = *bits << 8 | bytes[i];
  return (*bits & UINT64_C(0x7ff0000000000000)) == UINT64_C(0x7ff0000000000000) && *bits << 12 != 0;
}

static bool read_double(tl_json_reader *r, const json_t *json, uint8_t *slot) {
  static const struct {
    const char *name;
    uint64_t bits;
  } special[] = {{"NaN", UINT64_C(0x7ff8000000000000)},
                 {"Infinity", UINT64_C(0x7ff0000000000000)},
                 {"-Infinity", UINT64_C(0xfff0000000000000)}};
  if (json_is_number(json)) {
    double value = json_number_value(json);
    memcpy(slot, &value, sizeof value);
    return true;
  }
  if (!json_is_string(json))
    return tl_json_fail_type(r, "a number", json);
  uint64_t bits = 0;
  bool known = parse_nan(json_string_value(json), json_string_length(json), &bits);
  for (size_t i = 0; i < sizeof special / sizeof *special && !known; i++) {
    known = strcmp(json_string_value(json), special[i].name) == 0;
    bits = special[i].bits;
  }
  if (!known)
    return tl_json_fail(r, TL_ERR_TYPE, "\"%.40s\" where a number is expected",
                        json_string_value(json));
  memcpy(slot, &bits, sizeof bits);
  return true;
}

/* What JSON has no number for: bits of a float. */
static bool parse_special_float(const char *text, size_t size, uint32_t *bits) {
  uint8_t bytes[4];
  if (strcmp(text, "NaN") == 0)
    *bits = 0x7fc00000u;
  else if (strcmp(text, "Infinity") == 0 || strcmp(text, "-Infinity") == 0)
    *bits = *text == '-' ? 0xff800000u : 0x7f800000u;
  else if (size == 4 + 8 && memcmp(text, "NaN:", 4) == 0 && tl_hex_read(text + 4, 4, bytes))
    *bits =
        (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
  else
    return false;
  return (*bits & 0x7f800000u) == 0x7f800000u;
}

static bool read_float(tl_json_reader *r, const json_t *json, uint8_t *slot) {
  uint32_t bits;
  if (json_is_number(json)) {
    double value = json_number_value(json);
    if (value > (double)FLT_MAX || value < -(double)FLT_MAX)
      return tl_json_fail(r, TL_ERR_RANGE, "%g does not fit into a float", value);
    float narrow = (float)value;
    memcpy(slot, &narrow, sizeof narrow);
    return true;
  }
  if (!json_is_string(json))
    return tl_json_fail_type(r, "a number", json);
  if (!parse_special_float(json_string_value(json), json_string_length(json), &bits))
    return tl_json_fail(r, TL_ERR_TYPE, "\"%.40s\" where a number is expected",
                        json_string_value(json));
  memcpy(slot, &bits, sizeof bits);
  return true;
}

static bool read_hex(tl_json_reader *r, uint8_t op, const json_t *json, uint8_t *slot) {
  size_t size = tl_number_size[op];
  if (!json_is_string(json))
    return tl_json_fail_type(r, "a hexadecimal string", json);
  if (json_string_length(json) != size * 2 || !tl_hex_read(json_string_value(json), size, slot))
    return tl_json_fail(r, TL_ERR_TYPE, "\"%.70s\" where %zu hexadecimal digits are expected",
                        json_string_value(json), size * 2);
  return true;
}

static bool store_bytes(tl_json_reader *r, const char *data, size_t size, uint8_t *slot) {
  if (!data)
    return tl_json_fail_memory(r);
  tl_write_bytes(slot, data, size);
  return true;
}

static bool read_base64(tl_json_reader *r, const json_t *json, uint8_t *slot) {
  if (!json_is_string(json))
    return tl_json_fail_type(r, "a base64 string", json);
  const char *text = json_string_value(json);
  size_t length = json_string_length(json), size = tl_base64_size(text, length);
  if (size == SIZE_MAX)
    return tl_json_fail(r, TL_ERR_TYPE, "a string that is not base64");
  if (size > TL_STRING_MOST)
    return tl_json_fail(r, TL_ERR_STRING, "2^24 bytes or more");
  char *data = tl_arena_alloc(r->arena, size + 1);
  if (data) {
    tl_base64_read(text, length, (uint8_t *)data);
    data[size] = 0;
  }
  return store_bytes(r, data, size, slot);
}

static bool read_string(tl_json_reader *r, const json_t *json, uint8_t *slot) {
  if (json_is_object(json)) { /* the form for what is not UTF-8 */
    const json_t *kind = json_object_get(json, "_"), *text = json_object_get(json, "base64");
    if (!json_is_string(kind) || strcmp(json_string_value(kind), "bytes") != 0 || !text ||
        json_object_size(json) != 2)
      return tl_json_fail_type(r, "a string", json);
    return read_base64(r, text, slot);
  }
  if (!json_is_string(json))
    return tl_json_fail_type(r, "a string", json);
  size_t size = json_string_length(json);
  if (size > TL_STRING_MOST)
    return tl_json_fail(r, TL_ERR_STRING, "a string of 2^24 bytes or more");
  return store_bytes(r, tl_arena_copy(r->arena, json_string_value(json), size), size, slot);
}

bool tl_json_read_scalar(tl_json_reader *r, uint8_t op, const json_t *json, uint8_t *slot) {
  switch (op) {
  case TL_OP_INT:
  case TL_OP_NAT:
    return read_int(r, op, json, slot);
  case TL_OP_LONG:
    return read_long(r, json, slot);
  case TL_OP_DOUBLE:
    return read_double(r, json, slot);
  case TL_OP_FLOAT:
    return read_float(r, json, slot);
  case TL_OP_INT128:
  case TL_OP_INT256:
    return read_hex(r, op, json, slot);
  case TL_OP_STRING:
    return read_string(r, json, slot);
  case TL_OP_BYTES:
    return read_base64(r, json, slot);
  default:
    if (!json_is_boolean(json))
      return tl_json_fail_type(r, "true or false", json);
    *slot = json_is_true(json);
    return true;
  }
}
