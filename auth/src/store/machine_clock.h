/* A clock that nobody sets and that goes on while the machine sleeps. */
#ifndef TGAUTH_MACHINE_CLOCK_H
#define TGAUTH_MACHINE_CLOCK_H

#include <stdint.h>

/* Milliseconds since the machine was started, one clock for all of its processes. */
int64_t tgauth_machine_ms(void);

#endif
