/* Work for tests/bench/guard to count the instructions of:  guard decode|strict|encode|seal TIMES
 * Prints how many bytes one time is. */
#include <crypto/seal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "samples.h"

typedef struct work {
  tl_object object;
  tl_buffer bytes, out;
  tl_arena arena;
} work;

static bool decode(work *w, bool strict) {
  tl_decode_options options = {.strings = TL_STRINGS_ALIAS, .strict = strict};
  tl_object object;
  tl_arena_reset(&w->arena);
  return tl_decode_object(&tg_schema, w->bytes.data, w->bytes.size, &options, &w->arena, &object,
                          NULL, NULL) == TL_OK;
}

static bool encode(work *w) {
  tl_buffer_clear(&w->out);
  return tl_encode(&w->object, &w->out, NULL) == TL_OK;
}

static bool seal(work *w) {
  static const uint8_t body[1024];
  mtp_message message = {1, 2, 3, 4, {body, sizeof body}};
  mtp_auth_key key = {{1}, 1, 1};
  tl_buffer_clear(&w->out);
  return !mtp_seal(&key, MTP_FROM_CLIENT, &message, MTP_PADDING_BUCKETS, NULL, &w->out, NULL) &&
         !mtp_open(&key, MTP_FROM_CLIENT, false, w->out.data, w->out.size, &message, NULL);
}

static bool run(work *w, const char *what) {
  if (strcmp(what, "encode") == 0)
    return encode(w);
  if (strcmp(what, "seal") == 0)
    return seal(w);
  return decode(w, strcmp(what, "strict") == 0);
}

int main(int argc, char **argv) {
  samples s;
  work w;
  if (argc != 3)
    return 2;
  samples_make(&s);
  w.object = tg_messages_messagesSlice_object(&s.slice);
  tl_buffer_init(&w.bytes, NULL, 0);
  tl_buffer_init(&w.out, NULL, 0);
  tl_arena_init(&w.arena, NULL, 0);
  bool ok = tl_encode(&w.object, &w.bytes, NULL) == TL_OK;
  for (long i = atol(argv[2]); ok && i > 0; i--)
    ok = run(&w, argv[1]);
  printf("%zu\n", strcmp(argv[1], "seal") == 0 ? (size_t)1024 : w.bytes.size);
  tl_buffer_free(&w.bytes);
  tl_buffer_free(&w.out);
  tl_arena_free(&w.arena);
  return !ok;
}
