/* Markup and what becomes of it: each rule of the Bot API's three grammars once or twice. */
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

typedef struct row {
  const char *input, *text; /* text NULL: an error */
  const char *entities;
  int64_t offset; /* of the error */
} row;

static void check(tgkit_markup markup, const row *rows, size_t n) {
  for (size_t i = 0; i < n; i++) {
    char got[1024];
    mtp_error error;
    tgkit_text text;
    tl_arena arena;
    tl_arena_init(&arena, NULL, 0);
    mtp_status status =
        tgkit_text_parse(markup, rows[i].input, strlen(rows[i].input), &arena, &text, &error);
    if (rows[i].text) {
      if (status != MTP_OK)
        fail_msg("%s: %s", rows[i].input, error.text);
      assert_string_equal(text.text.data, rows[i].text);
      assert_int_equal(text.text.size, strlen(rows[i].text));
      assert_string_equal(describe_entities(&text, got, sizeof got), rows[i].entities);
    } else {
      if (status != MTP_ERR_ARGUMENT || error.tl.status != TL_ERR_SYNTAX ||
          error.tl.offset != (size_t)rows[i].offset || !error.text[0])
        fail_msg("%s: status %d, offset %d: %s", rows[i].input, error.tl.status,
                 (int)error.tl.offset, error.text);
      assert_null(text.text.data);
      assert_int_equal(text.entities.count, 0);
    }
    tl_arena_free(&arena);
  }
}

#define CHECK(markup, rows) check(markup, rows, sizeof(rows) / sizeof *(rows))

/* proves TX-1 */
static void html_takes_tags_in_any_case_and_attributes_in_lower_case(void **state) {
  static const row rows[] = {
      {"plain", "plain", "", 0},
      {"", "", "", 0},
      {" <B>one</b>  two\r\n", " one  two\r\n", "Bold 1+3", 0},
      {"<strong>a</strong><em>b</em><ins>c</ins><strike>d</strike><del>e</del>", "abcde",
       "Bold 0+1, Italic 1+1, Underline 2+1, Strike 3+1, Strike 4+1", 0},
      {"<i>x</>", "x", "Italic 0+1", 0},
      {"<u\tid=7 hidden>x</u\n>", "x", "Underline 0+1", 0},
      {"<A HREF=\"https://one.example/\">x</A>", "x", "", 0},
      {"<s></s><code></code>", "", "", 0},
      {"1 > 0", "1 > 0", "", 0},
      {"<span class=\"tg-spoiler\">x</span><tg-spoiler>y</tg-spoiler>", "xy",
       "Spoiler 0+1, Spoiler 1+1", 0},
      {"<blockquote>p</blockquote>\n<blockquote expandable>q</blockquote>", "p\nq",
       "Blockquote 0+1, Blockquote 2+1 collapsed", 0},
      {"<tg-emoji emoji-id=\"77\">\xf0\x9f\x91\x8d</tg-emoji>!", "\xf0\x9f\x91\x8d!",
       "CustomEmoji 0+2 77", 0},
      {"<tg-time unix=1700000000 format=wDt>then</tg-time>", "then",
       "FormattedDate 0+4 1700000000 wdt", 0},
      {"<tg-time unix=\"1700000000\" format=\"wDt\">then</tg-time>", "then",
       "FormattedDate 0+4 1700000000 wDt", 0},
      {"<tg-time unix=\"1700000000s\">then</tg-time> <tg-time unix=\"99999999999\">x</tg-time>",
       "then x", "FormattedDate 0+4 1700000000 ", 0},
  };
  (void)state;
  CHECK(TGKIT_HTML, rows);
}

