/* A file reference that the server takes no longer: the location is got hold of anew, where the
 * file was seen, and the parts that failed for it are asked for again
 * (https://core.telegram.org/api/file-references). */
#include <string.h>
#include <tg/channels.h>
#include <tg/messages.h>
#include <tg/photos.h>

#include "files/download.h"

enum { MAX_REFERENCES = 3 };

/* FILE_REFERENCE_EXPIRED, _INVALID, _EMPTY and FILE_REFERENCE_X_EXPIRED. */
static bool is_about_reference(const mtp_error *error) {
  static const char prefix[] = "FILE_REFERENCE_";
  return error->status == MTP_ERR_RPC && strncmp(error->text, prefix, strlen(prefix)) == 0;
}

/* ---- what is found where it was seen ---- */

/* A reference for the location, from the object of the same id. */
static bool take_document(tg_InputFileLocation *location, const tg_Document *document) {
  if (location->kind != TG_inputDocumentFileLocation || document->kind != TG_document ||
      document->document->id != location->inputDocumentFileLocation->id)
    return false;
  tg_inputDocumentFileLocation *at = (void *)location->inputDocumentFileLocation;
  at->access_hash = document->document->access_hash;
  at->file_reference = document->document->file_reference;
  return true;
}

static bool take_photo(tg_InputFileLocation *location, const tg_Photo *photo) {
  if (location->kind != TG_inputPhotoFileLocation || photo->kind != TG_photo ||
      photo->photo->id != location->inputPhotoFileLocation->id)
    return false;
  tg_inputPhotoFileLocation *at = (void *)location->inputPhotoFileLocation;
  at->access_hash = photo->photo->access_hash;
  at->file_reference = photo->photo->file_reference;
  return true;
}

/* Documents and photos in any value, at whatever place: a message has them in many. */
static bool search(tg_InputFileLocation *location, const tl_value *value, unsigned depth);

static bool search_object(tg_InputFileLocation *location, const tl_object *object, unsigned depth) {
  const tl_schema *schema = object->schema;
  if (!schema || !object->args)
    return false;
  const tl_def *def = &schema->defs[object->def];
  for (size_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &schema->fields[def->field + i];
    if (field->offset == TL_NONE || field->op < TL_OP_PRIMITIVES || field->op == TL_OP_WORD)
      continue;
    tl_value inner = {schema, (const uint8_t *)object->args + field->offset, field->type};
    if (search(location, &inner, depth + 1))
      return true;
  }
  return false;
}

static bool search_vector(tg_InputFileLocation *location, const tl_value *value, unsigned depth) {
  const tl_schema *schema = value->schema;
  uint16_t element = schema->types[value->type].arg;
  tl_vector list;
  memcpy(&list, value->slot, sizeof list);
  if (element < TL_OP_PRIMITIVES)
    return false;
  for (size_t i = 0; i < list.count; i++) {
    const uint8_t *items = list.items;
    tl_value inner = {schema, items + i * schema->types[element].slot, element};
    if (search(location, &inner, depth + 1))
      return true;
  }
  return false;
}

static bool search(tg_InputFileLocation *location, const tl_value *value, unsigned depth) {
  static const char document[] = "Document", photo[] = "Photo";
  uint8_t op = value->schema->types[value->type].op;
  if (depth > TL_DEPTH_LIMIT)
    return false;
  if (value->type == tl_find_type(&tg_schema, document, strlen(document)))
    return take_document(location, value->slot);
  if (value->type == tl_find_type(&tg_schema, photo, strlen(photo)))
    return take_photo(location, value->slot);
  if (op == TL_OP_VECTOR || op == TL_OP_BARE_VECTOR)
    return search_vector(location, value, depth);
  if (op != TL_OP_SUM && op != TL_OP_PTR && op != TL_OP_BARE)
    return false;
  tl_object object = tl_value_object(value);
  return search_object(location, &object, depth);
}

/* ---- the library's own way ---- */

static void seen_again(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_download_state *down = ctx;
  tg_InputFileLocation location = down->location;
  tg_inputDocumentFileLocation document;
  tg_inputPhotoFileLocation photo;
  if (location.kind == TG_inputDocumentFileLocation) {
    document = *location.inputDocumentFileLocation;
    location.inputDocumentFileLocation = &document;
  } else if (location.kind == TG_inputPhotoFileLocation) {
    photo = *location.inputPhotoFileLocation;
    location.inputPhotoFileLocation = &photo;
  }
  bool found = !error && search(&location, mtp_reply_value(reply), 0);
  mtp_transfer_refreshed(&down->base, found ? &location : NULL);
  mtp_reply_free(reply);
}

