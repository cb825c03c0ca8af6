/* Bytes as a proxy URL, or as the text or the bytes of a secret, as the first byte says. What
 * parses can be described, and its description parses again; what does not leaves nothing and says
 * where.
 */
#include "fuzz.h"

#include <mtp/proxy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_secret(const mtp_secret *secret) {
  FUZZ_CHECK((secret->kind == MTP_SECRET_TLS) == (secret->domain[0] != 0));
  FUZZ_CHECK(memchr(secret->domain, 0, sizeof secret->domain) != NULL);
}

static void check_described(const mtp_proxy *proxy) {
  char text[300];
  mtp_proxy back;
  FUZZ_CHECK(mtp_proxy_describe(proxy, text, sizeof text) == MTP_OK);
  mtp_error error;
  mtp_status status = mtp_proxy_parse(text, strlen(text), &back, &error);
  if (proxy->kind == MTP_PROXY_MTPROTO) { /* without its secret it is none */
    FUZZ_CHECK(status == MTP_ERR_ARGUMENT && error.tl.status == TL_ERR_NAME);
    return;
  }
  FUZZ_CHECK(status == MTP_OK && back.kind == proxy->kind && back.port == proxy->port &&
             back.resolve_remotely == proxy->resolve_remotely &&
             strcmp(back.host, proxy->host) == 0 && !back.user[0] && !back.password[0]);
}

static void take_url(const char *text, size_t size) {
  static const mtp_proxy nothing;
  mtp_proxy proxy;
  mtp_error error;
  mtp_status status = mtp_proxy_parse(text, size, &proxy, &error);
  if (status == MTP_OK) {
    FUZZ_CHECK(proxy.host[0] && proxy.port && proxy.kind != MTP_PROXY_NONE);
    check_secret(&proxy.secret);
    check_described(&proxy);
  } else {
    FUZZ_CHECK(error.text[0] && error.tl.offset <= size);
    FUZZ_CHECK(memcmp(&proxy, &nothing, sizeof proxy) == 0);
  }
  mtp_proxy_wipe(&proxy);
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mtp_secret secret;
  mtp_error error;
  if (size < 1)
    return 0;
  const char *text = (const char *)data + 1;
  if (data[0] % 3 == 0) {
    take_url(text, size - 1);
    return 0;
  }
  mtp_status status = data[0] % 3 == 1 ? mtp_secret_parse(text, size - 1, &secret, &error)
                                       : mtp_secret_from_bytes(data + 1, size - 1, &secret, &error);
  FUZZ_CHECK(status == MTP_OK || error.text[0]);
  check_secret(&secret);
  return 0;
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  static const struct {
    uint8_t what;
    const char *text;
  } examples[] = {
      {0, "socks5://user%41:p%3aw@[2001:db8::1]:1080/"},
      {0, "socks5h://host.example"},
      {0, "socks4a://user@10.0.0.1:99"},
      {0, "https://user:p@ss@proxy.example:443"},
      {0, "tg://proxy?server=h%2e&port=443&secret=ee000102030405060708090a0b0c0d0e0f612e62#f"},
      {0, "tg:proxy?secret=7gABAgMEBQYHCAkKCwwNDg9hLmI%3D&port=1&server=%5B%3A%3A1%5D&x"},
      {0, "https://t.me/socks?server=h&port=1&user=u&pass=p%41"},
      {0, "t.me/proxy/?server=::2&port=65535&secret=00000000000000000000000000000000"},
      {1, "dd000102030405060708090A0B0C0D0E0F"},
      {1, "7gABAgMEBQYHCAkKCwwNDg9hLmI"},
      {1, "___-_________________w=="},
      {2, "\xee"
          "0123456789abcdefexample.org"},
      {2, "\xdd"
          "0123456789abcdef"},
  };
  size_t which = (size_t)(seed % (sizeof examples / sizeof *examples)),
         n = strlen(examples[which].text);
  out[0] = examples[which].what;
  n = n < room ? n : room - 1;
  memcpy(out + 1, examples[which].text, n);
  return 1 + n;
}
