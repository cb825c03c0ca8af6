/* Strings of Telethon and GramJS both begin with "1"; each reads what the other wrote by these
 * rules. */
#ifndef TGAUTH_CONVERT_TELETHON_H
#define TGAUTH_CONVERT_TELETHON_H

#include "../convert.h"

/* "1" and base64. Padding may be missing, as where people copy by double click; but then a GramJS
 * string that is cut must not pass for one of Telethon. The caller wipes the bytes. */
bool tgauth_telethon_decode(const tgauth_source *source, tgauth_decoded *bytes);

/* Whether the bytes after "1" are laid out as Telethon's or as GramJS's. 263 bytes are Telethon's
 * with IPv4; 275 bytes are GramJS's when the length that would stand in them is right, otherwise
 * Telethon's with IPv6. */
bool tgauth_telethon_fits(const tgauth_decoded *bytes);
bool tgauth_gramjs_fits(const tgauth_decoded *bytes);

mtp_status tgauth_telethon_read(const tgauth_decoded *bytes, mtp_session *session,
                                mtp_error *error);

#endif