static bool start(mtp_download_state *down, const tl_call *call) {
  static const mtp_call_options patient = {.patient = true};
  return mtp_client_call(down->base.client, call, &patient, seen_again, down, &down->base.aside,
                         NULL) == MTP_OK;
}

static bool ask_message(mtp_download_state *down) {
  const mtp_origin *origin = &down->origin;
  tg_inputMessageID number = {origin->message_id};
  tg_InputMessage one = tg_inputMessageID_box(&number);
  if (!origin->id) {
    tg_messages_getMessages request = {{&one, 1}};
    tl_call call = tg_messages_getMessages_call(&request);
    return start(down, &call);
  }
  tg_inputChannel channel = {.channel_id = origin->id, .access_hash = origin->access_hash};
  tg_channels_getMessages request = {.channel = tg_inputChannel_box(&channel), .id = {&one, 1}};
  tl_call call = tg_channels_getMessages_call(&request);
  return start(down, &call);
}

static bool ask_user_photo(mtp_download_state *down) {
  const mtp_origin *origin = &down->origin;
  tg_inputUser user = {.user_id = origin->id, .access_hash = origin->access_hash};
  static const tg_inputUserSelf self = {0};
  if (down->location.kind != TG_inputPhotoFileLocation)
    return false;
  tg_photos_getUserPhotos request = {.user_id = origin->id ? tg_inputUser_box(&user)
                                                           : tg_inputUserSelf_box(&self),
                                     .offset = -1, /* from that photo on, and it */
                                     .max_id = down->location.inputPhotoFileLocation->id,
                                     .limit = 1};
  tl_call call = tg_photos_getUserPhotos_call(&request);
  return start(down, &call);
}

static bool ask_chat_photo(mtp_download_state *down) {
  const mtp_origin *origin = &down->origin;
  tg_inputChannel channel = {.channel_id = origin->id, .access_hash = origin->access_hash};
  tg_channels_getFullChannel of_channel = {.channel = tg_inputChannel_box(&channel)};
  tg_messages_getFullChat of_group = {.chat_id = origin->id};
  tl_call call = origin->access_hash ? tg_channels_getFullChannel_call(&of_channel)
                                     : tg_messages_getFullChat_call(&of_group);
  return start(down, &call);
}

/* Whether an answer will come. */
static bool ask_origin(mtp_download_state *down) {
  switch (down->origin.kind) {
  case MTP_ORIGIN_MESSAGE:
    return ask_message(down);
  case MTP_ORIGIN_USER_PHOTO:
    return ask_user_photo(down);
  case MTP_ORIGIN_CHAT_PHOTO:
    return ask_chat_photo(down);
  case MTP_ORIGIN_NONE:
    break;
  }
  return false;
}

/* ---- parts ---- */

static void ask_stale(mtp_download_state *down) {
  for (size_t i = 0; i < MTP_PARTS_MAX && !down->base.failed; i++) {
    mtp_part *part = &down->base.parts[i];
    if (!part->stale)
      continue;
    part->stale = false;
    down->ask(down, part);
  }
}

void mtp_transfer_refreshed(mtp_transfer *transfer, const tg_InputFileLocation *location) {
  mtp_download_state *down = (mtp_download_state *)transfer;
  bool fits = location && location->kind == down->location.kind;
  if (!down->refreshing)
    return;
  down->refreshing = false;
  transfer->aside = 0;
  transfer->calls--;
  down->references++;
  if (!transfer->failed && (!fits || mtp_download_locate(down, location, NULL) != MTP_OK))
    mtp_transfer_fail(transfer, &down->worn);
  ask_stale(down);
  mtp_transfer_settle(transfer);
}

bool mtp_refresh_part(mtp_download_state *down, mtp_part *part, const mtp_error *error) {
  bool possible = down->refresh || down->origin.kind != MTP_ORIGIN_NONE;
  if (!is_about_reference(error) || !possible)
    return false;
  if (part->references != down->references) { /* there has been another one since */
    down->ask(down, part);
    return true;
  }
  if (down->references >= MAX_REFERENCES)
    return false;
  part->stale = true;
  if (down->refreshing)
    return true;
  down->worn = *error;
  down->refreshing = true;
  down->base.calls++;
  if (down->refresh) {
    down->base.calls++; /* it may answer at once: nothing ends here before the caller is done */
    down->refresh(down->refresh_ctx, &down->base);
    down->base.calls--;
    return true;
  }
  if (ask_origin(down))
    return true;
  down->refreshing = part->stale = false;
  down->base.calls--;
  return false;
}