/* proves TX-1 */
static void html_refuses_what_it_does_not_know(void **state) {
  static const row rows[] = {
      {"one<br>two", NULL, "", 3},
      {"<b>x<!-- no -->", NULL, "", 4},
      {"3 < 4", NULL, "", 2},
      {"<b><i>x</b></i>", NULL, "", 7},
      {"x</b>", NULL, "", 1},
      {"ab<b", NULL, "", 2},
      {"<b>ab</b", NULL, "", 5},
      {"<b>never", NULL, "", -1},
      {"<a href=http://x.org>y</a>", NULL, "", 8},
      {"<a href=\"x>y</a>", NULL, "", 0},
      {"<b ==x>y</b>", NULL, "", 0},
      {"<b x/y>z</b>", NULL, "", 0},
      {"1<span class=red>x</span>", NULL, "", 1},
      {"<tg-emoji emoji-id=\"07\">x</tg-emoji>", NULL, "", -1},
      {"<tg-emoji>x</tg-emoji>", NULL, "", -1},
      {"<tg-time unix=1 format=y>x</tg-time>", NULL, "", -1},
      {"&#xdc00;", NULL, "", -1},
      {"<a href=\"http://e.org/&#55296;\">x</a>", NULL, "", -1},
  };
  (void)state;
  CHECK(TGKIT_HTML, rows);
}

