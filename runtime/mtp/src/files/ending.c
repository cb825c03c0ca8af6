/* The end of a file whose size nobody knows: the first part that is short, or one that is refused
 * because it begins at the end or behind it. Servers refuse it as OFFSET_INVALID or LIMIT_INVALID,
 * or with -503, which may as well be a failure that passes: when some
 * seconds of tries end so, one that has come is asked for once more, and when that comes the
 * refusal is believed the second time. */
#include <string.h>

#include "client/policy/rpc_error.h"
#include "files/download.h"

enum { TIMEOUT_CODE = -503, MAX_DOUBTS = 20 };

bool mtp_ending_may_be(const mtp_download_state *down, const mtp_part *part) {
  return !down->size && part->offset > down->start;
}

static void end_at(mtp_download_state *down, mtp_part *part) {
  if (down->end < 0 || part->offset < down->end)
    down->end = part->offset;
  mtp_part_clear(part);
}

static void probed(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_part *part = ctx;
  mtp_download_state *down = (mtp_download_state *)part->transfer;
  mtp_transfer_ended(part);
  mtp_reply_free(reply);
  if (error)
    mtp_transfer_fail(&down->base, error);
  else if (!down->base.failed)
    down->ask(down, part);
  mtp_transfer_settle(&down->base);
}

/* The newest part that came, with all the patience that a part has: when the server is well again
 * the question can be asked anew. */
static void probe(mtp_download_state *down, mtp_part *part) {
  int64_t offset = down->written - (int64_t)part->size;
  tg_upload_getFile request = {.location = down->location,
                               .offset = offset > down->start ? offset : down->start,
                               .limit = (int32_t)part->size};
  tl_call call = tg_upload_getFile_call(&request);
  mtp_call_options options = {.dc = down->dc, .without_updates = true, .no_migrate = true};
  mtp_transfer_call(&down->base, part, &call, &options, probed);
}

bool mtp_ending_refused(mtp_download_state *down, mtp_part *part, const mtp_error *error) {
  if (error->status != MTP_ERR_RPC || !mtp_ending_may_be(down, part))
    return false;
  if (mtp_error_is(error, "OFFSET_INVALID") || mtp_error_is(error, "LIMIT_INVALID")) {
    end_at(down, part);
    return true;
  }
  bool passing = error->code < 0 || error->code >= 500;
  if (!passing || part->doubts >= MAX_DOUBTS)
    return false;
  if (error->code == TIMEOUT_CODE && part->doubts > 0) {
    end_at(down, part);
    return true;
  }
  part->doubts++;
  probe(down, part);
  return true;
}
