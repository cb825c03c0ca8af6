/* What a JSON object of the configuration or of a control command may hold, checked before any of
 * it is used, so that a mistake is answered by what and where it is. */
#include "config.h"

static const dc_member *find(const dc_member *members, const char *name) {
  while (members->name != NULL && strcmp(members->name, name) != 0)
    members++;
  return members->name == NULL ? NULL : members;
}

/* "a whole number from 1 to 999" */
static void describe(const dc_member *member, char *out, size_t size) {
  switch (member->kind) {
  case DC_MEMBER_FLAG:
    snprintf(out, size, "true or false");
    break;
  case DC_MEMBER_NUMBER:
    snprintf(out, size, "a whole number from %lld to %lld", (long long)member->least,
             (long long)member->most);
    break;
  case DC_MEMBER_TEXT:
    snprintf(out, size, "a string of %lld to %lld bytes", (long long)member->least,
             (long long)member->most);
    break;
  case DC_MEMBER_LIST:
    snprintf(out, size, "an array of at most %lld", (long long)member->most);
    break;
  default:
    snprintf(out, size, "an object");
    break;
  }
}

static bool fits(const dc_member *member, const json_t *value) {
  int64_t size = 0;
  switch (member->kind) {
  case DC_MEMBER_FLAG:
    return json_is_boolean(value);
  case DC_MEMBER_NUMBER:
    size = json_is_integer(value) ? json_integer_value(value) : INT64_MIN;
    break;
  case DC_MEMBER_TEXT:
    size = json_is_string(value) ? (int64_t)json_string_length(value) : INT64_MIN;
    break;
  case DC_MEMBER_LIST:
    return json_is_array(value) && json_array_size(value) <= (uint64_t)member->most;
  case DC_MEMBER_OBJECT:
    return json_is_object(value);
  case DC_MEMBER_ANY:
    return true;
  }
  return size >= member->least && size <= member->most;
}

bool dc_config_check(const json_t *object, const dc_member *members, const char *where,
                     const dc_problem *problem) {
  const char *key;
  json_t *value;
  char expected[96];
  if (!json_is_object(object)) {
    dc_fail(problem->text, problem->size, "%s is not an object", where);
    return false;
  }
  json_object_foreach((json_t *)(uintptr_t)object, key, value) {
    const dc_member *member = find(members, key);
    if (member == NULL) {
      dc_fail(problem->text, problem->size, "%s has no \"%.40s\"", where, key);
      return false;
    }
    if (!fits(member, value)) {
      describe(member, expected, sizeof expected);
      dc_fail(problem->text, problem->size, "%s: \"%s\" is not %s", where, key, expected);
      return false;
    }
  }
  return true;
}

void dc_config_bad_value(const char *name, const tl_error *error, const dc_problem *problem) {
  bool inside = strpbrk(error->path, ".[") != NULL;
  dc_fail(problem->text, problem->size, "\"%s\": %s%s%s", name, error->text, inside ? " at " : "",
          inside ? error->path : "");
}

bool dc_config_center(tgdc *dc, int id, const char *where, const dc_problem *problem) {
  if (id == 0 || dc_center_find(dc, id) != NULL)
    return true;
  dc_fail(problem->text, problem->size, "%s: there is no data centre %d", where, id);
  return false;
}
