/* A session with something in every part, for the tests of formats and stores. */
#ifndef TESTS_AUTH_SESSION_SAMPLE_H
#define TESTS_AUTH_SESSION_SAMPLE_H

#include <mtp/session.h>

/* Fills an initialised session; `seed` makes keys differ. */
void sample_session(mtp_session *session, uint8_t seed);
/* Whether both say the same. */
int same_session(const mtp_session *a, const mtp_session *b);

#endif
