/* The table of RPC errors: full names by binary search, templates by trying each number in the text
 * in the place of %d. */
#include <string.h>
#include <tl/errors.h>

enum { NAME_MOST = 128 }; /* no template is longer */

static uint16_t find_exact(const tl_error_table *table, const char *name) {
  size_t low = 0, high = table->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(table->names + table->entries[middle].name, name);
    if (order == 0)
      return (uint16_t)(middle + 1);
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return 0;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* The number in `size` digits; false when it does not fit. */
static bool read_number(const char *digits, size_t size, int64_t *out) {
  int64_t value = 0;
  for (size_t i = 0; i < size; i++) {
    int digit = digits[i] - '0';
    if (value > (INT64_MAX - digit) / 10)
      return false;
    value = value * 10 + digit;
  }
  *out = value;
  return true;
}

/* The template that text is when `size` bytes from `at` on are its number. */
static uint16_t find_template(const tl_error_table *table, const char *text, size_t at,
                              size_t size) {
  char name[NAME_MOST + 2];
  memcpy(name, text, at);
  memcpy(name + at, "%d", 2);
  strcpy(name + at + 2, text + at + size);
  return find_exact(table, name);
}

uint16_t tl_error_find(const tl_error_table *table, const char *text, size_t size, int64_t *arg) {
  char name[NAME_MOST];
  int64_t number = 0, *out = arg ? arg : &number;
  *out = 0;
  if (size >= sizeof name || memchr(text, 0, size) || memchr(text, '%', size))
    return 0;
  memcpy(name, text, size);
  name[size] = 0;
  uint16_t found = find_exact(table, name);
  for (size_t at = 0; at < size && !found; at++) {
    size_t digits = 0;
    while (is_digit(name[at + digits]))
      digits++;
    if (digits == 0)
      continue;
    found = find_template(table, name, at, digits);
    if (found && !read_number(name + at, digits, out))
      return 0;
    at += digits;
  }
  return found;
}

bool tl_error_listed(const tl_error_table *table, uint16_t def, uint16_t error) {
  if (def < table->schema->n_constructors || def >= table->schema->n_defs || error == 0)
    return false;
  for (uint16_t i = 0; i < table->n_globals; i++)
    if (table->method_errors[i] == error)
      return true;
  const uint16_t *first = table->method_first + (def - table->schema->n_constructors);
  for (uint16_t i = first[0]; i < first[1]; i++)
    if (table->method_errors[i] == error)
      return true;
  return false;
}

const char *tl_error_name(const tl_error_table *table, uint16_t error) {
  if (error == 0 || error > table->count)
    return "UNKNOWN";
  return table->names + table->entries[error - 1].name;
}
