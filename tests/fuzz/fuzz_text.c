/* Bytes as markup, of the kind that the first byte says. What can be read can be written as HTML,
 * and reads the same again, entities and all; where MarkdownV2 has a way to say it, its text is the
 * same, and writing that again changes nothing.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tg/schema.h>
#include <tgkit/text.h>
#include <tl/buffer.h>
#include <tl/codec.h>

static bool same_bytes(const tl_buffer *a, const tl_buffer *b) {
  return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

/* As textWithEntities on the wire: the codec compares everything. */
static void encode(const tgkit_text *text, tl_buffer *out) {
  tg_textWithEntities value = {text->text, text->entities};
  if (!value.entities.items)
    value.entities.items = (const void *)tl_empty;
  tl_object object = tg_textWithEntities_object(&value);
  tl_buffer_init(out, NULL, 0);
  FUZZ_CHECK(tl_encode(&object, out, NULL) == TL_OK);
}

static void check_same(const tgkit_text *a, const tgkit_text *b) {
  tl_buffer first, second;
  encode(a, &first);
  encode(b, &second);
  FUZZ_CHECK(same_bytes(&first, &second));
  tl_buffer_free(&first);
  tl_buffer_free(&second);
}

static void check_html(tl_arena *arena, const tgkit_text *text, bool nul) {
  tl_string html;
  tgkit_text again;
  mtp_error error;
  mtp_status status = tgkit_text_write(TGKIT_HTML, text, arena, &html, &error);
  if (status == MTP_ERR_ARGUMENT && error.tl.status == TL_ERR_RANGE && nul)
    return;
  FUZZ_CHECK(status == MTP_OK);
  FUZZ_CHECK(tgkit_text_parse(TGKIT_HTML, html.data, html.size, arena, &again, NULL) == MTP_OK);
  check_same(text, &again);
}

static void check_markdown(tl_arena *arena, const tgkit_text *text) {
  tl_string first, second;
  tgkit_text again, third;
  mtp_error error;
  mtp_status status = tgkit_text_write(TGKIT_MARKDOWN_V2, text, arena, &first, &error);
  FUZZ_CHECK(status == MTP_OK || error.tl.status == TL_ERR_RANGE);
  if (status != MTP_OK)
    return;
  FUZZ_CHECK(tgkit_text_parse(TGKIT_MARKDOWN_V2, first.data, first.size, arena, &again, NULL) ==
             MTP_OK);
  FUZZ_CHECK(again.text.size == text->text.size &&
             memcmp(again.text.data, text->text.data, text->text.size) == 0);
  FUZZ_CHECK(tgkit_text_write(TGKIT_MARKDOWN_V2, &again, arena, &second, NULL) == MTP_OK);
  FUZZ_CHECK(tgkit_text_parse(TGKIT_MARKDOWN_V2, second.data, second.size, arena, &third, NULL) ==
             MTP_OK);
  check_same(&again, &third);
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  tl_arena arena;
  tgkit_text text;
  mtp_error error;
  if (size < 1)
    return 0;
  tl_arena_init(&arena, NULL, 0);
  mtp_status status = tgkit_text_parse((tgkit_markup)(data[0] % 3), (const char *)data + 1,
                                       size - 1, &arena, &text, &error);
  tl_status fault = error.tl.status;
  bool placed = error.tl.offset == TGKIT_NOWHERE || error.tl.offset < size;
  FUZZ_CHECK(status == (fault == TL_OK ? MTP_OK : MTP_ERR_ARGUMENT));
  FUZZ_CHECK(fault == TL_OK || fault == TL_ERR_STRING ||
             (fault == TL_ERR_SYNTAX && error.text[0] && placed));
  if (status == MTP_OK) {
    check_html(&arena, &text, memchr(data + 1, 0, size - 1) != NULL);
    check_markdown(&arena, &text);
  }
  tl_arena_free(&arena);
  return 0;
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  static const char *const pieces[3][16] = {
      {"<b>", "</>", "<i>", "<u>", "x", "\n", "<code>", "<pre>", "<blockquote>",
       "<a href=\"e.org/?(a)&amp;b\">", "<code class=\"language-c\">", "<tg-emoji emoji-id=\"7\">",
       "<blockquote expandable>", "&lt;&#13;", "\xf0\x9f\x98\x80",
       "<tg-time unix=\"9\" format=\"wDt\">"},
      {"*", "_", "__", "~", "||", "`", "```", "```c\n", "[", "](e.org/a\\)b)", "![",
       "](tg://emoji?id=7)", "\n>", "x", "\\`", "\xf0\x9f\x98\x80"},
      {"*", "_", "`", "```", "[", "](e.org)", "x", "\n", "\\*", "\r\n", " ", "**", "c", "y", "]",
       "\xf0\x9f\x98\x80"}};
  uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
  size_t n = 1, kind = (size_t)(seed % 3);
  out[0] = (uint8_t)kind;
  for (size_t i = 0; i < 2 + seed / 3 % 40; i++) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    const char *piece = pieces[kind][state >> 60];
    size_t size = strlen(piece);
    if (n + size > room)
      break;
    memcpy(out + n, piece, size);
    n += size;
  }
  return n;
}
