/* The table of RPC errors: full names by binary search, templates by trying each number in the text
 * in the place of %d, and each end of it in the place of %s. */
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

/* The error as a full name or a template with a number. name ends with a NUL. */
static uint16_t find_short(const tl_error_table *table, const char *name, size_t size,
                           int64_t *arg) {
  uint16_t found = find_exact(table, name);
  for (size_t at = 0; at < size && !found; at++) {
    size_t digits = 0;
    while (is_digit(name[at + digits]))
      digits++;
    if (digits == 0)
      continue;
    found = find_template(table, name, at, digits);
    if (found && !read_number(name + at, digits, arg))
      return 0;
    at += digits;
  }
  return found;
}

/* The longest template whose beginning the text has, with something behind it. */
static uint16_t find_beginning(const tl_error_table *table, const char *text, size_t size) {
  char name[NAME_MOST];
  size_t most = size < NAME_MOST - 3 ? size : NAME_MOST - 3;
  uint16_t found = 0;
  for (size_t at = most; at > 0 && !found; at--) {
    if (text[at - 1] != '_' || at == size)
      continue;
    memcpy(name, text, at);
    memcpy(name + at, "%s", 3);
    found = find_exact(table, name);
  }
  return found;
}

uint16_t tl_error_find(const tl_error_table *table, const char *text, size_t size, int64_t *arg) {
  char name[NAME_MOST];
  int64_t number = 0, *out = arg ? arg : &number;
  uint16_t found = 0;
  *out = 0;
  if (memchr(text, 0, size) || memchr(text, '%', size))
    return 0;
  if (size < sizeof name) {
    memcpy(name, text, size);
    name[size] = 0;
    found = find_short(table, name, size, out);
  }
  return found ? found : find_beginning(table, text, size);
}

tl_string tl_error_tail(const tl_error_table *table, uint16_t error, const char *text,
                        size_t size) {
  const char *name = tl_error_name(table, error);
  size_t head = strlen(name);
  if (head < 2 || strcmp(name + head - 2, "%s") != 0 || size < head - 2 ||
      memcmp(name, text, head - 2) != 0)
    return (tl_string){"", 0};
  return (tl_string){text + head - 2, size - (head - 2)};
}

bool tl_error_has_code(const tl_error_table *table, uint16_t error, int32_t code) {
  if (error == 0 || error > table->count)
    return false;
  const tl_error_entry *entry = &table->entries[error - 1];
  if (entry->code == code)
    return true;
  if (!entry->codes)
    return false;
  const int16_t *other = table->codes + entry->codes;
  while (*other && *other != code)
    other++;
  return *other != 0;
}

/* Where the table lists it for that function, its own list before that of all functions;
 * method_errors has no more places when it does not. */
static uint32_t find_listed(const tl_error_table *table, uint16_t def, uint16_t error) {
  const uint16_t *first = table->method_first + (def - table->schema->n_constructors);
  for (uint32_t i = first[0]; i < first[1]; i++)
    if (table->method_errors[i] == error)
      return i;
  for (uint32_t i = 0; i < table->n_globals; i++)
    if (table->method_errors[i] == error)
      return i;
  return UINT32_MAX;
}

static bool is_function(const tl_error_table *table, uint16_t def) {
  return def >= table->schema->n_constructors && def < table->schema->n_defs;
}

bool tl_error_listed(const tl_error_table *table, uint16_t def, uint16_t error) {
  return is_function(table, def) && error != 0 && find_listed(table, def, error) != UINT32_MAX;
}

int32_t tl_error_code_of(const tl_error_table *table, uint16_t def, uint16_t error) {
  if (error == 0 || error > table->count)
    return 0;
  uint32_t at = is_function(table, def) ? find_listed(table, def, error) : UINT32_MAX;
  return at == UINT32_MAX ? table->entries[error - 1].code
                          : table->own_codes[table->method_codes[at]];
}

const char *tl_error_name(const tl_error_table *table, uint16_t error) {
  if (error == 0 || error > table->count)
    return "UNKNOWN";
  return table->names + table->entries[error - 1].name;
}
