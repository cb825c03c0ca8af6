/* Values in hexadecimal behind their type, one a line: decoded by the bindings, measured, and shown
 * as JSON. What cannot be is a line that says why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tg/tg.h>
#include <tl/json.h>

static size_t read_hex(const char *line, unsigned char *bytes) {
  size_t size = 0;
  unsigned byte;
  for (; sscanf(line, "%2x", &byte) == 1; line += 2)
    bytes[size++] = (unsigned char)byte;
  return size;
}

static void show(const tl_value *value) {
  tl_buffer text;
  tl_error error;
  tl_buffer_init(&text, NULL, 0);
  if (tl_json_write(value, 0, &text, &error) == TL_OK)
    printf("%.*s\n", (int)text.size, (const char *)text.data);
  else
    printf("! JSON: %s: %s\n", error.path, error.text);
  tl_buffer_free(&text);
}

static void check(const char *name, const unsigned char *bytes, size_t size) {
  uint16_t type = tl_find_type(&tg_schema, name, strlen(name));
  tl_arena arena;
  tl_value value;
  tl_error error;
  size_t skipped = 0;
  tl_arena_init(&arena, NULL, 0);
  if (type == TL_NONE)
    printf("! no type is called so\n");
  else if (tl_decode(&tg_schema, type, bytes, size, NULL, &arena, &value, NULL, &error) != TL_OK)
    printf("! decode: %s: %s\n", error.path, error.text);
  else if (tl_skip(&tg_schema, type, bytes, size, NULL, &skipped, &error) != TL_OK ||
           skipped != size)
    printf("! skip: %zu of %zu bytes\n", skipped, size);
  else
    show(&value);
  tl_arena_free(&arena);
}

int main(void) {
  enum { LINE = 1 << 22 };
  char *line = malloc(LINE);
  unsigned char *bytes = malloc(LINE / 2);
  while (line && bytes && fgets(line, LINE, stdin)) {
    char *hex = strchr(line, ' ');
    if (!hex)
      break;
    *hex = 0;
    check(line, bytes, read_hex(hex + 1, bytes));
  }
  free(line);
  free(bytes);
  return 0;
}
