/* Streams of Redis for tgcall pool. */
#include "pool/pool.h"
#include <tgpool/streams.h>

int pool_streams_begin(pool_program *program, tgpool_options *options) {
  tgpool_streams_options streams = {.url = program->redis,
                                    .updates = program->updates_to,
                                    .calls = program->calls_from,
                                    .answers = program->answers_to};
  mtp_error error;
  int32_t keep = 0, hold = 0;
  if (!count_of("--keep", program->keep, 1, &keep) || !count_of("--hold", program->hold, 1, &hold))
    return EXIT_USAGE;
  if (!program->redis && !streams.updates && !streams.calls && !streams.answers && !keep && !hold)
    return EXIT_OK;
  if (!program->redis)
    return usage_error("--streams URL names the Redis server of --updates-to and --calls-from");
  if (!streams.updates && !streams.calls)
    return usage_error("--streams goes with --updates-to STREAM, --calls-from PREFIX or both");
  streams.keep = (uint64_t)keep;
  options->hold = (size_t)hold;
  if (tgpool_streams_new(&streams, options, &program->streams, &error) == MTP_OK)
    return EXIT_OK;
  return error.status == MTP_ERR_NOMEM ? report_error(&error)
                                       : usage_error("--streams: %s", error.text);
}

void pool_streams_turn(pool_program *program) {
  if (!program->streams)
    return;
  tgpool_streams_use(program->streams, program->pool);
  tgpool_streams_turn(program->streams);
}

int pool_streams_fd(const pool_program *program) {
  return program->streams ? tgpool_streams_fd(program->streams) : -1;
}

int pool_streams_timeout(const pool_program *program) {
  return program->streams ? tgpool_streams_timeout(program->streams) : -1;
}

mtp_status pool_streams_metrics(const pool_program *program, tl_buffer *out) {
  return program->streams ? tgpool_streams_metrics(program->streams, out) : MTP_OK;
}

void pool_streams_end(pool_program *program) {
  tgpool_streams_free(program->streams);
}
