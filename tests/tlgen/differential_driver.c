/* Objects in hexadecimal, one a line: read, written again, and written after a way through JSON.
 * What cannot be is a line that says why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tl/json.h>
#include <x/x.h>

static size_t read_hex(const char *line, unsigned char *bytes) {
  size_t size = 0;
  unsigned byte;
  for (; sscanf(line, "%2x", &byte) == 1; line += 2)
    bytes[size++] = (unsigned char)byte;
  return size;
}

static void print_object(const tl_object *object) {
  tl_buffer out;
  tl_error error;
  tl_buffer_init(&out, NULL, 0);
  if (tl_encode(object, &out, &error) != TL_OK)
    printf("encode: %s: %s", error.path, error.text);
  for (size_t i = 0; i < out.size; i++)
    printf("%02x", out.data[i]);
  tl_buffer_free(&out);
}

static void print_through_json(const tl_object *object, tl_arena *arena) {
  tl_buffer text;
  tl_error error;
  tl_object back;
  tl_buffer_init(&text, NULL, 0);
  if (tl_json_write_object(object, 0, &text, &error) != TL_OK ||
      tl_json_read_object(&x_schema, NULL, (const char *)text.data, text.size, arena, &back,
                          &error) != TL_OK)
    printf("JSON: %s: %s", error.path, error.text);
  else
    print_object(&back);
  tl_buffer_free(&text);
}

static void check(const unsigned char *bytes, size_t size) {
  tl_arena arena;
  tl_object object;
  tl_error error;
  size_t skipped;
  tl_arena_init(&arena, NULL, 0);
  if (tl_decode_object(&x_schema, bytes, size, NULL, &arena, &object, NULL, &error) != TL_OK) {
    printf("decode: %s: %s", error.path, error.text);
  } else if (tl_skip(&x_schema, TL_OP_OBJECT, bytes, size, NULL, &skipped, &error) != TL_OK ||
             skipped != size) {
    printf("skip: %zu of %zu bytes", skipped, size);
  } else {
    print_object(&object);
    putchar(' ');
    print_through_json(&object, &arena);
  }
  putchar('\n');
  tl_arena_free(&arena);
}

int main(void) {
  enum { LINE = 1 << 22 };
  char *line = malloc(LINE);
  unsigned char *bytes = malloc(LINE / 2);
  while (line && bytes && fgets(line, LINE, stdin)) {
    size_t size = read_hex(line, bytes);
    check(bytes, size);
  }
  free(line);
  free(bytes);
  return 0;
}
