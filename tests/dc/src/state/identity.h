/* The data centre's RSA key: made on the first start, kept in the state directory. */
#ifndef TGDC_IDENTITY_H
#define TGDC_IDENTITY_H

#include "dc.h"

/* Fills dc->rsa, public_key and, with a directory, public_key_path. */
bool dc_identity_open(tgdc *dc, char *error, size_t error_size);
void dc_identity_close(tgdc *dc);

#endif
