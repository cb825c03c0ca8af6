/* Text with entities as markup, and that it is read as the same again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after those */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"

static tg_MessageEntity bold(const tg_messageEntityBold *entity) {
  return tg_messageEntityBold_box(entity);
}

/* The text of input's HTML. */
static tgkit_text of_html(tl_arena *arena, const char *input) {
  tgkit_text text;
  assert_int_equal(tgkit_text_parse(TGKIT_HTML, input, strlen(input), arena, &text, NULL), MTP_OK);
  return text;
}

/* HTML that comes back as it is, and what it is as MarkdownV2. */
static void check(const char *html, const char *markdown, const char *entities) {
  char got[1024];
  tl_string out;
  tl_arena arena;
  tl_arena_init(&arena, NULL, 0);
  tgkit_text text = of_html(&arena, html), again;
  assert_int_equal(tgkit_text_write(TGKIT_HTML, &text, &arena, &out, NULL), MTP_OK);
  assert_string_equal(out.data, html);
  assert_int_equal(tgkit_text_write(TGKIT_MARKDOWN_V2, &text, &arena, &out, NULL), MTP_OK);
  assert_string_equal(out.data, markdown);
  assert_int_equal(tgkit_text_parse(TGKIT_MARKDOWN_V2, out.data, out.size, &arena, &again, NULL),
                   MTP_OK);
  assert_string_equal(again.text.data, text.text.data);
  assert_string_equal(describe_entities(&again, got, sizeof got), entities);
  tl_arena_free(&arena);
}

/* proves TX-2 */
static void what_a_message_can_hold_comes_back_the_same(void **state) {
  (void)state;
  check("a &lt; b &amp; \"c\" &gt; *d*", "a < b & \"c\" \\> \\*d\\*", "");
  check("<b>a <i>b</i></b>", "*a _b_*", "Bold 0+3, Italic 2+1");
  check("<i><u>b</u>c</i>", "_**__b__c_", "Italic 0+2, Underline 0+1");
  check("<u><i>b</i>c</u>", "___b_c__", "Underline 0+2, Italic 0+1");
  check("<u>a<i>b</i></u>", "__a_b_**__", "Underline 0+2, Italic 1+1");
  check("<b><u>a<i>b</i></u></b>", "*__a_b_[]()__*", "Bold 0+2, Underline 0+2, Italic 1+1");
  check("<i>a</i><i>b</i>", "_a_**_b_", "Italic 0+1, Italic 1+1");
  check("<s>a</s><tg-spoiler>b</tg-spoiler>", "~a~||b||", "Strike 0+1, Spoiler 1+1");
  check("<code>a`\\b</code>", "`a\\`\\\\b`", "Code 0+4");
  check("<pre><code class=\"language-c\">a\n</code></pre>b", "```c\na\n```b", "Pre 0+2 c");
  check("<pre>\r\na</pre>", "```\n\\\r\na```", "Pre 0+3 ");
  check("<pre><code>x</code></pre>", "```\n`x````", "Pre 0+1 , Code 0+1");
  check("<a href=\"http://e.org/a_(b)\">[x]</a>", "[\\[x\\]](http://e.org/a_(b\\))",
        "TextUrl 0+3 http://e.org/a_(b)");
  check("<a href=\"http://e.org/?a&amp;b&quot;\">x</a>", "[x](http://e.org/?a&b\")",
        "TextUrl 0+1 http://e.org/?a&b\"");
  check("<a href=\"tg://user?id=9\">x</a>", "[x](tg://user?id=9)", "MentionName 0+1 9");
  check("<tg-emoji emoji-id=\"-5\">\xf0\x9f\x91\x8d</tg-emoji>",
        "![\xf0\x9f\x91\x8d](tg://emoji?id=-5)", "CustomEmoji 0+2 -5");
  check("<tg-time unix=\"7\" format=\"wDT\">x</tg-time><tg-time unix=\"8\">y</tg-time>",
        "![x](tg://time?unix=7&format=wDT)![y](tg://time?unix=8)",
        "FormattedDate 0+1 7 wDT, FormattedDate 1+1 8 ");
}

