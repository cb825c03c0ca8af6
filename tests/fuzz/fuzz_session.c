/* Bytes as a session of any format, guessed or named. The first byte names the format; formats that
 * are read by path get the rest in a file. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/convert.h>
#include <tgauth/store.h>
#include <unistd.h>

#include "import.h"

enum { GUESS = 0x80 };

static const tgauth_format *format_of(uint8_t number) {
  size_t n = 0;
  while (tgauth_format_at(n))
    n++;
  return tgauth_format_at((number & 0x7f) % n);
}

/* One file for the whole run. */
static const char *file_with(const uint8_t *data, size_t size) {
  static char path[64];
  if (!*path)
    snprintf(path, sizeof path, "fuzz-session-%ld", (long)getpid());
  FILE *file = fopen(path, "wb");
  FUZZ_CHECK(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
  return path;
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1)
    return 0;
  const tgauth_format *format = format_of(data[0]), *named = data[0] & GUESS ? NULL : format;
  if (format->form == TGAUTH_FORM_TEXT) {
    char *text = malloc(size);
    FUZZ_CHECK(text);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    fuzz_import(named, text);
    free(text);
  } else {
    const char *path = file_with(data + 1, size - 1);
    fuzz_import(named, path);
    unlink(path);
  }
  return 0;
}

static void make(mtp_session *session, uint64_t seed) {
  uint8_t key[MTP_KEY_SIZE];
  mtp_session_init(session, NULL);
  for (size_t i = 0; i < sizeof key; i++)
    key[i] = (uint8_t)(seed * 31 + i * i);
  session->home_dc = (int32_t)(1 + seed % 5);
  session->user_id = (int64_t)(777 + seed);
  session->signed_in = true;
  session->updates = (mtp_update_state){1, 2, 3, 4};
  FUZZ_CHECK(mtp_session_set_key(session, session->home_dc, false, key, 0) == MTP_OK);
}

/* Copies what a file holds. */
static size_t read_back(const char *path, uint8_t *out, size_t room) {
  FILE *file = fopen(path, "rb");
  if (!file)
    return 0;
  size_t n = fread(out, 1, room, file);
  fclose(file);
  unlink(path);
  return n;
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  mtp_session session;
  char *text = NULL;
  size_t n = 0;
  *out = (uint8_t)(seed % 0x80 | (seed & 1 ? GUESS : 0));
  const tgauth_format *format = format_of(*out);
  make(&session, seed);
  if (format->form == TGAUTH_FORM_TEXT &&
      tgauth_session_export(&session, format, NULL, NULL, &text, NULL) == MTP_OK) {
    n = strlen(text) < room ? strlen(text) : room - 1;
    memcpy(out + 1, text, n);
  } else if (format->form == TGAUTH_FORM_FILE) {
    const char *path = file_with((const uint8_t *)"", 0);
    tgauth_export_options options = {.overwrite = true};
    if (tgauth_session_export(&session, format, path, &options, NULL, NULL) == MTP_OK)
      n = read_back(path, out + 1, room - 1);
  }
  tgauth_string_free(text);
  mtp_session_free(&session);
  return 1 + n;
}
