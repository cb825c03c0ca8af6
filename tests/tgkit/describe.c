#include "describe.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <tg/schema.h>
#include <tl/print.h>

typedef struct line {
  char *at;
  size_t left;
} line;

static void add(line *l, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int n = vsnprintf(l->at, l->left, format, args);
  va_end(args);
  size_t used = n < 0 ? 0 : (size_t)n < l->left ? (size_t)n : l->left - 1;
  l->at += used;
  l->left -= used;
}

static void add_date(line *l, const tg_messageEntityFormattedDate *date) {
  add(l, " %d %s%s%s%s%s%s", date->date, date->relative ? "r" : "", date->day_of_week ? "w" : "",
      date->short_date ? "d" : "", date->long_date ? "D" : "", date->short_time ? "t" : "",
      date->long_time ? "T" : "");
}

static void add_rest(line *l, const tg_MessageEntity *entity) {
  switch (entity->kind) {
  case TG_messageEntityPre:
    add(l, " %.*s", (int)entity->messageEntityPre->language.size,
        entity->messageEntityPre->language.data);
    break;
  case TG_messageEntityTextUrl:
    add(l, " %.*s", (int)entity->messageEntityTextUrl->url.size,
        entity->messageEntityTextUrl->url.data);
    break;
  case TG_messageEntityMentionName:
    add(l, " %lld", (long long)entity->messageEntityMentionName->user_id);
    break;
  case TG_messageEntityCustomEmoji:
    add(l, " %lld", (long long)entity->messageEntityCustomEmoji->document_id);
    break;
  case TG_messageEntityBlockquote:
    add(l, "%s", entity->messageEntityBlockquote->collapsed ? " collapsed" : "");
    break;
  case TG_messageEntityFormattedDate:
    add_date(l, entity->messageEntityFormattedDate);
    break;
  default:
    break;
  }
}

char *describe_entities(const tgkit_text *text, char *out, size_t size) {
  line l = {out, size};
  *out = 0;
  uint16_t type = tl_find_type(&tg_schema, "MessageEntity", 13);
  for (size_t i = 0; i < text->entities.count; i++) {
    const tg_MessageEntity *entity = &text->entities.items[i];
    const tl_def *def = &tg_schema.defs[tg_schema.types[type].arg + entity->kind - 1];
    const char *name = tg_schema.names + def->name;
    /* Every one of them that a reader makes has offset and length first in its struct's tables. */
    int32_t range[2] = {0, 0};
    tl_sum sum;
    memcpy(&sum, entity, sizeof sum);
    for (uint16_t f = 0; f < def->n_fields; f++) {
      const tl_field *field = &tg_schema.fields[def->field + f];
      const char *field_name = tl_field_name(&tg_schema, field);
      if (!strcmp(field_name, "offset") || !strcmp(field_name, "length"))
        memcpy(&range[*field_name == 'l'], (const char *)sum.ptr + field->offset, sizeof *range);
    }
    add(&l, "%s%s %d+%d", i ? ", " : "", name + strlen("messageEntity"), range[0], range[1]);
    add_rest(&l, entity);
  }
  return out;
}
