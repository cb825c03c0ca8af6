/* A network without delay, and a clock of the system that stands, for programs that wrap connect,
 * accept and clock_gettime (tlgen_wrap): what one side has sent the other one has, so that whether
 * anything moves can be told without waiting. */
#ifndef TESTS_MTP_INSTANT_NET_H
#define TESTS_MTP_INSTANT_NET_H

#include <stdbool.h>

/* While it is off nothing can be reached. */
void instant_net_switch(bool on);

#endif