static void quotations_take_whole_lines(void **state) {
  (void)state;
  check("<blockquote>a\nb</blockquote>", ">a\n>b", "Blockquote 0+3");
  check("x\n<blockquote expandable>a\n</blockquote>y", "x\n>a||\ny", "Blockquote 2+2 collapsed");
  check("<blockquote>a\n</blockquote><blockquote>b</blockquote>", ">a\n**>b",
        "Blockquote 0+2, Blockquote 2+1");
  check("<blockquote>a</blockquote>\nb", ">a\nb", "Blockquote 0+2"); /* with its line break */
  check("<blockquote>a<b>b\n</b></blockquote>c", ">a*b*\nc", "Blockquote 0+3, Bold 1+1");
  check("<blockquote>\n</blockquote>c", ">\nc", "Blockquote 0+1");
  check("<b>a\n<blockquote>b\n</blockquote>c</b>", "*a\n>b\nc*", "Bold 0+5, Blockquote 2+2");
  check("<blockquote><pre>a\n</pre>b</blockquote>", ">```\na\n```b", "Blockquote 0+3, Pre 0+2 ");
}

static void markdown_v2_leaves_out_what_sending_would(void **state) {
  (void)state;
  check("<code>a<b>b</b></code>", "`ab`", "Code 0+2");
  check("<code><b>x</b></code>", "*`x`*", "Code 0+1, Bold 0+1");
  check("<b>a<b>b</b></b>", "*ab*", "Bold 0+2");
  check("<blockquote><blockquote>a</blockquote></blockquote>", ">a", "Blockquote 0+1");
}

/* What is wrong with it; TL_OK: nothing. */
static tl_status write_fault(tgkit_markup markup, const tgkit_text *text, tl_arena *arena,
                             tl_string *out) {
  mtp_error error;
  mtp_status status = tgkit_text_write(markup, text, arena, out, &error);
  assert_int_equal(error.status, status);
  assert_int_equal(status, error.tl.status == TL_OK ? MTP_OK : MTP_ERR_ARGUMENT);
  assert_int_equal(tgkit_text_write(markup, text, arena, out, NULL), status);
  return error.tl.status;
}

/* One bold entity of that range on "a", a character of two units, "b". */
static tl_status write_range(tgkit_markup markup, int32_t offset, int32_t length, char *out,
                             size_t size) {
  tg_messageEntityBold entity = {.offset = offset, .length = length};
  tg_MessageEntity items[] = {bold(&entity)};
  tgkit_text text = {TL_STR("a\xf0\x9f\x98\x80"
                            "b"),
                     {items, 1}};
  tl_string written;
  tl_arena arena;
  tl_arena_init(&arena, NULL, 0);
  tl_status status = write_fault(markup, &text, &arena, &written);
  snprintf(out, size, "%s", status == TL_OK ? written.data : "");
  tl_arena_free(&arena);
  return status;
}

/* proves TX-2 */
static void ranges_outside_of_the_text_are_refused(void **state) {
  static const int32_t wrong[][2] = {
      {2, 1}, {1, 1}, {2, 2}, {0, 5}, {5, 1}, {-1, 2}, {0, -1}, {INT32_MAX, INT32_MAX}, {4, 1}};
  char out[64];
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    for (int markup = TGKIT_HTML; markup <= TGKIT_MARKDOWN_V2; markup++)
      assert_int_equal(write_range((tgkit_markup)markup, wrong[i][0], wrong[i][1], out, sizeof out),
                       TL_ERR_RANGE);
  assert_int_equal(write_range(TGKIT_HTML, 1, 2, out, sizeof out), TL_OK);
  assert_string_equal(out, "a<b>\xf0\x9f\x98\x80</b>b");
  assert_int_equal(write_range(TGKIT_HTML, 1, 0, out, sizeof out), TL_OK); /* none at all */
  assert_string_equal(out, "a\xf0\x9f\x98\x80"
                           "b");
  assert_int_equal(write_range(TGKIT_MARKDOWN, 1, 0, out, sizeof out), TL_ERR_ARGUMENT);
}

