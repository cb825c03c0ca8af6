/* The signed configuration (help.configSimple) as Telegram publishes it, signed by pem_private. */
#ifndef TESTS_MTP_CONFIG_TEXT_H
#define TESTS_MTP_CONFIG_TEXT_H

#include <tl/buffer.h>

typedef struct config_text {
  const char *rules;
  int32_t date, expires;
  bool spoil_hash;
  uint32_t length;    /* 0: the true one */
  int32_t dc;         /* 0: 2 */
  int32_t ipv4, port; /* 0: 10.1.2.3:443, and 192.168.0.1:8443 with a secret */
} config_text;

/* Base64 of 256 bytes; free the buffer. */
void config_text_make(const config_text *r, tl_buffer *text);

#endif