static void html_knows_four_names_and_numbers_of_characters(void **state) {
  static const row rows[] = {
      {"&lt;&gt;&amp;&quot;", "<>&\"", "", 0},
      {"&lt &copy; &LT; R&D", "< &copy; &LT; R&D", "", 0},
      {"&#65;&#x42;&#X43;&#0;", "AB&#X43;&#0;", "", 0},
      {"&#x1f600;<b>&#128512;</b>", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80", "Bold 2+2", 0},
      {"&#0000066;&#00000066;", "B&#00000066;", "", 0},
      {"&#1114110;&#1114111;", "\xf4\x8f\xbf\xbe&#1114111;", "", 0},
      {"<a href=\"e.org/?a&amp;b&quot;\">x</a>", "x", "TextUrl 0+1 http://e.org/?a&b\"", 0},
  };
  (void)state;
  CHECK(TGKIT_HTML, rows);
}

static void html_joins_pre_and_code_with_a_language(void **state) {
  static const row rows[] = {
      {"<pre><code class=\"language-C++ 20\">x</code></pre>", "x", "Pre 0+1 C++ 20", 0},
      {"<code class=\"language-c\"><pre>x</pre></code>", "x", "Pre 0+1 c", 0},
      {"<code class=\"language-c\">x</code>", "x", "Code 0+1", 0},
      {"<pre><code class=\"language-c\">x</code>y</pre>", "xy", "Pre 0+2 , Code 0+1", 0},
      {"<pre><code>x</code></pre>", "x", "Pre 0+1 , Code 0+1", 0},
      {"<pre><code class=\"language-a\"><code class=\"language-b\">x</code></code></pre>", "x",
       "Pre 0+1 a, Code 0+1", 0},
      {"<pre class=\"language-c\">x</pre>", "x", "Pre 0+1 ", 0},
  };
  (void)state;
  CHECK(TGKIT_HTML, rows);
}

/* proves TX-1 */
static void addresses_are_checked_and_written_anew(void **state) {
  static const row rows[] = {
      {"<a href='https://one.example'>x</a>", "x", "TextUrl 0+1 https://one.example/", 0},
      {"<a href='HTTP://User@One.Example:0080?Q#F'>x</a>", "x",
       "TextUrl 0+1 http://User@one.example:80/?Q#F", 0},
      {"<a href='one.example/a b\n'>x</a>", "x", "TextUrl 0+1 http://one.example/a%20b", 0},
      {"<a>one.example</a>", "one.example", "TextUrl 0+11 http://one.example/", 0},
      {"<a href='http://[2001:DB8::1]:81/'>x</a>", "x", "TextUrl 0+1 http://[2001:db8::1]:81/", 0},
      {"<a href='http://%D0%BF.example/'>x</a>", "x", "TextUrl 0+1 http://%d0%bf.example/", 0},
      {"<a href='ton:Transfer/x?Y'>x</a>", "x", "TextUrl 0+1 ton://transfer/x?Y", 0},
      {"<a href='tonsite://One.Ton'>x</a>", "x", "TextUrl 0+1 tonsite://one.ton/", 0},
      {"<a href='TG://resolve/?domain=x'>x</a>", "x", "TextUrl 0+1 tg://resolve?domain=x", 0},
      {"<a href='tg:User?a=1&ID=42#3'>x</a>", "x", "MentionName 0+1 42", 0},
      {"<a href='tg://user?id=042'>x</a>", "x", "TextUrl 0+1 tg://user?id=042", 0},
      {"<a href='tg://user?id=1099511627776'>x</a>", "x", "TextUrl 0+1 tg://user?id=1099511627776",
       0},
      {"<a href='ftp://one.example/'>x</a><a href='localhost'>y</a><a href='/x'>z</a>"
       "<a href='http://a_b.example:0/'>z</a><a href='http://a.example:65536'>z</a>"
       "<a href='http://[1::2::3]/'>z</a><a href='http://a^.example'>z</a>"
       "<a href='http://a%2.example'>z</a><a href='http://.'>z</a><a href='tg://a.b'>z</a>"
       "<a href='javascript:x.y'>z</a>",
       "xyzzzzzzzzz", "", 0},
  };
  (void)state;
  CHECK(TGKIT_HTML, rows);
}

/* proves TX-1 */
static void entities_stand_in_the_order_of_the_api(void **state) {
  static const row rows[] = {
      {"<i><b><u>x</u></b></i>", "x", "Bold 0+1, Italic 0+1, Underline 0+1", 0},
      {"<b>a<i>b</i></b>", "ab", "Bold 0+2, Italic 1+1", 0},
      {"<tg-spoiler><s><a href='e.org'><code>x</code></a></s></tg-spoiler>", "x",
       "Code 0+1, TextUrl 0+1 http://e.org/, Strike 0+1, Spoiler 0+1", 0},
      {"<tg-emoji emoji-id='5'><tg-time unix='9'><blockquote>x</blockquote></tg-time></tg-emoji>",
       "x", "Blockquote 0+1, FormattedDate 0+1 9 , CustomEmoji 0+1 5", 0},
      {"<a href='one.example'><a href='two.example'>x</a></a>", "x",
       "TextUrl 0+1 http://two.example/, TextUrl 0+1 http://one.example/", 0},
      {"<b>1</b><b>2</b><b>3</b>", "123", "Bold 0+1, Bold 1+1, Bold 2+1", 0},
  };
  (void)state;
  CHECK(TGKIT_HTML, rows);
}

/* proves TX-1 */
static void markdown_v2_nests_and_wants_escapes(void **state) {
  static const row rows[] = {
      {"*b* _i_ __u__ ~s~ ||p||", "b i u s p",
       "Bold 0+1, Italic 2+1, Underline 4+1, Strike 6+1, Spoiler 8+1", 0},
      {"*one _two_*", "one two", "Bold 0+7, Italic 4+3", 0},
      {"**x** ~~y~~", "x y", "", 0},
      {"_a __b__ c_", "a b c", "Italic 0+5, Underline 2+1", 0},
      {"__a _b_**__", "a b", "Underline 0+3, Italic 2+1", 0},
      {"___a___", NULL, "", 6},
      {"\\*\\q\\\\ \\", "*q\\ \\", "", 0},
      {"\\\xc3\xa9", "\\\xc3\xa9", "", 0},
      {"1. x", NULL, "", -1},
      {"a|b", NULL, "", -1},
      {"wow!", NULL, "", -1},
      {"a >b", NULL, "", -1},
      {"ok *a_b*", NULL, "", 7},
      {"[x](one.example) [y](tg://user?id=3) [z]", "x y z",
       "TextUrl 0+1 http://one.example/, MentionName 2+1 3", 0},
      {"[x](one.example/a\\)\\b)", "x", "TextUrl 0+1 http://one.example/a)b", 0},
      {"[x](one.example", NULL, "", 4},
      {"![\xf0\x9f\x91\x8d](tg://emoji?id=6) ![t](tg://time?unix=12&format=r)",
       "\xf0\x9f\x91\x8d t", "CustomEmoji 0+2 6, FormattedDate 3+1 12 r", 0},
      {"![x]", NULL, "", -1},
      {"![x](tg://emoji?id=0)", NULL, "", -1},
      {"![x](tg://time?unix=1&format=z)", NULL, "", -1},
  };
  (void)state;
  CHECK(TGKIT_MARKDOWN_V2, rows);
}

static void markdown_v2_code_knows_only_backticks_and_escapes(void **state) {
  static const row rows[] = {
      {"`a*b_c` `\\`\\\\`", "a*b_c `\\", "Code 0+5, Code 6+2", 0},
      {"```py\nx = [1]\n```", "x = [1]\n", "Pre 0+8 py", 0},
      {"```py```", "py", "Pre 0+2 ", 0},
      {"```py x```", " x", "Pre 0+2 py", 0},
      {"```\r\nx```", "x", "Pre 0+1 ", 0},
      {"```\n\nx```", "\nx", "Pre 0+2 ", 0},
      {"```c\n`x`y```", "xy", "Pre 0+2 c, Code 0+1", 0},
      {"a```\nb", NULL, "", 1},
  };
  (void)state;
  CHECK(TGKIT_MARKDOWN_V2, rows);
}

/* proves TX-1 */
static void markdown_v2_quotes_lines(void **state) {
  static const row rows[] = {
      {">one\n>two\nthree", "one\ntwo\nthree", "Blockquote 0+8", 0},
      {">one\n>two", "one\ntwo", "Blockquote 0+7", 0},
      {"x\n>one||\ny", "x\none\ny", "Blockquote 2+4 collapsed", 0},
      {">one||\r\nx", "one\r\nx", "Blockquote 0+5 collapsed", 0},
      {">one\n**>two||", "one\ntwo", "Blockquote 0+4, Blockquote 4+3 collapsed", 0},
      {">*one\n>two*\n", "one\ntwo\n", "Blockquote 0+8, Bold 0+7", 0},
      {">*one\ntwo*", NULL, "", 1},
      {">one||x\n", NULL, "", 4},
      {">\n>", "\n", "Blockquote 0+1", 0},
      {"\\\n>q", "\nq", "Blockquote 1+1", 0},
  };
  (void)state;
  CHECK(TGKIT_MARKDOWN_V2, rows);
}

/* proves TX-1 */
static void old_markdown_does_not_nest(void **state) {
  static const row rows[] = {
      {"*b _x_* _i_", "b _x_ i", "Bold 0+5, Italic 6+1", 0},
      {"\\*a\\.b\\[ ~x~ >q!", "*a\\.b[ ~x~ >q!", "", 0},
      {"a_b", NULL, "", 1},
      {"`x` ```c\ny``` ```z```", "x y z", "Code 0+1, Pre 2+1 c, Pre 4+1 ", 0},
      {"[x](one.example) [y](two.example", "x y",
       "TextUrl 0+1 http://one.example/, TextUrl 2+1 http://two.example/", 0},
      {"[one.example] [two]", "one.example two", "TextUrl 0+11 http://one.example/", 0},
      {"[x", NULL, "", 0},
      {"**a** __b__", "a b", "", 0},
  };
  (void)state;
  CHECK(TGKIT_MARKDOWN, rows);
}

static void what_is_not_utf8_is_refused(void **state) {
  static const char *const wrong[] = {
      "\x80",         "a\xc3",           "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
      "\xe0\x9f\xbf", "\xf0\x8f\x80\x80"};
  tl_arena arena;
  tgkit_text text;
  (void)state;
  tl_arena_init(&arena, NULL, 0);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_int_equal(tgkit_text_parse(TGKIT_HTML, wrong[i], strlen(wrong[i]), &arena, &text, NULL),
                     MTP_ERR_ARGUMENT);
  assert_int_equal(tgkit_text_parse(TGKIT_HTML, "a\0b", 3, &arena, &text, NULL), MTP_ERR_ARGUMENT);
  assert_int_equal(tgkit_text_parse(TGKIT_MARKDOWN_V2, "a\0b", 3, &arena, &text, NULL), MTP_OK);
  assert_int_equal(text.text.size, 3);
  tl_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(html_takes_tags_in_any_case_and_attributes_in_lower_case),
      cmocka_unit_test(html_refuses_what_it_does_not_know),
      cmocka_unit_test(html_knows_four_names_and_numbers_of_characters),
      cmocka_unit_test(html_joins_pre_and_code_with_a_language),
      cmocka_unit_test(addresses_are_checked_and_written_anew),
      cmocka_unit_test(entities_stand_in_the_order_of_the_api),
      cmocka_unit_test(markdown_v2_nests_and_wants_escapes),
      cmocka_unit_test(markdown_v2_code_knows_only_backticks_and_escapes),
      cmocka_unit_test(markdown_v2_quotes_lines),
      cmocka_unit_test(old_markdown_does_not_nest),
      cmocka_unit_test(what_is_not_utf8_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
