/* The same where there is no Redis in the build. */
#include "pool/pool.h"

int pool_streams_begin(pool_program *program, tgpool_options *options) {
  (void)options;
  if (!program->redis && !program->updates_to && !program->calls_from && !program->answers_to &&
      !program->keep && !program->hold)
    return EXIT_OK;
  return usage_error("this tgcall was built without hiredis, which --streams needs");
}

void pool_streams_turn(pool_program *program) {
  (void)program;
}

int pool_streams_fd(const pool_program *program) {
  (void)program;
  return -1;
}

int pool_streams_timeout(const pool_program *program) {
  (void)program;
  return -1;
}

mtp_status pool_streams_metrics(const pool_program *program, tl_buffer *out) {
  (void)program;
  (void)out;
  return MTP_OK;
}

void pool_streams_end(pool_program *program) {
  (void)program;
}
