/* What an update says about its place in the order, found by the names of its fields. */
#ifndef MTP_UPDATES_INFO_H
#define MTP_UPDATES_INFO_H

#include <tg/types.h>

typedef enum mtp_update_kind {
  MTP_UPDATE_FREE,            /* has no place: it is in no difference, or cannot be placed */
  MTP_UPDATE_COMMON,          /* pts, pts_count of the account */
  MTP_UPDATE_SECRET,          /* qts */
  MTP_UPDATE_CHANNEL,         /* pts, pts_count of channel_id */
  MTP_UPDATE_CHANNEL_TOO_LONG /* channel_id: there is something to fetch */
} mtp_update_kind;

typedef struct mtp_update_info {
  mtp_update_kind kind;
  int32_t value, count; /* pts and pts_count; qts and 1; too long: pts, 0 if not said */
  int64_t channel_id;
} mtp_update_info;

mtp_update_info mtp_update_info_of(const tg_Update *update);
/* Whether it says that the account's pts were set anew: where they are now is to be fetched. */
bool mtp_update_resets(const tg_Update *update);
/* pts and pts_count of any object that has both, such as messages.affectedMessages. */
bool mtp_object_pts(const tl_object *object, int32_t *pts, int32_t *pts_count);
/* The channel that a call is about, by its field `channel` or `peer`; 0: none. */
int64_t mtp_request_channel(const tl_call *call);

#endif
