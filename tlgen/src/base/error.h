/* error.h: messages to whoever runs tlgen. */
#ifndef TLGEN_ERROR_H
#define TLGEN_ERROR_H

#include "tl-parser/tl-parser.h"

/* Prints `tlgen: ` and the message to standard error. */
void tlgen_error(const char *format, ...) TLP_PRINTF(1, 2);

#endif
