/* Lines for the user's log callback. What goes in here is never a phone number, code, password,
 * key, token or the text of a call (LG-9): callers pass names, numbers of data centres and counts.
 */
#include "client/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "client/client.h"

void mtp_log(const mtp_client *client, mtp_log_level level, const char *format, ...) {
  const mtp_options *o = &client->options;
  if (!o->log || level > o->log_level)
    return;
  char text[400];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  o->log(o->log_ctx, level, text);
}
