/* Heads of HTTP/1.1 messages. */
#include "http_head.h"

#include <string.h>

#include "transport/text.h"

static bool ends_head(const uint8_t *in, size_t n) {
  return n >= 4 && memcmp(in + n - 4, "\r\n\r\n", 4) == 0;
}

size_t mtp_http_head_size(const uint8_t *in, size_t n) {
  size_t limit = n < MTP_HTTP_HEAD_MAX ? n : MTP_HTTP_HEAD_MAX;
  for (size_t i = 4; i <= limit; i++)
    if (in[i - 1] == '\n' && ends_head(in, i))
      return i;
  return 0;
}

int mtp_http_gather_head(tl_buffer *head, const uint8_t *data, size_t n, size_t *used) {
  for (size_t i = 0; i < n; i++) {
    if (head->size >= MTP_HTTP_HEAD_MAX)
      return -1;
    if (tl_buffer_append(head, data + i, 1) != TL_OK)
      return -2;
    ++*used;
    if (data[i] == '\n' && ends_head(head->data, head->size))
      return 1;
  }
  return 0;
}

bool mtp_http_next_line(tl_string *text, tl_string *line) {
  const char *end = text->size ? memchr(text->data, '\n', text->size) : NULL;
  if (!end || end == text->data || end[-1] != '\r')
    return false;
  size_t size = (size_t)(end - text->data);
  *line = (tl_string){text->data, size - 1};
  text->data += size + 1;
  text->size -= size + 1;
  return true;
}

static tl_string trim(tl_string text) {
  while (text.size && (text.data[0] == ' ' || text.data[0] == '\t')) {
    text.data++;
    text.size--;
  }
  while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
    text.size--;
  return text;
}

/* Splits "name: value"; false when the line is no field. */
static bool split_field(tl_string line, tl_string *name, tl_string *value) {
  const char *colon = line.size ? memchr(line.data, ':', line.size) : NULL;
  if (!colon || colon == line.data)
    return false;
  *name = (tl_string){line.data, (size_t)(colon - line.data)};
  *value = trim((tl_string){colon + 1, line.size - name->size - 1});
  return !memchr(name->data, ' ', name->size) && !memchr(name->data, '\t', name->size);
}

tl_string mtp_http_field(const mtp_http_head *head, const char *name) {
  tl_string fields = head->fields, line, found, value;
  while (mtp_http_next_line(&fields, &line))
    if (split_field(line, &found, &value) && mtp_text_is(found.data, found.size, name))
      return value;
  return (tl_string){NULL, 0};
}

/* Takes the next item off a comma-separated list. */
static bool next_item(tl_string *list, tl_string *item) {
  bool quoted = false;
  size_t n = 0;
  if (!list->size)
    return false;
  for (; n < list->size && (quoted || list->data[n] != ','); n++)
    quoted = quoted != (list->data[n] == '"');
  *item = trim((tl_string){list->data, n});
  n += n < list->size;
  list->data += n;
  list->size -= n;
  return true;
}

static bool list_has(tl_string list, const char *word) {
  tl_string item;
  while (next_item(&list, &item))
    if (mtp_text_is(item.data, item.size, word))
      return true;
  return false;
}

bool mtp_http_field_has(const mtp_http_head *head, const char *name, const char *word) {
  tl_string fields = head->fields, line, found, value;
  while (mtp_http_next_line(&fields, &line))
    if (split_field(line, &found, &value) && mtp_text_is(found.data, found.size, name) &&
        list_has(value, word))
      return true;
  return false;
}

bool mtp_http_field_begins(const mtp_http_head *head, const char *name, const char *word) {
  tl_string fields = head->fields, line, found, value, item;
  size_t size = strlen(word);
  while (mtp_http_next_line(&fields, &line)) {
    if (!split_field(line, &found, &value) || !mtp_text_is(found.data, found.size, name))
      continue;
    while (next_item(&value, &item))
      if (item.size >= size && mtp_text_is(item.data, size, word))
        return true;
  }
  return false;
}

static bool parse_length(mtp_http_head *head, tl_string value) {
  uint64_t length = 0;
  if (value.size == 0 || value.size > 18 || head->has_length)
    return false;
  for (size_t i = 0; i < value.size; i++) {
    if (value.data[i] < '0' || value.data[i] > '9')
      return false;
    length = length * 10 + (uint64_t)(value.data[i] - '0');
  }
  head->has_length = true;
  head->length = length;
  return true;
}

bool mtp_http_parse_fields(mtp_http_head *head, tl_string text) {
  tl_string line, name, value;
  head->fields = (tl_string){text.data, text.size - 2};
  while (mtp_http_next_line(&text, &line) && line.size) {
    if (!split_field(line, &name, &value))
      return false;
    if (mtp_text_is(name.data, name.size, "content-length") && !parse_length(head, value))
      return false;
  }
  head->chunked = mtp_http_field_has(head, "transfer-encoding", "chunked");
  head->close = mtp_http_field_has(head, "connection", "close") ||
                (head->http10 && !mtp_http_field_has(head, "connection", "keep-alive"));
  if (!head->chunked && mtp_http_field(head, "transfer-encoding").data)
    return false;
  return text.size == 0 && !(head->chunked && head->has_length);
}

bool mtp_http_parse_version(tl_string text, bool *http10) {
  if (text.size != 8 || memcmp(text.data, "HTTP/1.", 7) != 0)
    return false;
  *http10 = text.data[7] == '0';
  return text.data[7] == '0' || text.data[7] == '1';
}

bool mtp_http_parse_response(const uint8_t *in, size_t n, mtp_http_head *head) {
  tl_string text = {(const char *)in, n}, line;
  memset(head, 0, sizeof *head);
  if (!mtp_http_next_line(&text, &line) || line.size < 12 ||
      !mtp_http_parse_version((tl_string){line.data, 8}, &head->http10) || line.data[8] != ' ' ||
      (line.size > 12 && line.data[12] != ' '))
    return false;
  for (int i = 9; i < 12; i++) {
    if (line.data[i] < '0' || line.data[i] > '9')
      return false;
    head->status = head->status * 10 + (unsigned)(line.data[i] - '0');
  }
  return head->status >= 100 && text.size >= 2 && mtp_http_parse_fields(head, text);
}
