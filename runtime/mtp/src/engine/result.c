/* rpc_result#f35c6d01 req_msg_id:long result:Object = RpcResult: ends a query (TL-18). The result
 * may be packed, and may be an rpc_error. */
#include "handlers.h"
#include "internal.h"
#include "service.h"

#include <mt/mt.h>
#include <string.h>
#include <tl/wire.h>

/* Ends the query with a copy of body; without memory it ends all the same. */
static void end_with(mtp_engine *engine, mtp_query *query, mtp_engine_event *end, tl_bytes body) {
  tl_buffer_init(&end->body, engine->config.allocator, 0);
  if (tl_buffer_append(&end->body, body.data, body.size) == TL_OK)
    mtp_query_end(engine, query, end);
  else
    mtp_query_fail(engine, query, MTP_ERR_NOMEM, 0);
}

static void end_failed(mtp_engine *engine, mtp_query *query, mtp_cause fail, tl_bytes body) {
  mtp_engine_event end = {.type = MTP_ENGINE_EVENT_FAILED, .fail = fail};
  end_with(engine, query, &end, body);
}

static bool is_text(tl_string text, const char *expected) {
  return text.size == strlen(expected) && memcmp(text.data, expected, text.size) == 0;
}

/* MSG_WAIT_TIMEOUT: the query before it has not ended in time; it is sent again behind the same,
 * but not for ever. MSG_WAIT_FAILED: that one has not run under that id; it is sent again when it
 * has ended here (AP-3). */
static bool wait_for_order(mtp_engine *engine, mtp_query *query, tl_string text) {
  bool timeout = is_text(text, "MSG_WAIT_TIMEOUT");
  if (!query->options.after || (!timeout && !is_text(text, "MSG_WAIT_FAILED")) ||
      query->state != MTP_QUERY_FLIGHT)
    return false;
  bool often = ++query->tries > engine->config.max_tries;
  if (often && (!timeout || !mtp_idmap_get(&engine->by_token, query->options.after)))
    return false;
  query->wait_end = often || !timeout;
  mtp_query_requeue(engine, query);
  return true;
}

static mtp_cause take_error(mtp_rx *rx, mtp_query *query, tl_bytes result) {
  mtp_engine *engine = rx->engine;
  const void *args;
  mtp_cause status = mtp_service_decode(result, rx->arena, &args);
  const mt_rpc_error *error = args;
  if (status)
    return status;
  if (!error) {
    end_failed(engine, query, MTP_ENGINE_DECODE, result);
  } else if (!wait_for_order(engine, query, error->error_message)) {
    mtp_engine_event end = {.type = MTP_ENGINE_EVENT_RPC_ERROR, .code = error->error_code};
    end_with(engine, query, &end,
             tl_bytes_of(error->error_message.data, error->error_message.size));
  }
  return MTP_OK;
}

/* What could not be inflated, as it came. */
static void end_packed(mtp_engine *engine, mtp_query *query, const mtp_inbound *in) {
  tl_bytes data = in->result;
  if (in->result_fail == MTP_ERR_NOMEM)
    mtp_query_fail(engine, query, MTP_ERR_NOMEM, 0);
  else if (mtp_gzip_data(in->result, &data))
    end_failed(engine, query, MTP_ENGINE_GZIP, data);
  else
    end_failed(engine, query, MTP_ENGINE_GZIP, in->result);
}

/* What was inflated for this result alone changes hands. */
static mtp_cause take_user_result(mtp_rx *rx, mtp_query *query, const mtp_inbound *in) {
  mtp_engine *engine = rx->engine;
  if (in->result_fail) {
    end_packed(engine, query, in);
  } else if (in->result.size < 4) {
    end_failed(engine, query, MTP_ENGINE_DECODE, in->result);
  } else if (mtp_service_id(in->result) == MT_ID_rpc_error) {
    return take_error(rx, query, in->result);
  } else {
    mtp_engine_event end = {.type = MTP_ENGINE_EVENT_RESULT};
    if (!in->inflated) {
      end_with(engine, query, &end, in->result);
      return MTP_OK;
    }
    tl_buffer *inflated = &rx->parsed->inflated[in->inflated - 1];
    end.body = *inflated;
    mtp_query_end(engine, query, &end);
    tl_buffer_init(inflated, engine->config.allocator, 0);
  }
  return MTP_OK;
}

/* A request of our own that the server answers with an error: it does not know it. */
static void errand_unknown(mtp_engine *engine, int64_t msg_id) {
  if (!msg_id)
    return;
  if (msg_id == engine->state.msg_id)
    mtp_state_done(engine, false);
  else if (msg_id == engine->salts_request.msg_id)
    engine->salts_request.msg_id = 0;
}

/* Answers to requests of our own may come like this too. */
static mtp_cause take_errand_result(mtp_rx *rx, int64_t msg_id, tl_bytes result) {
  mtp_engine *engine = rx->engine;
  bool handled;
  mtp_query *query = mtp_query_of(engine, msg_id);
  mtp_cause status = mtp_dispatch(rx, result, &handled);
  if (handled)
    return status;
  if (query && query->kind == MTP_QUERY_DROP) {
    mtp_engine_event end = {.type = MTP_ENGINE_EVENT_RESULT};
    mtp_query_end(engine, query, &end);
  } else if (query) {
    mtp_query_fail(engine, query, MTP_ENGINE_REFUSED, 0);
  } else {
    errand_unknown(engine, msg_id);
  }
  return MTP_OK;
}

mtp_cause mtp_result_take(mtp_rx *rx, const mtp_inbound *in) {
  if (in->body.size < MTP_RESULT_HEAD)
    return MTP_OK;
  int64_t msg_id = (int64_t)tl_load64(in->body.data + 4);
  mtp_query *query = mtp_query_of(rx->engine, msg_id);
  if (query && query->kind == MTP_QUERY_USER)
    return take_user_result(rx, query, in);
  return take_errand_result(
      rx, msg_id, tl_bytes_of(in->body.data + MTP_RESULT_HEAD, in->body.size - MTP_RESULT_HEAD));
}
