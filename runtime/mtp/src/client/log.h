/* Lines for the log callback of a client (LG-9). */
#ifndef MTP_CLIENT_LOG_H
#define MTP_CLIENT_LOG_H

#include <mtp/client.h>

void mtp_log(const mtp_client *client, mtp_log_level level, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

#endif
