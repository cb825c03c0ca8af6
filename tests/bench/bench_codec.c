/* How long the codec takes for the objects that a client meets most: nanoseconds of CPU time an
 * operation, the least of 40 batches (the least is what a busy machine disturbs least). One row a
 * task: name, a tab, the figure, a tab, its unit. scripts/bench puts the rows of several programs
 * beside each other. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "samples.h"

typedef struct task {
  tl_object object;
  tl_buffer bytes; /* the object as encoded */
  uint8_t *copy;   /* memcpy goes there */
  tl_buffer out;   /* encoding goes there */
  tl_arena arena;
  tl_decode_options options;
  size_t failures;
} task;

static void decode(void *ctx) {
  task *t = ctx;
  tl_object object;
  tl_arena_reset(&t->arena);
  if (tl_decode_object(&tg_schema, t->bytes.data, t->bytes.size, &t->options, &t->arena, &object,
                       NULL, NULL) != TL_OK)
    t->failures++;
}

static void encode(void *ctx) {
  task *t = ctx;
  tl_buffer_clear(&t->out);
  if (tl_encode(&t->object, &t->out, NULL) != TL_OK)
    t->failures++;
}

static void skip(void *ctx) {
  task *t = ctx;
  if (tl_skip(&tg_schema, TL_OP_OBJECT, t->bytes.data, t->bytes.size, NULL, NULL, NULL) != TL_OK)
    t->failures++;
}

static void copy(void *ctx) {
  task *t = ctx;
  memcpy(t->copy, t->bytes.data, t->bytes.size);
  __asm__ volatile("" : : "r"(t->copy) : "memory");
}

static void row(const char *what, const char *name, double ns) {
  printf("%s %s\t%.1f\tns\n", what, name, ns);
}

/* A struct is found by every program that measures, so that all measure the same one. */
static bool save(const char *folder, const char *name, const tl_buffer *bytes) {
  char path[400];
  snprintf(path, sizeof path, "%s/%s.bin", folder, name);
  FILE *file = fopen(path, "wb");
  bool ok = file && fwrite(bytes->data, 1, bytes->size, file) == bytes->size;
  return file && fclose(file) == 0 && ok;
}

static bool measure_one(const char *name, tl_object object, const char *folder) {
  task t = {.object = object, .options = {.strings = TL_STRINGS_ALIAS}};
  tl_buffer_init(&t.bytes, NULL, 0);
  tl_buffer_init(&t.out, NULL, 0);
  tl_arena_init(&t.arena, NULL, 0);
  if (tl_encode(&object, &t.bytes, NULL) != TL_OK || !(t.copy = malloc(t.bytes.size)))
    return false;
  bool ok = !folder || save(folder, name, &t.bytes);
  row("decode", name, least_ns(decode, &t));
  t.options.strict = true;
  row("decode strictly", name, least_ns(decode, &t));
  t.options.strict = false;
  t.options.strings = TL_STRINGS_COPY;
  row("decode, strings copied,", name, least_ns(decode, &t));
  row("skip", name, least_ns(skip, &t));
  row("encode", name, least_ns(encode, &t));
  row("memcpy", name, least_ns(copy, &t));
  tl_buffer_free(&t.bytes);
  tl_buffer_free(&t.out);
  tl_arena_free(&t.arena);
  free(t.copy);
  return ok && t.failures == 0;
}

/* bench_codec [FOLDER]: the encoded objects are written there */
int main(int argc, char **argv) {
  const char *folder = argc > 1 ? argv[1] : NULL;
  samples s;
  samples_make(&s);
  const struct {
    const char *name;
    tl_object object;
  } tasks[] = {
      {"slice", tg_messages_messagesSlice_object(&s.slice)},
      {"message", tg_message_object(&s.message)},
      {"user", tg_user_object(s.user)},
      {"sentCode", tg_auth_sentCode_object(&s.sent_code)},
      {"200 updates", tg_updates_object(&s.updates)},
      {"sendMessage", tg_messages_sendMessage_call(&s.send_message)},
      {"importContacts", tg_contacts_importContacts_call(&s.import_contacts)},
      {"sendCode", tg_auth_sendCode_call(&s.send_code)},
  };
  bool ok = true;
  for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++)
    ok &= measure_one(tasks[i].name, tasks[i].object, folder);
  if (!ok)
    fprintf(stderr, "bench_codec: something failed\n");
  return !ok;
}
