/* Methods that clients call when they start and that have nothing to tell here: one row each, the
 * answer as JSON. Adding one is a row. */
#include "stubs.h"

#define EMPTY(type) "{\"_\":\"" type "\"}"
#define USERS_CHATS "\"chats\":[],\"users\":[]"
#define NO_MESSAGES "{\"_\":\"messages.messages\",\"messages\":[],\"topics\":[]," USERS_CHATS "}"
#define NO_UPDATES                                                                                 \
  "{\"_\":\"updates\",\"updates\":[],\"users\":[],\"chats\":[],\"date\":0,\"seq\":0}"

const dc_stub_row dc_stubs[] = {
    {"account.checkUsername", "true"},
    {"account.getAccountTTL", "{\"_\":\"accountDaysTTL\",\"days\":365}"},
    {"account.getChannelDefaultEmojiStatuses", EMPTY("account.emojiStatusesNotModified")},
    {"account.getChatThemes", EMPTY("account.themesNotModified")},
    {"account.getCollectibleEmojiStatuses", EMPTY("account.emojiStatusesNotModified")},
    {"account.getContactSignUpNotification", "false"},
    {"account.getContentSettings", EMPTY("account.contentSettings")},
    {"account.getDefaultEmojiStatuses", EMPTY("account.emojiStatusesNotModified")},
    {"account.getGlobalPrivacySettings", EMPTY("globalPrivacySettings")},
    {"account.getNotifyExceptions", NO_UPDATES},
    {"account.getNotifySettings", EMPTY("peerNotifySettings")},
    {"account.getPasskeys", "{\"_\":\"account.passkeys\",\"passkeys\":[]}"},
    {"account.getPrivacy", "{\"_\":\"account.privacyRules\",\"rules\":[]," USERS_CHATS "}"},
    {"account.getReactionsNotifySettings",
     "{\"_\":\"reactionsNotifySettings\",\"sound\":{\"_\":\"notificationSoundDefault\"},"
     "\"show_previews\":true}"},
    {"account.getRecentEmojiStatuses", EMPTY("account.emojiStatusesNotModified")},
    {"account.getSavedMusicIds", "{\"_\":\"account.savedMusicIds\",\"ids\":[]}"},
    {"account.getSavedRingtones",
     "{\"_\":\"account.savedRingtones\",\"hash\":\"1\",\"ringtones\":[]}"},
    {"account.getThemes", EMPTY("account.themesNotModified")},
    {"account.getWallPapers", EMPTY("account.wallPapersNotModified")},
    {"account.getWebAuthorizations",
     "{\"_\":\"account.webAuthorizations\",\"authorizations\":[],\"users\":[]}"},
    {"account.getWebBrowserSettings",
     "{\"_\":\"account.webBrowserSettings\",\"external_exceptions\":[],\"inapp_exceptions\":[],"
     "\"hash\":\"1\"}"},
    {"account.registerDevice", "true"},
    {"account.setAccountTTL", "true"},
    {"account.unregisterDevice", "true"},
    {"account.updateDeviceLocked", "true"},
    {"account.updateNotifySettings", "true"},
    {"account.updateStatus", "true"},
    {"aicompose.getTones", EMPTY("aicompose.tonesNotModified")},
    {"bots.getBotCommands", "[]"},
    {"bots.resetBotCommands", "true"},
    {"bots.setBotCommands", "true"},
    {"channels.getLeftChannels", "{\"_\":\"messages.chats\",\"chats\":[]}"},
    {"contacts.getBirthdays", "{\"_\":\"contacts.contactBirthdays\",\"contacts\":[],\"users\":[]}"},
    {"contacts.getBlocked", "{\"_\":\"contacts.blocked\",\"blocked\":[]," USERS_CHATS "}"},
    {"contacts.getContactIDs", "[]"},
    {"contacts.getSponsoredPeers", EMPTY("contacts.sponsoredPeersEmpty")},
    {"contacts.getStatuses", "[]"},
    {"contacts.getTopPeers", EMPTY("contacts.topPeersDisabled")},
    {"contacts.resetSaved", "true"},
    {"help.dismissSuggestion", "true"},
    {"help.getAppUpdate", EMPTY("help.noAppUpdate")},
    {"help.getCdnConfig", "{\"_\":\"cdnConfig\",\"public_keys\":[]}"},
    {"help.getCountriesList",
     "{\"_\":\"help.countriesList\",\"countries\":[{\"_\":\"help.country\",\"iso2\":\"YL\","
     "\"default_name\":\"Test Land\",\"country_codes\":[{\"_\":\"help.countryCode\","
     "\"country_code\":\"999\",\"patterns\":[\"66X XXXX\"]}]}],\"hash\":1}"},
    {"help.getDeepLinkInfo", EMPTY("help.deepLinkInfoEmpty")},
    {"help.getInviteText", "{\"_\":\"help.inviteText\",\"message\":\"\"}"},
    {"help.getPremiumPromo",
     "{\"_\":\"help.premiumPromo\",\"status_text\":\"\",\"status_entities\":[],"
     "\"video_sections\":[],\"videos\":[],\"period_options\":[],\"users\":[]}"},
    {"help.getPassportConfig", EMPTY("help.passportConfigNotModified")},
    {"help.getPeerColors", EMPTY("help.peerColorsNotModified")},
    {"help.getPeerProfileColors", EMPTY("help.peerColorsNotModified")},
    {"help.getPromoData", "{\"_\":\"help.promoDataEmpty\",\"expires\":2000000000}"},
    {"help.getRecentMeUrls", "{\"_\":\"help.recentMeUrls\",\"urls\":[]," USERS_CHATS "}"},
    {"help.getSupport", "{\"_\":\"help.support\",\"phone_number\":\"99966\",\"user\":"
                        "{\"_\":\"user\",\"id\":\"777000\",\"access_hash\":\"1\",\"support\":true,"
                        "\"verified\":true,\"first_name\":\"Support\",\"phone\":\"99966\"}}"},
    {"help.getSupportName", "{\"_\":\"help.supportName\",\"name\":\"Support\"}"},
    {"help.getTermsOfServiceUpdate",
     "{\"_\":\"help.termsOfServiceUpdateEmpty\",\"expires\":2000000000}"},
    {"help.getTimezonesList", EMPTY("help.timezonesListNotModified")},
    {"help.hidePromoData", "true"},
    {"help.saveAppLog", "true"},
    {"help.setBotUpdatesStatus", "true"},
    {"langpack.getDifference", "{\"_\":\"langPackDifference\",\"lang_code\":\"en\","
                               "\"from_version\":0,\"version\":1,\"strings\":[]}"},
    {"langpack.getLangPack", "{\"_\":\"langPackDifference\",\"lang_code\":\"en\","
                             "\"from_version\":0,\"version\":1,\"strings\":[]}"},
    {"langpack.getLanguage",
     "{\"_\":\"langPackLanguage\",\"official\":true,\"name\":\"English\",\"native_name\":"
     "\"English\","
     "\"lang_code\":\"en\",\"plural_code\":\"en\",\"strings_count\":0,\"translated_count\":0,"
     "\"translations_url\":\"\"}"},
    {"langpack.getLanguages",
     "[{\"_\":\"langPackLanguage\",\"official\":true,\"name\":\"English\","
     "\"native_name\":\"English\",\"lang_code\":\"en\",\"plural_code\":\"en\",\"strings_count\":0,"
     "\"translated_count\":0,\"translations_url\":\"\"}]"},
    {"langpack.getStrings", "[]"},
    {"messages.getAllDrafts", NO_UPDATES},
    {"messages.getAllStickers", EMPTY("messages.allStickersNotModified")},
    {"messages.getArchivedStickers",
     "{\"_\":\"messages.archivedStickers\",\"count\":0,\"sets\":[]}"},
    {"messages.getAttachMenuBots", EMPTY("attachMenuBotsNotModified")},
    {"messages.getAvailableEffects", EMPTY("messages.availableEffectsNotModified")},
    {"messages.getAvailableReactions", EMPTY("messages.availableReactionsNotModified")},
    {"messages.getDefaultHistoryTTL", "{\"_\":\"defaultHistoryTTL\",\"period\":0}"},
    {"messages.getDefaultTagReactions", EMPTY("messages.reactionsNotModified")},
    {"messages.getDhConfig", "{\"_\":\"messages.dhConfigNotModified\",\"random\":\"\"}"},
    {"messages.getDialogFilters", "{\"_\":\"messages.dialogFilters\",\"filters\":[]}"},
    {"messages.getDialogUnreadMarks", "[]"},
    {"messages.getEmojiGroups", EMPTY("messages.emojiGroupsNotModified")},
    {"messages.getEmojiKeywords", "{\"_\":\"emojiKeywordsDifference\",\"lang_code\":\"en\","
                                  "\"from_version\":0,\"version\":1,\"keywords\":[]}"},
    {"messages.getEmojiKeywordsDifference",
     "{\"_\":\"emojiKeywordsDifference\",\"lang_code\":\"en\",\"from_version\":0,\"version\":1,"
     "\"keywords\":[]}"},
    {"messages.getEmojiKeywordsLanguages", "[]"},
    {"messages.getEmojiStickers", EMPTY("messages.allStickersNotModified")},
    {"messages.getEmojiStickerGroups", EMPTY("messages.emojiGroupsNotModified")},
    {"messages.getFavedStickers", EMPTY("messages.favedStickersNotModified")},
    {"messages.getFeaturedEmojiStickers",
     "{\"_\":\"messages.featuredStickersNotModified\",\"count\":0}"},
    {"messages.getFeaturedStickers",
     "{\"_\":\"messages.featuredStickersNotModified\",\"count\":0}"},
    {"messages.getMaskStickers", EMPTY("messages.allStickersNotModified")},
    {"messages.getPaidReactionPrivacy", NO_UPDATES},
    {"messages.getPeerSettings",
     "{\"_\":\"messages.peerSettings\",\"settings\":{\"_\":\"peerSettings\"}," USERS_CHATS "}"},
    {"messages.getPinnedSavedDialogs",
     "{\"_\":\"messages.savedDialogs\",\"dialogs\":[],\"messages\":[]," USERS_CHATS "}"},
    {"messages.getQuickReplies", EMPTY("messages.quickRepliesNotModified")},
    {"messages.getRecentReactions", EMPTY("messages.reactionsNotModified")},
    {"messages.getRecentStickers", EMPTY("messages.recentStickersNotModified")},
    {"messages.getSavedGifs", EMPTY("messages.savedGifsNotModified")},
    {"messages.getSavedHistory", NO_MESSAGES},
    {"messages.getSavedReactionTags", EMPTY("messages.savedReactionTagsNotModified")},
    {"messages.getScheduledHistory", NO_MESSAGES},
    {"messages.getStickers", EMPTY("messages.stickersNotModified")},
    {"messages.getSuggestedDialogFilters", "[]"},
    {"messages.getTopReactions", EMPTY("messages.reactionsNotModified")},
    {"messages.setTyping", "true"},
    {"messages.toggleDialogPin", "true"},
    {"payments.getStarGiftActiveAuctions", EMPTY("payments.starGiftActiveAuctionsNotModified")},
    {"payments.getStarGifts", EMPTY("payments.starGiftsNotModified")},
    {"payments.getStarsStatus",
     "{\"_\":\"payments.starsStatus\",\"balance\":{\"_\":\"starsAmount\",\"amount\":\"0\","
     "\"nanos\":0}," USERS_CHATS "}"},
    {"stories.getAllReadPeerStories", NO_UPDATES},
    {"stories.getAllStories",
     "{\"_\":\"stories.allStoriesNotModified\",\"state\":\"\",\"stealth_mode\":"
     "{\"_\":\"storiesStealthMode\"}}"},
    {"stories.getPeerMaxIDs", "[]"},
    {"users.getRequirementsToContact", "[]"},
    {NULL, NULL},
};

bool dc_stub(dc_call *call) {
  for (const dc_stub_row *row = dc_stubs; row->method != NULL; row++)
    if (strcmp(row->method, call->name) == 0) {
      dc_answer_json(call, row->json, strlen(row->json));
      return true;
    }
  return false;
}
