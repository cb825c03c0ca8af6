/* parse.h: what the tests of the parser share. */
#ifndef TESTS_PARSE_H
#define TESTS_PARSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tl-parser/tl-parser.h"

/* Parses a text that has to be right; prints what is not. */
static inline tlp_schema *parse(const char *text) {
  tlp_schema *schema = tlp_schema_new(NULL);
  assert_non_null(schema);
  tlp_status status = tlp_schema_add(schema, "test.tl", text, strlen(text));
  tlp_status finish = tlp_schema_finish(schema);
  for (size_t i = 0; i < tlp_schema_diag_count(schema); i++) {
    char buffer[1024];
    (void)tlp_diag_format(schema, tlp_schema_diag(schema, i), buffer, sizeof buffer);
    if (tlp_schema_diag(schema, i)->severity == TLP_ERROR)
      print_message("%s", buffer);
  }
  assert_int_equal(status, TLP_OK);
  assert_int_equal(finish, TLP_OK);
  return schema;
}

static inline const tlp_combinator *find(const tlp_schema *schema, const char *name) {
  const tlp_combinator *combinator = tlp_schema_find(schema, name);
  assert_non_null(combinator);
  return combinator;
}

/* The canonical line of a combinator must be this. */
static inline void assert_line(const tlp_schema *schema, const char *name, const char *line) {
  char buffer[2048];
  assert_in_range(tlp_combinator_print(find(schema, name), buffer, sizeof buffer), 1,
                  sizeof buffer - 1);
  assert_string_equal(buffer, line);
}

#endif
