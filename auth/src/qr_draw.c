/* A QR code in the characters of a terminal: two modules a character, a quiet zone around. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

#ifdef TGAUTH_QRENCODE
#include <qrencode.h>

enum { QUIET = 2 };

/* Light modules are drawn, so that it can be scanned from a dark terminal. */
static bool light(const QRcode *code, int x, int y) {
  if (x < 0 || y < 0 || x >= code->width || y >= code->width)
    return y < code->width + QUIET;
  return !(code->data[y * code->width + x] & 1);
}

static char *draw(const QRcode *code, mtp_error *error) {
  tl_buffer out;
  bool ok = true;
  tl_buffer_init(&out, NULL, 0);
  for (int y = -QUIET; ok && y < code->width + QUIET; y += 2) {
    for (int x = -QUIET; ok && x < code->width + QUIET; x++) {
      bool upper = light(code, x, y), lower = light(code, x, y + 1);
      const char *cell = upper && lower ? "\u2588" : upper ? "\u2580" : lower ? "\u2584" : " ";
      ok = tl_buffer_append(&out, cell, strlen(cell)) == TL_OK;
    }
    ok = ok && tl_buffer_append(&out, "\n", 1) == TL_OK;
  }
  tl_string text = {(const char *)out.data, out.size};
  char *copy = ok ? tgauth_strdup(text) : NULL;
  tl_buffer_free(&out);
  if (!copy)
    tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  return copy;
}

mtp_status tgauth_qr_draw(const char *text, char **out, mtp_error *error) {
  *out = NULL;
  QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
  if (!code)
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "that text fits in no QR code");
  *out = draw(code, error);
  QRcode_free(code);
  return *out ? MTP_OK : MTP_ERR_NOMEM;
}

#else

mtp_status tgauth_qr_draw(const char *text, char **out, mtp_error *error) {
  (void)text;
  *out = NULL;
  return tgauth_fail(error, MTP_ERR_ARGUMENT, "built without libqrencode");
}

#endif
