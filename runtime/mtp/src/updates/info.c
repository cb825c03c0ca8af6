/* Finds the numbers that order updates in any update, by the names of its fields: a new layer's
 * updates are ordered by the same names. */
#include "updates/info.h"

#include <string.h>
#include <tg/core.h>
#include <tg/updates.h>

/* The slot of a field that is there; NULL otherwise. */
static const void *slot_of(const tl_object *object, const char *name, const tl_field **field) {
  const tl_schema *schema = object->schema;
  if (!schema || !object->args)
    return NULL;
  const tl_def *def = &schema->defs[object->def];
  for (size_t i = 0; i < def->n_fields; i++) {
    const tl_field *each = &schema->fields[def->field + i];
    if (each->offset == TL_NONE || strcmp(tl_field_name(schema, each), name) != 0)
      continue;
    bool scalar = each->op == TL_OP_INT || each->op == TL_OP_LONG;
    const uint8_t *args = object->args;
    if (scalar && each->cond != TL_ALWAYS && !args[each->aux])
      return NULL;
    *field = each;
    return args + each->offset;
  }
  return NULL;
}

static bool get_int(const tl_object *object, const char *name, int32_t *out) {
  const tl_field *field;
  const void *slot = slot_of(object, name, &field);
  if (!slot || field->op != TL_OP_INT)
    return false;
  memcpy(out, slot, sizeof *out);
  return true;
}

static bool get_long(const tl_object *object, const char *name, int64_t *out) {
  const tl_field *field;
  const void *slot = slot_of(object, name, &field);
  if (!slot || field->op != TL_OP_LONG)
    return false;
  memcpy(out, slot, sizeof *out);
  return true;
}

static tl_object get_object(const tl_object *object, const char *name) {
  const tl_field *field;
  const void *slot = slot_of(object, name, &field);
  if (!slot)
    return (tl_object){0};
  tl_value value = {object->schema, slot, field->type};
  return tl_value_object(&value);
}

static tl_object object_of(const tg_Update *update) {
  uint16_t type = tg_schema.defs[tg_updateChannelTooLong_object(NULL).def].type;
  tl_value value = {&tg_schema, update, type};
  return tl_value_object(&value);
}

/* The channel that it is about: named, or that of its message. */
static bool get_channel(const tl_object *object, int64_t *channel_id) {
  if (get_long(object, "channel_id", channel_id))
    return true;
  tl_object message = get_object(object, "message");
  tl_object peer = get_object(&message, "peer_id");
  return get_long(&peer, "channel_id", channel_id);
}

bool mtp_object_pts(const tl_object *object, int32_t *pts, int32_t *pts_count) {
  return get_int(object, "pts", pts) && get_int(object, "pts_count", pts_count);
}

/* A channel's update without a channel belongs to no order (UP-6), and neither does nonsense. */
static void place_by_pts(const tl_object *object, mtp_update_info *info) {
  bool of_channel = strstr(tl_def_name(object->schema, object->def), "Channel") != NULL;
  if (info->value <= 0 || info->count < 0)
    return;
  if (!of_channel)
    info->kind = MTP_UPDATE_COMMON;
  else if (get_channel(object, &info->channel_id))
    info->kind = MTP_UPDATE_CHANNEL;
}

mtp_update_info mtp_update_info_of(const tg_Update *update) {
  mtp_update_info info = {.kind = MTP_UPDATE_FREE};
  tl_object object = object_of(update);
  if (!object.schema)
    return info;
  if (update->kind == TG_updateChannelTooLong) {
    info.kind = MTP_UPDATE_CHANNEL_TOO_LONG;
    info.channel_id = update->updateChannelTooLong->channel_id;
    info.value = update->updateChannelTooLong->pts;
  } else if (mtp_object_pts(&object, &info.value, &info.count)) {
    place_by_pts(&object, &info);
  } else if (get_int(&object, "qts", &info.value) && info.value > 0) {
    info.kind = MTP_UPDATE_SECRET;
    info.count = 1;
  }
  return info;
}

bool mtp_update_resets(const tg_Update *update) {
  return update->kind == TG_updatePtsChanged;
}

int64_t mtp_request_channel(const tl_call *call) {
  int64_t channel_id = 0;
  tl_object about = get_object(call, "channel");
  if (!about.schema)
    about = get_object(call, "peer");
  return get_long(&about, "channel_id", &channel_id) ? channel_id : 0;
}
