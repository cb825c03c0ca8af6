/* The answers to updates.getChannelDifference. */
#include "updates/internal.h"

#include <tg/core.h>
#include <tg/updates.h>

static int32_t *pts_of(mtp_updates *u, const mtp_feed *feed) {
  return mtp_feed_value(u, feed, MTP_LINE_PTS);
}

/* Whether it moves. */
static bool set_pts(mtp_updates *u, const mtp_feed *feed, int32_t pts) {
  int32_t *known = pts_of(u, feed);
  bool moves = pts > 0 && *known != pts;
  if (moves)
    *known = pts;
  u->changed = true;
  return moves;
}

/* Delivers what came; false: there was nothing. Takes the reply. */
static bool deliver(mtp_updates *u, const mtp_feed *feed, mtp_reply *reply,
                    const mtp_parcel *parcel, int64_t now) {
  size_t own = mtp_parcel_own(parcel);
  if (own + (parcel->others ? parcel->others->count : 0) == 0) {
    mtp_channels_learn(&u->channels, parcel->chats);
    mtp_reply_free(reply);
    return false;
  }
  mtp_box *box = mtp_box_pack(u->allocator, reply, parcel);
  if (box)
    mtp_apply_box(u, box, feed, own, now);
  else
    mtp_out_lost(u, feed->channel_id);
  mtp_out_flush(u);
  mtp_box_release(box);
  return true;
}

static void end(mtp_updates *u, mtp_feed *feed, bool gained, bool more, int64_t now) {
  if (more && gained) {
    mtp_fetch_go_on(u, feed, now);
    return;
  }
  mtp_fetch_finish(u, feed, gained, now);
  feed->wanted = feed->wanted || more;
}

static void take_whole(mtp_updates *u, mtp_feed *feed, mtp_reply *reply,
                       const tg_updates_channelDifference *d, int64_t now) {
  mtp_parcel parcel = {.messages = &d->new_messages,
                       .others = &d->other_updates,
                       .chats = &d->chats,
                       .users = &d->users,
                       .channel_id = feed->channel_id,
                       .pts = d->pts};
  bool final = d->final, moves = set_pts(u, feed, d->pts);
  bool gained = deliver(u, feed, reply, &parcel, now);
  end(u, feed, gained && moves, moves && !final, now);
}

/* So much was missed that the server gives the newest messages only, and how the dialog stands. */
static void take_too_long(mtp_updates *u, mtp_feed *feed, mtp_reply *reply,
                          const tg_updates_channelDifferenceTooLong *d, int64_t now) {
  const tg_dialog *dialog = d->dialog.kind == TG_dialog ? d->dialog.dialog : NULL;
  mtp_parcel parcel = {.messages = &d->messages,
                       .dialog = &d->dialog,
                       .chats = &d->chats,
                       .users = &d->users,
                       .channel_id = feed->channel_id,
                       .pts = dialog && dialog->has_pts ? dialog->pts : *pts_of(u, feed)};
  set_pts(u, feed, parcel.pts);
  (void)deliver(u, feed, reply, &parcel, now);
  mtp_out_lost(u, feed->channel_id);
  mtp_fetch_finish(u, feed, false, now);
}

static void take(mtp_updates *u, mtp_feed *feed, mtp_reply *reply, int64_t now) {
  tg_updates_ChannelDifference d = tg_updates_getChannelDifference_result(mtp_reply_value(reply));
  switch (d.kind) {
  case TG_updates_channelDifference:
    take_whole(u, feed, reply, d.updates_channelDifference, now);
    return;
  case TG_updates_channelDifferenceTooLong:
    take_too_long(u, feed, reply, d.updates_channelDifferenceTooLong, now);
    return;
  case TG_updates_channelDifferenceEmpty: {
    bool moves = set_pts(u, feed, d.updates_channelDifferenceEmpty->pts);
    end(u, feed, false, moves && !d.updates_channelDifferenceEmpty->final, now);
    break;
  }
  default:
    mtp_fetch_again(u, feed, NULL, now);
    break;
  }
  mtp_reply_free(reply);
}

void mtp_channel_take(mtp_updates *u, mtp_feed *feed, mtp_reply *reply, int64_t now) {
  take(u, feed, reply, now);
  mtp_feed_settle(u, feed);
}

/* No access any more: it starts anew if it comes back. */
static bool is_gone(const mtp_error *error) {
  return error->status == MTP_ERR_RPC &&
         (error->code == 400 || error->code == 403 || error->code == 406);
}

void mtp_channel_failed(mtp_updates *u, mtp_feed *feed, const mtp_error *error, int64_t now) {
  int64_t channel_id = feed->channel_id;
  if (error->status == MTP_ERR_CLOSED || error->status == MTP_ERR_KEY_LOST) {
    mtp_fetch_stop(u, feed);
  } else if (is_gone(error)) {
    mtp_fetch_give_up(u, feed, now);
    mtp_feed_free(u, feed);
    mtp_channels_forget(&u->channels, channel_id);
    u->changed = true;
    return;
  } else if (error->status == MTP_ERR_DECODE) {
    mtp_fetch_give_up(u, feed, now);
    *pts_of(u, feed) = 0; /* its next update says where it stands */
  } else {
    mtp_fetch_again(u, feed, error, now);
  }
  mtp_feed_settle(u, feed);
}
