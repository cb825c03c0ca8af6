/* The parameters of a call as they are given on a command line. */
#ifndef TGCALL_REQUEST_H
#define TGCALL_REQUEST_H

#include "talk.h"

/* Appends JSON of words: none is {}; one that is JSON, or "-" for standard input, or @FILE; else
 * each is field=text or field:=JSON. An exit status. */
int request_json(const char *const *words, size_t n, tl_buffer *out);

/* Whether a string stands where an InputPeer, InputUser or InputChannel belongs: somebody who has
 * to be looked up. */
bool names_somebody(const json_t *request, uint16_t def);
/* Puts in their place what methods take. t NULL: oneself, to see whether the rest fits. */
mtp_status put_peers(talk *t, json_t *request, uint16_t def, mtp_error *error);

#endif
