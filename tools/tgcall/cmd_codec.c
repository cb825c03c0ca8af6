/* tgcall encode, tgcall decode: JSON to TL bytes and back, without a server. */
#include "tgcall.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char help_encode[] =
    "Reads an object as JSON from standard input and writes its TL bytes to standard output. "
    "\"_\"\n"
    "names the constructor or method, long numbers are strings of digits, bytes are base64. Needs "
    "no\n"
    "server.\n"
    "\n"
    "  --type T        a value of that type instead, Vector<int> for instance\n"
    "\n"
    "examples:\n"
    "  echo '{\"_\": \"inputPeerUser\", \"user_id\": \"42\", \"access_hash\": \"-1\"}' | tgcall "
    "encode | xxd\n";
static const char help_decode[] =
    "Reads the TL bytes of an object from standard input and prints it as JSON. What is cut off, "
    "has\n"
    "something behind it or an unknown constructor is refused, and where that is is said. Needs "
    "no\n"
    "server.\n"
    "\n"
    "  --type T        a value of that type instead, Vector<int> for instance\n"
    "  --max-depth N   objects within objects, 1 to 256; 64\n"
    "  --pretty        over several lines, as on a terminal\n";

static int codec_error(const char *doing, const tl_error *error) {
  if (error->status == TL_ERR_NOMEM)
    return no_memory();
  return usage_error(*error->path ? "cannot %s: %s (at %s)" : "cannot %s: %s", doing, error->text,
                     error->path);
}

enum { TYPES_MOST = 8192 };

/* The schema, with vectors that it does not use itself. */
typedef struct typed_schema {
  tl_schema schema;
  tl_type types[TYPES_MOST];
} typed_schema;

/* The type that the text names; vectors are made. TL_NONE when there is none. */
static uint16_t find_type(typed_schema *typed, const char *name, size_t size) {
  static const char boxed[] = "Vector<", bare[] = "vector<";
  size_t head = sizeof boxed - 1;
  uint16_t type = tl_find_type(&typed->schema, name, size);
  if (type != TL_NONE || size <= head || name[size - 1] != '>' ||
      typed->schema.n_types == TYPES_MOST)
    return type;
  bool is_boxed = memcmp(name, boxed, head) == 0;
  if (!is_boxed && memcmp(name, bare, head) != 0)
    return TL_NONE;
  uint16_t item = find_type(typed, name + head, size - head - 1);
  uint16_t like = tl_find_type(&tg_schema, "Vector<int>", 11);
  if (item == TL_NONE || like == TL_NONE || typed->schema.n_types == TYPES_MOST)
    return TL_NONE;
  type = typed->schema.n_types++;
  typed->types[type] = tg_schema.types[like];
  typed->types[type].op = is_boxed ? TL_OP_VECTOR : TL_OP_BARE_VECTOR;
  typed->types[type].arg = item;
  typed->types[type].least = is_boxed ? 2 : 1;
  return type;
}

/* The type that --type names, TL_NONE with a message when there is none. */
static uint16_t type_of(typed_schema *typed, const char *name) {
  typed->schema = tg_schema;
  if (tg_schema.n_types <= TYPES_MOST) {
    memcpy(typed->types, tg_schema.types, tg_schema.n_types * sizeof *typed->types);
    typed->schema.types = typed->types;
  } else {
    return TL_NONE;
  }
  uint16_t type = find_type(typed, name, strlen(name));
  if (type == TL_NONE)
    usage_error("the schema has no type \"%s\"", name);
  return type;
}

static int write_out(const tl_buffer *bytes) {
  if (fwrite(bytes->data, 1, bytes->size, stdout) == bytes->size && fflush(stdout) == 0)
    return EXIT_OK;
  fprintf(stderr, "tgcall: cannot write the output\n");
  return EXIT_LOCAL;
}

