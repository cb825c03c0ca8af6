/* As much of HTTP/1.1 (RFC 9112) as transports need: the head of a response, how long its body is,
 * and chunked bodies. */
#ifndef MTP_TRANSPORT_HTTP_HEAD_H
#define MTP_TRANSPORT_HTTP_HEAD_H

#include <tl/buffer.h>

#define MTP_HTTP_HEAD_MAX ((size_t)16384)

typedef struct mtp_http_head {
  unsigned status; /* 100..999 */
  bool http10;
  tl_string fields; /* the header lines, each ended by CR LF */
  /* what the fields say */
  bool close;      /* the connection ends with this message */
  bool chunked;    /* the body is */
  bool has_length; /* Content-Length is there */
  uint64_t length;
} mtp_http_head;

/* The size of a head with its empty line, 0 when in[0..n) does not hold all of it. Looks no further
 * than MTP_HTTP_HEAD_MAX bytes. */
size_t mtp_http_head_size(const uint8_t *in, size_t n);

/* Collects a head byte by byte: appends to *head what belongs to it and adds that to *used. Returns
 * 1 when it is complete, 0 when more is needed, -1 when it is beyond MTP_HTTP_HEAD_MAX, -2 when out
 * of memory. */
int mtp_http_gather_head(tl_buffer *head, const uint8_t *data, size_t n, size_t *used);

/* Parses a complete head; *head borrows from it. False when it is not HTTP/1.x, a field is broken,
 * or it gives the length of the body twice. */
bool mtp_http_parse_response(const uint8_t *in, size_t n, mtp_http_head *head);

/* Its parts, which the head of a request has too: takes a line off the text, without its CR LF;
 * reads "HTTP/1.x"; fills fields and what they say from all up to the empty line. */
bool mtp_http_next_line(tl_string *text, tl_string *line);
bool mtp_http_parse_version(tl_string text, bool *http10);
bool mtp_http_parse_fields(mtp_http_head *head, tl_string text);

/* The value of the first field of this (lower-case) name, without blanks around it. data is NULL
 * when there is none. */
tl_string mtp_http_field(const mtp_http_head *head, const char *name);

/* Whether any item of the lists in fields of this name begins with that (lower-case) word, as those
 * that ask for authentication begin with a scheme; commas in quotes divide nothing. */
bool mtp_http_field_begins(const mtp_http_head *head, const char *name, const char *word);

/* Whether a comma-separated list, in any field of this name, holds a (lower-case) word. */
bool mtp_http_field_has(const mtp_http_head *head, const char *name, const char *word);

typedef enum mtp_chunk_state {
  MTP_CHUNK_SIZE = 0,
  MTP_CHUNK_EXTENSION,
  MTP_CHUNK_DATA,
  MTP_CHUNK_DATA_END,
  MTP_CHUNK_TRAILER,
  MTP_CHUNK_DONE,
  MTP_CHUNK_BAD,     /* not a chunked body */
  MTP_CHUNK_TOO_BIG, /* beyond the limit, or out of memory */
} mtp_chunk_state;

/* A chunked body on its way; zero-initialise it. */
typedef struct mtp_chunked {
  mtp_chunk_state state;
  uint64_t left;     /* of the chunk */
  unsigned digits;   /* of the size, so far */
  size_t trailer;    /* bytes of extensions and trailers, which are not kept */
  bool line_started; /* trailer: the line has something in it */
} mtp_chunked;

/* Takes bytes of the body from in[0..n), appends its data to out (never more than limit bytes in
 * all), and returns how many it took: fewer than n only in one of the last three states. */
size_t mtp_chunked_read(mtp_chunked *chunked, const uint8_t *in, size_t n, tl_buffer *out,
                        size_t limit);

#endif
