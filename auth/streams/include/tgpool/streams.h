/* A pool and streams of Redis (libtgpool-streams, by hiredis): updates of all its accounts go into
 * one stream, calls come out of a stream for each account, answers go into another one. Both are at
 * least once: what counts as heard was acknowledged by Redis first, and a call is taken out of its
 * stream when its answer is in.
 *
 *   tgpool_streams_options streams = {.url = "redis://127.0.0.1", .updates = "updates",
 *                                     .calls = "calls:"};
 *   if (tgpool_streams_new(&streams, &options, &them, &error) != MTP_OK) ...
 *   if (tgpool_new(&options, &pool, &error) != MTP_OK) ...
 *   tgpool_streams_use(them, pool);
 *   while (status == MTP_OK) { // until one wants to end
 *     struct pollfd fds[] = {{.fd = tgpool_fd(pool), .events = POLLIN},
 *                            {.fd = tgpool_streams_fd(them), .events = POLLIN}};
 *     poll(fds, 2, the sooner of tgpool_timeout(pool) and tgpool_streams_timeout(them));
 *     tgpool_streams_turn(them);
 *     status = tgpool_turn(pool, 0, &error);
 *   }
 *   tgpool_free(pool);
 *   tgpool_streams_free(them);
 *
 * An update is an entry {account, updates}: its name, and an object of type Updates as JSON
 * (tl/json.h). A call is an entry of the stream calls + ACCOUNT:
 *
 *   method   of the schema, such as messages.sendMessage
 *   params   its parameters as JSON by the schema; may be left out where none is needed
 *   ref      anything up to TGPOOL_REF_MAX bytes, which the answer has, too; may be left out
 *
 * Its answer is {id, account, ref, result} or {id, account, ref, error}: id is that of the call's
 * entry, which only with the account is nobody else's, result is JSON by the schema, error is
 * {"class": "rpc", "code": 400, "name": "CHAT_ID_INVALID", "arg": 0, "text": ...}, or of another
 * class (mtp_status_name()) without name and arg. Whatever stands in an entry, it has an answer.
 *
 * Who holds an account reads its stream, by the consumer group "tlgen", so that several pools need
 * not know of each other; what a pool has begun and not answered when it dies is begun again by who
 * takes the account over. A caller may see an answer twice, and a call may run twice: one that must
 * not names itself to Telegram (random_id).
 *
 * The server is Redis 5 or Valkey, or later, and no cluster. Who may write to it acts for all
 * accounts.
 */
#ifndef TGPOOL_STREAMS_H
#define TGPOOL_STREAMS_H

#include <tgpool/pool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TGPOOL_REF_MAX 1024

typedef struct tgpool_streams tgpool_streams;

/* Strings are copied. */
typedef struct tgpool_streams_options {
  const char *url;     /* of the server, as tgauth_table_redis() takes it */
  const char *updates; /* the stream of updates; NULL: they stay with the pool's own function */
  const char *calls;   /* what the names of streams of calls begin with; NULL: none are taken */
  const char *answers; /* the stream of answers; NULL: "tlgen:answers" */
  uint64_t keep;       /* so many entries of updates and of answers stay, about; 100000 (0) */
} tgpool_streams_options;

/* Makes the streams of a pool, and sets update, ready, news and ctx of its options, whose own news
 * (and update, without a stream) are called from then on by it. Nothing is asked of the server yet.
 * ARGUMENT: no url, neither updates nor calls, an empty name; STORE: the URL is none; NOMEM: *out
 * is NULL. */
MTP_API TL_MUST_USE mtp_status tgpool_streams_new(const tgpool_streams_options *options,
                                                  tgpool_options *pool, tgpool_streams **out,
                                                  mtp_error *error);
/* The pool that was made with these options. Borrowed until it is freed, which comes before
 * tgpool_streams_free(). */
MTP_API void tgpool_streams_use(tgpool_streams *streams, tgpool *pool);
/* Writes the answers that there are still, and frees. NULL is fine. */
MTP_API void tgpool_streams_free(tgpool_streams *streams);

/* Takes calls and writes answers, by the thread that has the pool, not from its callbacks. A server
 * that does not answer is asked again after a while, from one second to half a minute, which waits
 * for it up to two; meanwhile updates wait in the pool (tgpool_options.ready), answers here, and no
 * call is taken. So it is with one that refuses what is for it: no memory, say, or a name that is
 * something else than a stream. TGPOOL_STREAMS_GONE tells news of it once, TGPOOL_STREAMS_BACK that
 * it is over. */
MTP_API void tgpool_streams_turn(tgpool_streams *streams);
/* To be polled for POLLIN, another one from time to time; -1: none. Then, and after so many
 * milliseconds, is a turn due. */
MTP_API int tgpool_streams_fd(const tgpool_streams *streams);
MTP_API int tgpool_streams_timeout(const tgpool_streams *streams);

/* Appends what there was, as tgpool_metrics() does: whether the server answers, entries of updates
 * that it has, calls taken and answered, those without an answer yet, times that it went away.
 * NOMEM. */
MTP_API TL_MUST_USE mtp_status tgpool_streams_metrics(const tgpool_streams *streams,
                                                      tl_buffer *out);

#ifdef __cplusplus
}
#endif
#endif
