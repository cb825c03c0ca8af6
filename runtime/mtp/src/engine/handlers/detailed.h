/* What the two forms of msg_detailed_info have in common. */
#ifndef MTP_ENGINE_HANDLERS_DETAILED_H
#define MTP_ENGINE_HANDLERS_DETAILED_H

#include "engine/handlers.h"

/* The server has sent, or would send, answer_id: acknowledges it if it came or nobody waits for it,
 * else asks for it. OK, NOMEM. */
mtp_cause mtp_announced(mtp_rx *rx, int64_t answer_id, bool needed);

#endif