/* proves TX-2 */
static void crossing_entities_are_cut(void **state) {
  tg_messageEntityBold first = {.offset = 0, .length = 5};
  tg_messageEntityItalic second = {.offset = 3, .length = 5};
  tg_messageEntityCode third = {.offset = 7, .length = 3};
  tg_messageEntityHashtag found = {.offset = 0, .length = 10};
  tg_MessageEntity items[] = {tg_messageEntityCode_box(&third), tg_messageEntityItalic_box(&second),
                              bold(&first), tg_messageEntityHashtag_box(&found)}; /* in any order */
  tgkit_text text = {TL_STR("0123456789"), {items, 4}};
  tl_string out;
  tl_arena arena;
  (void)state;
  tl_arena_init(&arena, NULL, 0);
  assert_int_equal(tgkit_text_write(TGKIT_HTML, &text, &arena, &out, NULL), MTP_OK);
  assert_string_equal(out.data, "<b>012<i>34</i></b><i>56</i><code><i>7</i>89</code>");
  assert_int_equal(tgkit_text_write(TGKIT_MARKDOWN_V2, &text, &arena, &out, NULL), MTP_OK);
  assert_string_equal(out.data, "*012_34_*_56_`789`");
  tl_arena_free(&arena);
}

static void what_cannot_be_said_is_an_error(void **state) {
  static const char *const html[] = {"a<blockquote>b</blockquote>", "<blockquote>a</blockquote>b",
                                     "<pre><code class=\"language-a b\">x</code></pre>",
                                     "<pre><code class=\"language-a`\">x</code></pre>"};
  tg_messageEntityDiffInsert diff = {.offset = 0, .length = 1};
  tg_MessageEntity items[] = {tg_messageEntityDiffInsert_box(&diff)};
  tgkit_text text = {TL_STR("x"), {items, 1}};
  tl_string out;
  tl_arena arena;
  (void)state;
  tl_arena_init(&arena, NULL, 0);
  assert_int_equal(write_fault(TGKIT_HTML, &text, &arena, &out), TL_ERR_TYPE);
  text.text = TL_STR("\xff");
  assert_int_equal(write_fault(TGKIT_HTML, &text, &arena, &out), TL_ERR_STRING);
  for (size_t i = 0; i < sizeof html / sizeof *html; i++) {
    text = of_html(&arena, html[i]);
    assert_int_equal(write_fault(TGKIT_MARKDOWN_V2, &text, &arena, &out), TL_ERR_RANGE);
    assert_null(out.data);
  }
  tl_arena_free(&arena);
}

static void memory_that_ends_is_a_status(void **state) {
  static const char input[] = "<b>a<i>b</i></b><a href=\"e.org\">c</a><code>d</code>";
  (void)state;
  for (size_t limit = 1; limit < 20000; limit += 97) {
    tgkit_text text;
    tl_string out;
    tl_arena arena;
    tl_arena_init(&arena, NULL, limit);
    mtp_status status = tgkit_text_parse(TGKIT_HTML, input, sizeof input - 1, &arena, &text, NULL);
    if (status == MTP_OK)
      status = tgkit_text_write(TGKIT_MARKDOWN_V2, &text, &arena, &out, NULL);
    assert_true(status == MTP_OK || status == MTP_ERR_NOMEM);
    tl_arena_free(&arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_a_message_can_hold_comes_back_the_same),
      cmocka_unit_test(quotations_take_whole_lines),
      cmocka_unit_test(markdown_v2_leaves_out_what_sending_would),
      cmocka_unit_test(ranges_outside_of_the_text_are_refused),
      cmocka_unit_test(crossing_entities_are_cut),
      cmocka_unit_test(what_cannot_be_said_is_an_error),
      cmocka_unit_test(memory_that_ends_is_a_status),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
