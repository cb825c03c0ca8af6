/* Messages: everybody has a box, as Telegram's users have; sending puts one copy into each of the
 * two concerned. They are not kept over a restart. */
#ifndef TGDC_BOXES_H
#define TGDC_BOXES_H

#include "state.h"

/* Puts a message into the user's box and counts pts up. NULL: out of memory. The pointer is good
 * until the next one is added. */
dc_message_text *dc_box_add(tgdc *dc, dc_user *user, const dc_message_text *message,
                            tl_string text);
/* The message as its owner sees it, in the arena; kind 0 when memory ended. */
tg_Message dc_box_view(dc_call *call, const dc_message_text *message);
/* updateNewMessage with everybody concerned; further updates stand before it. False: no memory. */
bool dc_box_update(dc_call *call, dc_user *owner, const dc_message_text *message,
                   const tg_Update *before, tg_updates *out);
/* The views of the two people of a message and of the caller, once each. */
tg_vector_User dc_box_people(dc_call *call, const dc_user *a, const dc_user *b);
/* The person that an InputPeer means; NULL: PEER_ID_INVALID was answered. */
dc_user *dc_peer(dc_call *call, const tg_InputPeer *peer);
tg_Peer dc_peer_user(dc_call *call, int64_t id);
/* The file as what it is in a message, a document or a photo; kind 0 when memory ended. */
tg_MessageMedia dc_file_view(dc_call *call, const dc_file *file);
dc_file *dc_file_find(tgdc *dc, int64_t id, int64_t user_id);

#endif
