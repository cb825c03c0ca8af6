/* Building the sample objects. */
#include "samples.h"

#include <string.h>

enum { REFERENCE = 26, THUMB = 40 };

#define LOREM                                                                                      \
  "It was a bright cold day in the north, and the ferries had stopped for the night. Nobody on "   \
  "the quay could say when the next one would leave, so we bought tea, sat down on the bags and "  \
  "read the time-table once more: half past six, a quarter to eight, then nothing until morning, " \
  "unless the captain changed his mind, which he was known to do when the price was right. "
static const char lorem[] = LOREM LOREM;
static const uint8_t noise[64] = {1, 40, 23, 199, 77, 18, 250, 33, 90, 12, 0, 44};

static struct {
  tg_peerUser user[SAMPLE_USERS];
  tg_peerChannel channel;
  tg_photoSize sizes[3];
  tg_PhotoSize size_list[3];
  tg_photo photo[SAMPLE_MESSAGES];
  tg_messageMediaPhoto media[SAMPLE_MESSAGES];
  tg_messageEntityBold bold;
  tg_messageEntityTextUrl url;
  tg_messageEntityMention mention;
  tg_MessageEntity entities[3];
  tg_messageReplyHeader reply[SAMPLE_MESSAGES];
  tg_reactionEmoji emoji[2];
  tg_reactionCount counts[2];
  const tg_reactionCount *count_list[2];
  tg_messageReactions reactions;
  tg_messageFwdHeader forward;
  tg_message messages[SAMPLE_MESSAGES];
  tg_Message message_list[SAMPLE_MESSAGES];
  tg_userProfilePhoto faces[SAMPLE_USERS];
  tg_userStatusOffline status;
  tg_user users[SAMPLE_USERS];
  tg_User user_list[SAMPLE_USERS];
  tg_chatPhoto chat_photo;
  tg_chatAdminRights admin;
  tg_chatBannedRights banned;
  tg_channel channels[SAMPLE_CHANNELS];
  tg_Chat chat_list[SAMPLE_CHANNELS];
  tg_auth_sentCodeTypeApp code_type;
  tg_codeSettings settings;
  tg_inputPeerUser to;
  tg_Update updates[SAMPLE_UPDATES];
  tg_updateUserStatus presence[SAMPLE_UPDATES];
  tg_updateReadHistoryInbox read[SAMPLE_UPDATES];
  tg_updateChannelMessageViews views[SAMPLE_UPDATES];
  tg_updateDeleteMessages deleted[SAMPLE_UPDATES];
  tg_inputPhoneContact contacts[SAMPLE_CONTACTS];
  const tg_inputPhoneContact *contact_list[SAMPLE_CONTACTS];
} s;

static tl_string text(size_t from, size_t size) {
  tl_string view = {lorem + from, size};
  return view;
}

static tl_bytes bytes(size_t size) {
  return tl_bytes_of(noise, size);
}

static void make_parts(void) {
  for (int i = 0; i < SAMPLE_USERS; i++)
    s.user[i].user_id = 500000000 + i * 7919;
  s.channel.channel_id = 1400000123;
  static const char *const types[] = {"m", "x", "y"};
  for (int i = 0; i < 3; i++) {
    s.sizes[i] = (tg_photoSize){
        .type = tl_string_of(types[i]), .w = 320 << i, .h = 240 << i, .size = 21000 << i};
    s.size_list[i] = tg_photoSize_box(&s.sizes[i]);
  }
  s.bold = (tg_messageEntityBold){.offset = 3, .length = 9};
  s.url = (tg_messageEntityTextUrl){
      .url = TL_STR("https://example.org/timetable/winter"), .offset = 20, .length = 11};
  s.mention = (tg_messageEntityMention){.offset = 40, .length = 8};
  s.entities[0] = tg_messageEntityBold_box(&s.bold);
  s.entities[1] = tg_messageEntityTextUrl_box(&s.url);
  s.entities[2] = tg_messageEntityMention_box(&s.mention);
}

