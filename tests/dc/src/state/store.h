/* What outlives a restart: permanent keys and accounts, each in a journal of JSON lines in the
 * state directory; and the outbox, where codes and mails are put for people and tests to read. */
#ifndef TGDC_STORE_H
#define TGDC_STORE_H

#include "dc.h"

/* Makes sure that nobody else works in the state folder while dc lives. False with error filled:
 * somebody does, or it cannot be written. */
bool dc_store_lock(tgdc *dc, char *error, size_t error_size);
/* Reads both journals, writes them anew without what is obsolete, and keeps them open. True when
 * there is no directory. */
bool dc_store_open(tgdc *dc, char *error, size_t error_size);
void dc_store_close(tgdc *dc);

/* Appends the present state of one. Failure is logged: the data centre goes on. */
void dc_store_key(tgdc *dc, const dc_key *key);
void dc_store_key_gone(tgdc *dc, const dc_key *key);
void dc_store_user(tgdc *dc, const dc_user *user);

/* Something was sent outside of Telegram: kind is "code" or "mail", via "sms", "app", "email"...;
 * what is what it says. to and hash may be "". */
void dc_outbox(tgdc *dc, const char *kind, const char *via, const char *to, const char *hash,
               const char *what);

#endif
