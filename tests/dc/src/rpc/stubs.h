/* Methods whose answer is the same for everybody. */
#ifndef TGDC_STUBS_H
#define TGDC_STUBS_H

#include "rpc.h"

typedef struct dc_stub_row {
  const char *method, *json;
} dc_stub_row;

extern const dc_stub_row dc_stubs[]; /* ended by a row with method NULL */

/* Answers if there is a row for the method. */
bool dc_stub(dc_call *call);

#endif