static void make_reactions(void) {
  s.emoji[0].emoticon = TL_STR("\xf0\x9f\x91\x8d");
  s.emoji[1].emoticon = TL_STR("\xf0\x9f\x94\xa5");
  for (int i = 0; i < 2; i++) {
    s.counts[i] =
        (tg_reactionCount){.reaction = tg_reactionEmoji_box(&s.emoji[i]), .count = 17 - 9 * i};
    s.count_list[i] = &s.counts[i];
  }
  s.reactions.results = (tg_vector_ReactionCount){s.count_list, 2};
  s.reactions.can_see_list = true;
  s.forward = (tg_messageFwdHeader){.from_id = tg_peerChannel_box(&s.channel),
                                    .date = 1731000000,
                                    .channel_post = 512,
                                    .has_channel_post = true,
                                    .post_author = TL_STR("The harbour office")};
}

static tg_MessageMedia make_media(int i) {
  s.photo[i] = (tg_photo){.id = 5300000000000000000 + i,
                          .access_hash = -7000000000000000000 + i * 31,
                          .file_reference = bytes(REFERENCE),
                          .date = 1731000000 + i,
                          .sizes = {s.size_list, 3},
                          .dc_id = 2};
  s.media[i].photo = tg_photo_box(&s.photo[i]);
  return tg_messageMediaPhoto_box(&s.media[i]);
}

static void make_message(tg_message *m, int i) {
  *m = (tg_message){.id = 9000 + i,
                    .from_id = tg_peerUser_box(&s.user[i % SAMPLE_USERS]),
                    .peer_id = tg_peerChannel_box(&s.channel),
                    .date = 1731000000 + i * 60,
                    .out = i % 5 == 0};
  m->message = text((size_t)(i * 13 % 60), (size_t)(260 + i * 37 % 230));
  if (i % 2 == 0)
    m->entities = (tg_vector_MessageEntity){s.entities, 3};
  if (i % 2 == 0)
    m->media = make_media(i);
  if (i % 3 == 0) {
    s.reply[i] = (tg_messageReplyHeader){.reply_to_msg_id = 8900 + i, .has_reply_to_msg_id = true};
    m->reply_to = tg_messageReplyHeader_box(&s.reply[i]);
  }
  if (i % 2 == 1)
    m->reactions = &s.reactions;
  m->views = 1200 + i;
  m->has_views = i % 4 != 3;
  m->forwards = 3 + i;
  m->has_forwards = m->has_views;
}

/* One message with 51 fields or so, those of the objects in it counted, in 1,084 bytes. */
static void make_full_message(tg_message *m) {
  make_message(m, 0);
  m->message = text(0, 743);
  m->fwd_from = &s.forward;
  m->edit_date = 1731000600;
  m->has_edit_date = true;
}

static void make_user(int i) {
  static const char *const names[] = {"Ada", "Bartholomew", "Chiara", "Dmitri", "Eszter"};
  s.faces[i] = (tg_userProfilePhoto){
      .photo_id = 5300000000000001000 + i, .stripped_thumb = bytes(THUMB), .dc_id = 4};
  s.users[i] = (tg_user){.id = s.user[i].user_id,
                         .access_hash = 1234567890123456789 - i,
                         .has_access_hash = true,
                         .first_name = tl_string_of(names[i % 5]),
                         .last_name = i % 2 ? TL_STR("Lovelace-Byron") : (tl_string){0},
                         .username = TL_STR("someone_at_sea"),
                         .photo = tg_userProfilePhoto_box(&s.faces[i]),
                         .status = tg_userStatusOffline_box(&s.status),
                         .contact = i % 3 == 0,
                         .premium = i % 7 == 0};
  s.user_list[i] = tg_user_box(&s.users[i]);
}

static void make_channel(int i) {
  s.channels[i] = (tg_channel){.id = 1400000123 + i,
                               .access_hash = 987654321098765432 + i,
                               .has_access_hash = true,
                               .title = TL_STR("Ferries and tides, daily"),
                               .username = TL_STR("ferries_and_tides"),
                               .photo = tg_chatPhoto_box(&s.chat_photo),
                               .date = 1600000000 + i,
                               .admin_rights = i % 2 ? &s.admin : NULL,
                               .default_banned_rights = &s.banned,
                               .participants_count = 4000 + i,
                               .has_participants_count = true,
                               .broadcast = true,
                               .signatures = true};
  s.chat_list[i] = tg_channel_box(&s.channels[i]);
}

