/* Bytes as a chunked body of HTTP/1.1, or as the head of an answer, as the first byte says. What is
 * read does not depend on how it is cut, and is never more than the limit. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <transport/http/http_head.h>

#include "http_request.h"
#include "input.h"

enum { LIMIT = 4096 };

typedef struct body {
  mtp_chunked chunked;
  tl_buffer out;
  size_t used;
} body;

static body read_body(tl_bytes in, size_t step) {
  body b = {.used = 0};
  tl_buffer_init(&b.out, NULL, 0);
  while (b.used < in.size) {
    size_t n = in.size - b.used < step ? in.size - b.used : step;
    size_t taken = mtp_chunked_read(&b.chunked, in.data + b.used, n, &b.out, LIMIT);
    b.used += taken;
    FUZZ_CHECK(taken <= n && b.out.size <= LIMIT);
    FUZZ_CHECK((taken < n) <= (b.chunked.state >= MTP_CHUNK_DONE));
    if (b.chunked.state >= MTP_CHUNK_DONE)
      break;
  }
  return b;
}

static void take_body(tl_bytes in, size_t step) {
  body whole = read_body(in, in.size), cut = read_body(in, step);
  FUZZ_CHECK(whole.chunked.state == cut.chunked.state && whole.used == cut.used);
  FUZZ_CHECK(whole.out.size == cut.out.size);
  FUZZ_CHECK(!cut.out.size || memcmp(whole.out.data, cut.out.data, cut.out.size) == 0);
  tl_buffer_free(&whole.out);
  tl_buffer_free(&cut.out);
}

static void take_head(tl_bytes in, size_t step) {
  tl_buffer gathered;
  size_t used = 0, size = mtp_http_head_size(in.data, in.size);
  int done = 0;
  tl_buffer_init(&gathered, NULL, 0);
  for (size_t at = 0; at < in.size && done == 0; at = used) {
    size_t n = in.size - at < step ? in.size - at : step;
    done = mtp_http_gather_head(&gathered, in.data + at, n, &used);
  }
  FUZZ_CHECK((done == 1) == (size != 0) && (done != 1 || gathered.size == size));
  mtp_http_head head;
  if (size && mtp_http_parse_response(in.data, size, &head)) {
    FUZZ_CHECK(head.status >= 100 && head.status <= 999);
    FUZZ_CHECK(!head.fields.size || head.fields.data[head.fields.size - 1] == '\n');
    tl_string location = mtp_http_field(&head, "location");
    FUZZ_CHECK(!location.data || location.size < size);
  }
  http_request request;
  if (size)
    (void)http_request_parse(in.data, size, &request);
  tl_buffer_free(&gathered);
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {data, size};
  uint8_t kind = input_u8(&in), step = input_u8(&in);
  tl_bytes rest = input_bytes(&in, in.left);
  if (kind % 2)
    take_head(rest, step ? step : 1);
  else
    take_body(rest, step ? step : 1);
  return 0;
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  static const char *const bodies[] = {
      "5\r\nhello\r\n0\r\n\r\n",
      "a;name=value\r\n0123456789\r\n1 \r\nx\r\n000\r\nTrailer: x\r\n\r\nnot of it",
      "FFFFFFFF\r\n",
      "800\r\n",
  };
  static const char *const heads[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: keep-alive, close\r\n\r\n",
      "HTTP/1.0 404 Not Found\r\nTransfer-Encoding: chunked\r\nLocation:  /x \r\n\r\n",
      "POST /api HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\n\n",
  };
  fuzz_output o = {out, 0, room};
  output_u8(&o, seed & 1);
  output_u8(&o, (unsigned)(seed >> 8 & 63));
  const char *text = seed & 1 ? heads[seed >> 1 & 3] : bodies[seed >> 1 & 3];
  output_bytes(&o, text, strlen(text));
  return o.size;
}
