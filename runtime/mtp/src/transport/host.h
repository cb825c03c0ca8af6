/* Names of hosts. */
#ifndef MTP_TRANSPORT_HOST_H
#define MTP_TRANSPORT_HOST_H

#include <stddef.h>

#define MTP_HOST_SIZE 256 /* with the 0 */

/* The host as it goes on the wire and is looked up, what is outside ASCII (UTF-8) as xn--. NULL
 * when it is one; otherwise what is wrong with it. */
const char *mtp_host_take(const char *text, size_t n, char out[MTP_HOST_SIZE]);

#endif
