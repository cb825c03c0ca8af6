/* What we know of a message, in the bytes of msgs_state_info (MS-14). */
#ifndef MTP_ENGINE_HANDLERS_STATES_H
#define MTP_ENGINE_HANDLERS_STATES_H

#include "engine/handlers.h"

#include <tl/schema.h>

/* Answers message req_id with the states of ids, as if it were msgs_state_req. OK, NOMEM. */
mtp_cause mtp_note_states(mtp_rx *rx, int64_t req_id, const tl_vector_long *ids);

#endif
