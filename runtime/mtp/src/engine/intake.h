/* The packet that is being taken in, a bounded piece at a time (LV-5). */
#ifndef MTP_ENGINE_INTAKE_H
#define MTP_ENGINE_INTAKE_H

#include "parse.h"

typedef struct mtp_intake {
  bool busy;
  bool handling; /* its messages are known, and it has passed every check */
  bool repeated; /* it came before */
  int64_t msg_id;
  tl_buffer packet; /* opened in place; what is parsed points into it */
  mtp_parsed parsed;
  size_t handled; /* messages so far */
} mtp_intake;

/* Wipes and forgets it. */
void mtp_engine_intake_drop(mtp_engine *engine);

#endif
