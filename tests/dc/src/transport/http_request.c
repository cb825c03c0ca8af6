/* "METHOD target HTTP/1.x", and the fields as in a response. */
#include "http_request.h"

#include <string.h>

static bool parse_line(tl_string line, http_request *request) {
  const char *first = memchr(line.data, ' ', line.size);
  if (!first || line.size < 10 || line.data[line.size - 9] != ' ' ||
      !mtp_http_parse_version((tl_string){line.data + line.size - 8, 8}, &request->head.http10))
    return false;
  const char *last = line.data + line.size - 9;
  if (last <= first + 1)
    return false;
  request->method = (tl_string){line.data, (size_t)(first - line.data)};
  request->target = (tl_string){first + 1, (size_t)(last - first - 1)};
  return request->method.size && !memchr(request->target.data, ' ', request->target.size);
}

bool http_request_parse(const uint8_t *in, size_t n, http_request *request) {
  tl_string text = {(const char *)in, n}, line;
  memset(request, 0, sizeof *request);
  return mtp_http_next_line(&text, &line) && parse_line(line, request) && text.size >= 2 &&
         mtp_http_parse_fields(&request->head, text);
}