static void make_slice(tg_messages_messagesSlice *slice) {
  for (int i = 0; i < SAMPLE_MESSAGES; i++) {
    make_message(&s.messages[i], i);
    s.message_list[i] = tg_message_box(&s.messages[i]);
  }
  s.status.was_online = 1731000001;
  for (int i = 0; i < SAMPLE_USERS; i++)
    make_user(i);
  s.chat_photo =
      (tg_chatPhoto){.photo_id = 5300000000000002000, .stripped_thumb = bytes(THUMB), .dc_id = 2};
  s.admin.post_messages = s.admin.edit_messages = s.admin.pin_messages = true;
  s.banned.send_media = s.banned.send_polls = true;
  for (int i = 0; i < SAMPLE_CHANNELS; i++)
    make_channel(i);
  *slice = (tg_messages_messagesSlice){.count = 4812,
                                       .next_rate = 77,
                                       .has_next_rate = true,
                                       .messages = {s.message_list, SAMPLE_MESSAGES},
                                       .chats = {s.chat_list, SAMPLE_CHANNELS},
                                       .users = {s.user_list, SAMPLE_USERS}};
}

static tg_Update make_update(int i) {
  static const int32_t ids[2] = {9001, 9002};
  switch (i % 4) {
  case 0:
    s.presence[i] = (tg_updateUserStatus){.user_id = 500000000 + i,
                                          .status = tg_userStatusOffline_box(&s.status)};
    return tg_updateUserStatus_box(&s.presence[i]);
  case 1:
    s.read[i] = (tg_updateReadHistoryInbox){.peer = tg_peerUser_box(&s.user[i % SAMPLE_USERS]),
                                            .max_id = 9000 + i,
                                            .still_unread_count = 3,
                                            .pts = 100000 + i,
                                            .pts_count = 1};
    return tg_updateReadHistoryInbox_box(&s.read[i]);
  case 2:
    s.views[i] =
        (tg_updateChannelMessageViews){.channel_id = 1400000123, .id = 500 + i, .views = 1200 + i};
    return tg_updateChannelMessageViews_box(&s.views[i]);
  default:
    s.deleted[i] =
        (tg_updateDeleteMessages){.messages = {ids, 2}, .pts = 100000 + i, .pts_count = 2};
    return tg_updateDeleteMessages_box(&s.deleted[i]);
  }
}

static void make_lists(samples *out) {
  for (int i = 0; i < SAMPLE_UPDATES; i++)
    s.updates[i] = make_update(i);
  out->updates = (tg_updates){.updates = {s.updates, SAMPLE_UPDATES},
                              .users = {NULL, 0},
                              .chats = {NULL, 0},
                              .date = 1731000000,
                              .seq = 77};
  for (int i = 0; i < SAMPLE_CONTACTS; i++) {
    s.contacts[i] = (tg_inputPhoneContact){.client_id = i,
                                           .phone = TL_STR("+99966212345"),
                                           .first_name = TL_STR("Bartholomew"),
                                           .last_name = TL_STR("Lovelace-Byron")};
    s.contact_list[i] = &s.contacts[i];
  }
  out->import_contacts.contacts = (tg_vector_InputContact){s.contact_list, SAMPLE_CONTACTS};
  out->user = &s.users[1];
}

void samples_make(samples *out) {
  memset(out, 0, sizeof *out);
  make_parts();
  make_reactions();
  make_slice(&out->slice);
  make_full_message(&out->message);
  make_lists(out);
  s.code_type.length = 5;
  out->sent_code = (tg_auth_sentCode){.type = tg_auth_sentCodeTypeApp_box(&s.code_type),
                                      .phone_code_hash = TL_STR("0123456789abcdef012345"),
                                      .timeout = 60,
                                      .has_timeout = true};
  out->send_code = (tg_auth_sendCode){.phone_number = TL_STR("9996621234"),
                                      .api_id = 12345,
                                      .api_hash = TL_STR("0123456789abcdef0123456789abcdef"),
                                      .settings = &s.settings};
  s.to = (tg_inputPeerUser){.user_id = 500000000, .access_hash = 1234567890123456789};
  out->send_message = (tg_messages_sendMessage){.peer = tg_inputPeerUser_box(&s.to),
                                                .message = text(0, 120),
                                                .random_id = 4242424242424242,
                                                .entities = {s.entities, 2},
                                                .silent = true};
}