static int encode_json(const tl_buffer *in, const char *type_name) {
  tl_arena arena;
  tl_buffer out;
  tl_error error = {0};
  tl_object object;
  tl_value value;
  tl_status status;
  typed_schema typed;
  uint16_t type = type_name ? type_of(&typed, type_name) : TL_NONE;
  if (type_name && type == TL_NONE)
    return EXIT_USAGE;
  tl_arena_init(&arena, NULL, 0);
  tl_buffer_init(&out, NULL, 0);
  const char *json = in->size ? (const char *)in->data : "";
  if (type_name) {
    status = tl_json_read(&typed.schema, type, json, in->size, &arena, &value, &error);
    if (status == TL_OK)
      status = tl_encode_value(&value, &out, &error);
  } else {
    status = tl_json_read_object(&tg_schema, NULL, json, in->size, &arena, &object, &error);
    if (status == TL_OK)
      status = tl_encode(&object, &out, &error);
  }
  int result = status == TL_OK ? write_out(&out) : codec_error("encode", &error);
  tl_buffer_free(&out);
  tl_arena_free(&arena);
  return result;
}

static int cmd_encode(int argc, char **argv) {
  const char *type = NULL;
  const option_spec own[] = {{"--type", &type, NULL}};
  size_t n_words;
  tl_buffer in;
  if (!parse_options(argc, argv, own, 1, NULL, NULL, 0, &n_words))
    return EXIT_USAGE;
  tl_buffer_init(&in, NULL, 0);
  int status = read_stream(STDIN_FILENO, &in);
  if (status == EXIT_OK)
    status = encode_json(&in, type);
  tl_buffer_free(&in);
  return status;
}

static int print_json(const tl_value *value, const tl_object *object) {
  tl_buffer out;
  tl_error error = {0};
  tl_buffer_init(&out, NULL, 0);
  int flags = json_is_pretty() ? TL_JSON_INDENT : 0;
  tl_status status = value ? tl_json_write(value, flags, &out, &error)
                           : tl_json_write_object(object, flags, &out, &error);
  if (status == TL_OK)
    status = tl_buffer_append(&out, "\n", 1);
  int result = status == TL_OK ? write_out(&out) : codec_error("print", &error);
  tl_buffer_free(&out);
  return result;
}

static int decode_bytes(const tl_buffer *in, const char *type_name,
                        const tl_decode_options *options) {
  tl_arena arena;
  tl_error error = {0};
  tl_value value;
  tl_object object;
  tl_status status;
  typed_schema typed;
  uint16_t type = type_name ? type_of(&typed, type_name) : TL_NONE;
  if (type_name && type == TL_NONE)
    return EXIT_USAGE;
  tl_arena_init(&arena, NULL, 0);
  if (type_name)
    status =
        tl_decode(&typed.schema, type, in->data, in->size, options, &arena, &value, NULL, &error);
  else
    status =
        tl_decode_object(&tg_schema, in->data, in->size, options, &arena, &object, NULL, &error);
  int result = status == TL_OK ? print_json(type_name ? &value : NULL, type_name ? NULL : &object)
                               : codec_error("decode", &error);
  tl_arena_free(&arena);
  return result;
}

static bool read_depth(const char *text, uint32_t *depth) {
  uint32_t number = 0;
  for (const char *at = text; *at; at++) {
    if (*at < '0' || *at > '9' || number > TL_DEPTH_LIMIT)
      return false;
    number = number * 10 + (uint32_t)(*at - '0');
  }
  *depth = number;
  return number >= 1 && number <= TL_DEPTH_LIMIT;
}

static int cmd_decode(int argc, char **argv) {
  const char *type = NULL, *deepest = NULL;
  const option_spec own[] = {{"--type", &type, NULL}, {"--max-depth", &deepest, NULL}};
  tl_decode_options options = {0};
  size_t n_words;
  tl_buffer in;
  if (!parse_options(argc, argv, own, 2, NULL, NULL, 0, &n_words))
    return EXIT_USAGE;
  if (deepest && !read_depth(deepest, &options.max_depth))
    return usage_error("--max-depth is a number from 1 to %d, not \"%s\"", TL_DEPTH_LIMIT, deepest);
  tl_buffer_init(&in, NULL, 0);
  int status = read_stream(STDIN_FILENO, &in);
  if (status == EXIT_OK)
    status = decode_bytes(&in, type, &options);
  tl_buffer_free(&in);
  return status;
}

const command tgcall_encode = {
    "encode",   "[--type T]", "JSON on standard input, TL bytes on standard output",
    cmd_encode, help_encode,  NULL};

const command tgcall_decode = {"decode",
                               "[--type T] [--max-depth N]",
                               "TL bytes on standard input, JSON on standard output",
                               cmd_decode,
                               help_decode,
                               NULL};
