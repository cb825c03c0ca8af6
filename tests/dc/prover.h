/* The client's side of two-step verification, for ask(). */
#ifndef TGDC_PROVER_H
#define TGDC_PROVER_H

#include "ask.h"

/* JSON of an InputCheckPasswordSRP for a password, made from account.getPassword. Lives until the
 * next call. */
const char *proof_of(raw_client *client, const char *password);
/* JSON members of an account.passwordInputSettings that set this password: new_algo,
 * new_password_hash, hint. Lives until the next call. */
const char *new_password(raw_client *client, const char *password);

#endif
