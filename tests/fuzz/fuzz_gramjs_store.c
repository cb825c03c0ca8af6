/* Bytes as a folder of GramJS, StoreSession: the pieces are its four files, an empty one stands for
 * a file that is not there. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import.h"
#include "input.h"

enum { PIECES = 4 };

static const char *const names[PIECES] = {"authKey", "dcId", "port", "serverAddress"};

static const char *the_folder(void) {
  static char path[64];
  if (!*path)
    snprintf(path, sizeof path, "fuzz-gramjs-%ld", (long)getpid());
  return path;
}

static const char *path_of(size_t piece, const char *divider) {
  static char path[160];
  snprintf(path, sizeof path, "%s/x%s%s", the_folder(), divider, names[piece]);
  return path;
}

static void write_piece(size_t piece, const char *divider, tl_bytes from) {
  FILE *file = fopen(path_of(piece, divider), "wb");
  FUZZ_CHECK(file && fwrite(from.data, 1, from.size, file) == from.size && fclose(file) == 0);
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {data, size};
  uint8_t how = input_u8(&in);
  const char *divider = how & 2 ? "%3A" : "-";
  FUZZ_CHECK(mkdir(the_folder(), 0700) == 0);
  for (size_t i = 0; i < PIECES; i++) {
    tl_bytes piece = input_piece(&in);
    if (piece.size)
      write_piece(i, divider, piece);
  }
  fuzz_import(how & 1 ? NULL : tgauth_format_find("gramjs-store"), the_folder());
  for (size_t i = 0; i < PIECES; i++)
    unlink(path_of(i, divider));
  rmdir(the_folder());
  return 0;
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  static const char *const hosts[] = {"\"149.154.167.91\"", "\"::1\"", "\"a.example\"", "17"};
  static const char *const ports[] = {"443", "80", "65536", "-1"};
  static char key[2048];
  size_t n = (size_t)snprintf(key, sizeof key, "{\"type\":\"Buffer\",\"data\":[");
  for (size_t i = 0; i < 256; i++)
    n += (size_t)snprintf(key + n, sizeof key - n, "%s%u", i ? "," : "",
                          (unsigned)(seed + i * 7) & 255);
  n += (size_t)snprintf(key + n, sizeof key - n, "]}");
  fuzz_output o = {out, 0, room};
  output_u8(&o, (unsigned)seed & 3);
  output_piece(&o, key, n);
  output_piece(&o, seed & 4 ? "4" : "\"4\"", seed & 4 ? 1 : 3);
  output_piece(&o, ports[seed >> 3 & 3], strlen(ports[seed >> 3 & 3]));
  output_piece(&o, hosts[seed >> 5 & 3], strlen(hosts[seed >> 5 & 3]));
  return o.size;
}
