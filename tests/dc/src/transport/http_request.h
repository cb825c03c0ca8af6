/* The head of a request over HTTP. */
#ifndef TGDC_HTTP_REQUEST_H
#define TGDC_HTTP_REQUEST_H

#include "transport/http/http_head.h"

typedef struct http_request {
  tl_string method, target;
  mtp_http_head head;
} http_request;

/* Parses a complete head; *request borrows from it. False when it is not HTTP/1.x, a field is
 * broken, or it gives the length of the body twice. */
bool http_request_parse(const uint8_t *in, size_t n, http_request *request);

#endif
