/* Methods whose answer is the same for everybody. */
#ifndef TGDC_STUBS_H
#define TGDC_STUBS_H

#include "rpc.h"

/* Answers if there is a row for the method. */
bool dc_stub(dc_call *call);

#endif
