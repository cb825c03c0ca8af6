/* Text forms that transports need: base64, hex, percent-encoding, addresses. */
#ifndef MTP_TRANSPORT_TEXT_H
#define MTP_TRANSPORT_TEXT_H

#include <tl/buffer.h>

/* Decodes into out[0..capacity); *size gets the length. False when the text is not of that form or
 * does not fit. Base64 takes both alphabets, padded or not; no white space. */
bool mtp_hex_decode(const char *text, size_t n, uint8_t *out, size_t capacity, size_t *size);
bool mtp_base64_decode(const char *text, size_t n, uint8_t *out, size_t capacity, size_t *size);

/* Appends the base64 form (standard alphabet, padded). TL_ERR_NOMEM. */
TL_MUST_USE tl_status mtp_base64_append(tl_buffer *out, const void *data, size_t n);

/* Decodes %XX. The result is NUL-terminated and holds no NUL of its own. False when it does not fit
 * or a %XX is broken or 00; *at gets the offset of the trouble. */
bool mtp_percent_decode(const char *text, size_t n, char *out, size_t capacity, size_t *at);

/* An IPv4 (4 bytes) or IPv6 (16 bytes) literal. Returns its size, 0 when it is neither. */
size_t mtp_parse_address(const char *host, uint8_t out[16]);

/* Appends host:port, an IPv6 literal in brackets; without the port when it is `except`. */
TL_MUST_USE tl_status mtp_append_authority(tl_buffer *out, const char *host, uint16_t port,
                                           uint16_t except);

/* Whether a host can be put on the wire as it is: 1..255 bytes, no white space, control characters
 * or URL punctuation. */
bool mtp_host_ok(const char *host, size_t n);

/* Parses a decimal port, 1..65535; 0 when it is none. */
uint16_t mtp_port_parse(const char *text, size_t n);

TL_MUST_USE tl_status mtp_append_text(tl_buffer *out, const char *text);

/* Case-insensitive comparison of ASCII text with a NUL-terminated lower-case word. */
bool mtp_text_is(const char *text, size_t n, const char *word);

#endif
