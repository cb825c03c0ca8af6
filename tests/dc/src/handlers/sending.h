/* Messages on their way into boxes. */
#ifndef TGDC_SENDING_H
#define TGDC_SENDING_H

#include "boxes.h"

enum { DC_ALBUM = 10 };

/* One that is to be sent. file: an uploaded one, or 0; album: as of dc_message_text. */
typedef struct dc_outgoing {
  tl_string text;
  int64_t random_id, file, album;
} dc_outgoing;

/* Puts up to DC_ALBUM messages into the boxes of both, answers with the updates, and tells all
 * clients. What is wrong is answered. */
void dc_send(dc_call *call, const tg_InputPeer *to, const dc_outgoing *list, size_t count);

#endif
