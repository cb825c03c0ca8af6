/* What the helpers have in common: calls about a peer, random ids, marked up text. */
#include "kit/call.h"

#include <mtp/rng.h>
#include <stdio.h>
#include <string.h>
#include <tg/messages.h>

#include "kit/kit.h"
#include "peers/ids.h"

mtp_status tgkit_call(tgkit *kit, const tgkit_request *request, tgkit_input *to, mtp_reply **reply,
                      mtp_error *error) {
  mtp_error own;
  error = error ? error : &own;
  tl_call call = request->fill(request->args, to);
  mtp_status status = mtp_call_sync(kit->client, &call, NULL, reply, error);
  if (status != MTP_ERR_RPC || !to || !tgkit_refresh(kit->peers, to, error))
    return status;
  call = request->fill(request->args, to);
  return mtp_call_sync(kit->client, &call, NULL, reply, error);
}

mtp_status tgkit_do(tgkit *kit, const tgkit_request *request, tgkit_input *to, mtp_error *error) {
  mtp_reply *reply;
  mtp_status status = tgkit_call(kit, request, to, &reply, error);
  if (status == MTP_OK)
    mtp_reply_free(reply);
  return status;
}

int64_t tgkit_random_id(void) {
  int64_t id = 0;
  for (int i = 0; !id && i < 4; i++)
    if (mtp_rng_fill(NULL, (uint8_t *)&id, sizeof id) != 0)
      return 0;
  return id;
}

static int32_t id_in(tg_vector_Update list, int64_t random_id) {
  for (size_t i = 0; i < list.count; i++)
    if (list.items[i].kind == TG_updateMessageID &&
        list.items[i].updateMessageID->random_id == random_id)
      return list.items[i].updateMessageID->id;
  return 0;
}

int32_t tgkit_sent_id(const tg_Updates *answer, int64_t random_id) {
  switch (answer->kind) {
  case TG_updateShortSentMessage:
    return answer->updateShortSentMessage->id;
  case TG_updates:
    return id_in(answer->updates->updates, random_id);
  case TG_updatesCombined:
    return id_in(answer->updatesCombined->updates, random_id);
  default:
    return 0;
  }
}

tg_vector_Message tgkit_messages_of(const tg_messages_Messages *answer) {
  switch (answer->kind) {
  case TG_messages_messages:
    return answer->messages_messages->messages;
  case TG_messages_messagesSlice:
    return answer->messages_messagesSlice->messages;
  case TG_messages_channelMessages:
    return answer->messages_channelMessages->messages;
  default:
    return (tg_vector_Message){0};
  }
}

/* Mentions as they are sent: with the hash of whom they mention. Those of whom too little is known
 * stay as they are. */
static bool name_mentions(tgkit *kit, tl_arena *arena, tgkit_text *text) {
  tg_MessageEntity *items = NULL;
  for (size_t i = 0; i < text->entities.count; i++) {
    if (text->entities.items[i].kind != TG_messageEntityMentionName)
      continue;
    const tg_messageEntityMentionName *old = text->entities.items[i].messageEntityMentionName;
    tgkit_input *input = tl_arena_alloc(arena, sizeof *input);
    tg_inputMessageEntityMentionName *made = tl_arena_alloc(arena, sizeof *made);
    if (!items)
      items = (tg_MessageEntity *)(void *)tl_arena_copy(arena, text->entities.items,
                                                        text->entities.count * sizeof *items);
    if (!items || !input || !made)
      return false;
    if (!tgkit_input_of(kit->peers, TGKIT_USER, old->user_id, input))
      continue;
    *made = (tg_inputMessageEntityMentionName){
        .offset = old->offset, .length = old->length, .user_id = input->user};
    items[i] = tg_inputMessageEntityMentionName_box(made);
  }
  if (items)
    text->entities.items = items;
  return true;
}

mtp_status tgkit_read_text(tgkit *kit, tl_string text, const tgkit_send_options *options,
                           tl_arena *arena, tgkit_text *out, mtp_error *error) {
  mtp_error why;
  char line[600], place[32] = "";
  *out = (tgkit_text){.text = text};
  if (!options || !options->markup)
    return MTP_OK;
  mtp_status status = tgkit_text_parse(*options->markup, text.data, text.size, arena, out, &why);
  if (status == MTP_OK && name_mentions(kit, arena, out))
    return MTP_OK;
  if (status == MTP_OK || status == MTP_ERR_NOMEM)
    return tgkit_fail(error, MTP_ERR_NOMEM, "");
  if (why.tl.offset != TGKIT_NOWHERE)
    snprintf(place, sizeof place, " at byte %zu", why.tl.offset);
  snprintf(line, sizeof line, "the markup is wrong%s: %s", place, why.text);
  return tgkit_fail(error, MTP_ERR_ARGUMENT, line);
}
