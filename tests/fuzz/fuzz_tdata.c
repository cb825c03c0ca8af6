/* Bytes as Telegram Desktop's folder tdata: as files, or as what is inside files that are framed
 * and encrypted as they should be. The pieces: the list of accounts (or all of key_datas), the
 * account's file, and its configuration. */
#include "fuzz.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import.h"
#include "input.h"
#include "tdata_sample.h"

enum { PIECES = 3, MOST = 3000 };

/* Of the account "data": MD5 of that. */
static const char *const names[PIECES] = {"key_datas", "D877F783D5D3EF8Cs",
                                          "D877F783D5D3EF8C/configs"};

static const char *the_folder(void) {
  static char path[64];
  if (*path)
    return path;
  snprintf(path, sizeof path, "fuzz-tdata-%ld", (long)getpid());
  return path;
}

static const char *path_of(size_t piece) {
  static char path[128];
  snprintf(path, sizeof path, "%s/%s", the_folder(), names[piece]);
  return path;
}

static void make_folder(void) {
  char inner[128];
  snprintf(inner, sizeof inner, "%s/D877F783D5D3EF8C", the_folder());
  FUZZ_CHECK(mkdir(the_folder(), 0700) == 0 && mkdir(inner, 0700) == 0);
}

static void remove_folder(void) {
  char inner[128];
  for (size_t i = 0; i < PIECES; i++)
    unlink(path_of(i));
  snprintf(inner, sizeof inner, "%s/D877F783D5D3EF8C", the_folder());
  rmdir(inner);
  rmdir(the_folder());
}

static void write_piece(size_t piece, bool sealed, tl_bytes from) {
  bytes plain = {.size = 0}, file = {.size = 0};
  put_raw(&plain, from.data, from.size < MOST ? from.size : MOST);
  if (!sealed) {
    write_file(path_of(piece), from.data, from.size);
  } else if (piece == 0) {
    tdata_put_key_data_of(path_of(piece), "", &plain);
  } else {
    tdata_seal(&file, &plain, tdata_local_key());
    tdata_frame(path_of(piece), &file);
  }
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {data, size};
  uint8_t raw = input_u8(&in);
  make_folder();
  for (size_t i = 0; i < PIECES; i++) {
    tl_bytes piece = input_piece(&in);
    if (i == 0 || piece.size)
      write_piece(i, !(raw >> i & 1), piece);
  }
  fuzz_import(raw & 8 ? NULL : tgauth_format_find("tdata"), the_folder());
  remove_folder();
  return 0;
}

/* ---- examples ---- */

static void account(bytes *out, uint64_t seed) {
  bytes inner = {.size = 0};
  if (seed & 16)
    put_be(&inner, UINT64_MAX, 8);
  put_be(&inner, 777, seed & 16 ? 8 : 4);
  put_be(&inner, 4, 4);
  put_be(&inner, 1, 4);
  put_be(&inner, 4, 4);
  put_key(&inner, 3);
  put_be(out, 0x4b, 4);
  put_be(out, inner.size, 4);
  put_raw(out, inner.data, inner.size);
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  bytes list = {.size = 0}, user = {.size = 0}, config = {.size = 0};
  fuzz_output o = {out, 0, room};
  put_be(&list, 1, 4);
  put_be(&list, 0, 4);
  if (seed & 32)
    put_be(&list, 0, 4);
  account(&user, seed);
  put_be(&config, 8, 4);
  put_be(&config, 1, 4);
  put_be(&config, seed >> 6 & 1, 4);
  output_u8(&o, seed >> 8 & 7 ? (unsigned)seed & 8 : (unsigned)seed & 15);
  output_piece(&o, list.data, list.size);
  output_piece(&o, user.data, user.size);
  if (seed & 128)
    output_piece(&o, config.data, config.size);
  return o.size;
}
