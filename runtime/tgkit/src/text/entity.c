/* Marks as constructors of MessageEntity, and back. All constructors of that type have offset and
 * length, and some a field or two more: found by name in the tables of the schema, so that there is
 * one way for all of them. */
#include "markup.h"

#include <string.h>
#include <tg/schema.h>

/* Fields beside offset and length, and what of a mark they hold. */
static const struct {
  const char *name;
  enum { ARGUMENT, ID, FLAG } holds;
  uint32_t flag;
} extras[] = {
    {"language", ARGUMENT, 0},
    {"url", ARGUMENT, 0},
    {"old_text", ARGUMENT, 0},
    {"user_id", ID, 0},
    {"document_id", ID, 0},
    {"date", ID, 0},
    {"relative", FLAG, MARK_RELATIVE},
    {"short_time", FLAG, MARK_SHORT_TIME},
    {"long_time", FLAG, MARK_LONG_TIME},
    {"short_date", FLAG, MARK_SHORT_DATE},
    {"long_date", FLAG, MARK_LONG_DATE},
    {"day_of_week", FLAG, MARK_DAY_OF_WEEK},
    {"collapsed", FLAG, MARK_COLLAPSED},
};

/* The definition of a kind. */
static const tl_def *definition(mark_kind kind) {
  uint16_t type = tl_find_type(&tg_schema, "MessageEntity", strlen("MessageEntity"));
  return &tg_schema.defs[tg_schema.types[type].arg + (uint16_t)kind - 1];
}

static const tl_field *field_of(const tl_def *def, const char *name) {
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &tg_schema.fields[def->field + i];
    if (field->offset != TL_NONE && strcmp(tl_field_name(&tg_schema, field), name) == 0)
      return field;
  }
  return NULL;
}

static void set_integer(void *args, const tl_field *field, int64_t value) {
  int32_t small = (int32_t)value;
  if (field->op == TL_OP_LONG)
    memcpy((char *)args + field->offset, &value, sizeof value);
  else
    memcpy((char *)args + field->offset, &small, sizeof small);
}

static int64_t get_integer(const void *args, const tl_field *field) {
  int64_t value;
  int32_t small;
  if (field->op == TL_OP_LONG) {
    memcpy(&value, (const char *)args + field->offset, sizeof value);
    return value;
  }
  memcpy(&small, (const char *)args + field->offset, sizeof small);
  return small;
}

static void set_extra(void *args, const tl_field *field, const mark *item, size_t i) {
  bool flag = item->flags & extras[i].flag;
  if (extras[i].holds == ID)
    set_integer(args, field, item->id);
  else if (extras[i].holds == FLAG)
    memcpy((char *)args + field->offset, &flag, sizeof flag);
  else
    memcpy((char *)args + field->offset, &item->argument, sizeof item->argument);
}

bool tgkit_entity_make(tl_arena *arena, const mark *item, tg_MessageEntity *out) {
  const tl_def *def = definition(item->kind);
  tl_sum sum = {(unsigned)item->kind, NULL};
  void *args = tl_arena_alloc(arena, def->size);
  if (!args)
    return false;
  memset(args, 0, def->size);
  set_integer(args, field_of(def, "offset"), item->offset);
  set_integer(args, field_of(def, "length"), item->length);
  for (size_t i = 0; i < sizeof extras / sizeof *extras; i++) {
    const tl_field *field = field_of(def, extras[i].name);
    if (field)
      set_extra(args, field, item, i);
  }
  sum.ptr = args;
  memcpy(out, &sum, sizeof sum);
  return true;
}

static void get_extra(const void *args, const tl_field *field, mark *item, size_t i) {
  bool flag;
  if (extras[i].holds == ID) {
    item->id = get_integer(args, field);
  } else if (extras[i].holds == FLAG) {
    memcpy(&flag, (const char *)args + field->offset, sizeof flag);
    item->flags |= flag ? extras[i].flag : 0;
  } else {
    memcpy(&item->argument, (const char *)args + field->offset, sizeof item->argument);
  }
}

void tgkit_entity_read(const tg_MessageEntity *entity, mark *item) {
  tl_sum sum;
  memcpy(&sum, entity, sizeof sum);
  const tl_def *def = definition(entity->kind);
  *item = (mark){.kind = entity->kind, .argument = {"", 0}};
  item->offset = (int32_t)get_integer(sum.ptr, field_of(def, "offset"));
  item->length = (int32_t)get_integer(sum.ptr, field_of(def, "length"));
  if (entity->kind == TG_inputMessageEntityMentionName) {
    tg_InputUser user = entity->inputMessageEntityMentionName->user_id;
    item->kind = TG_messageEntityMentionName;
    item->id = user.kind == TG_inputUser ? user.inputUser->user_id : 0;
    return;
  }
  for (size_t i = 0; i < sizeof extras / sizeof *extras; i++) {
    const tl_field *field = field_of(def, extras[i].name);
    if (field)
      get_extra(sum.ptr, field, item, i);
  }
}
