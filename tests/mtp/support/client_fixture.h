/* A client, one or more scripted data centres, and a clock that jumps to whatever is due next, so
 * that a minute of waiting takes no time. */
#ifndef TESTS_MTP_CLIENT_FIXTURE_H
#define TESTS_MTP_CLIENT_FIXTURE_H

#include <tg/tg.h>

#include "fake_dc.h"
#include "support.h"

enum { FIXTURE_DCS = 3 };

typedef struct fixture {
  fake_dc dcs[FIXTURE_DCS]; /* numbers 1, 2, 3; the home one is 2 */
  mtp_dc_option addresses[FIXTURE_DCS];
  mtp_options options;
  mtp_client *client;
  int64_t clock_ms; /* monotonic, by jumps */
  int64_t wall_ms;  /* by which the client's wall clock has jumped beside it */
  bool real_time;   /* the clock goes on by itself, too */
  bool instant;     /* what is sent has arrived at once (instant_net.h) */
  uint64_t turns;   /* how often the client was asked to process */
  uint64_t jumps;   /* of the clock */
} fixture;

/* How a call ended. */
typedef struct outcome {
  unsigned ended; /* how often: exactly once, in the end */
  mtp_error error;
  mtp_reply *reply;
} outcome;

/* The data centres listen; options point to them. */
void fixture_open(fixture *f);
/* Makes the client (once options are as wanted). session may be NULL. */
void fixture_start(fixture *f, const mtp_session *session);
void fixture_close(fixture *f);
fake_dc *fixture_dc(fixture *f, int32_t id);

/* Lets client and data centres work, and time pass, until *flag is not zero. Fails the test after
 * too long a time. */
void fixture_run_until(fixture *f, const unsigned *flag);
/* The same for so much time of the clock. */
void fixture_run_for(fixture *f, int64_t ms);
/* Everything that can be done without time passing. */
void fixture_settle(fixture *f);

/* help.getNearestDc, asynchronously. */
mtp_call_id fixture_call(fixture *f, const mtp_call_options *options, outcome *out);
mtp_call_id fixture_call_of(fixture *f, const tl_call *call, const mtp_call_options *options,
                            outcome *out);
/* Runs until it has ended. */
void fixture_wait(fixture *f, outcome *out);
void outcome_done(void *ctx, const mtp_error *error, mtp_reply *reply);
void outcome_free(outcome *out);
/* It was answered, once, with what help.getNearestDc gives, by that data centre; frees it. */
void assert_answered_by(outcome *out, int32_t dc);
/* By whichever. */
void assert_answered(outcome *out);
/* A call that goes to data centre 2, is waited for and answered there. */
void fixture_ask(fixture *f);

/* A handler for fake_dc.on_call: answers help.getNearestDc. */
bool answer_nearest(void *ctx, fake_dc *dc, const fake_call *call);
void send_nearest(fake_dc *dc, const fake_call *call);
/* A session of a user who is signed in, with the keys that `f`'s home data centre has. */
void fixture_signed_in(const fixture *f, mtp_session *session);
/* Takes events until one of that type; false when there is none. */
bool fixture_event(fixture *f, mtp_event_type type, mtp_event *out);

#endif
