/* Whom a text means, from what is known, or from the server where nothing is. */
#include <stdio.h>
#include <string.h>
#include <tg/channels.h>
#include <tg/contacts.h>
#include <tg/users.h>

#include "peers/ids.h"
#include "peers/peers.h"
#include "peers/whom.h"

/* What the answer says is learnt like that of any call. */
static mtp_status ask(tgkit_peers *peers, const tl_call *call, mtp_reply **reply,
                      mtp_error *error) {
  return mtp_call_sync(peers->client, call, NULL, reply, error);
}

static mtp_status take_resolved(tgkit_peers *peers, const tl_call *call, tgkit_input *out,
                                mtp_error *error) {
  mtp_reply *reply;
  mtp_status status = ask(peers, call, &reply, error);
  if (status != MTP_OK)
    return status;
  const tg_contacts_resolvedPeer *found =
      tg_contacts_resolveUsername_result(mtp_reply_value(reply));
  int64_t id;
  tgkit_kind kind = found ? tgkit_unmark(tgkit_marked_peer(&found->peer), &id) : TGKIT_NOBODY;
  bool known = kind != TGKIT_NOBODY && tgkit_input_of(peers, kind, id, out);
  mtp_reply_free(reply);
  return known ? MTP_OK : tgkit_fail(error, MTP_ERR_ARGUMENT, "the server knows nobody by that");
}

static mtp_status ask_name(tgkit_peers *peers, const char *name, tgkit_input *out,
                           mtp_error *error) {
  tg_contacts_resolveUsername request = {.username = tl_string_of(name)};
  tl_call call = tg_contacts_resolveUsername_call(&request);
  return take_resolved(peers, &call, out, error);
}

static mtp_status ask_phone(tgkit_peers *peers, const char *digits, tgkit_input *out,
                            mtp_error *error) {
  tg_contacts_resolvePhone request = {.phone = tl_string_of(digits)};
  tl_call call = tg_contacts_resolvePhone_call(&request);
  return take_resolved(peers, &call, out, error);
}

static mtp_status use(tgkit_peers *peers, const tgkit_peer *peer, tgkit_input *out) {
  return peer && tgkit_input_of(peers, peer->kind, peer->id, out) ? MTP_OK : MTP_ERR_ARGUMENT;
}

/* Bots need no hash of whom they have met. */
static mtp_status ask_as_bot(tgkit_peers *peers, tgkit_kind kind, int64_t id, mtp_error *error) {
  tg_inputUser user = {.user_id = id};
  tg_inputChannel channel = {.channel_id = id};
  tg_InputUser users[] = {tg_inputUser_box(&user)};
  tg_InputChannel channels[] = {tg_inputChannel_box(&channel)};
  tg_users_getUsers get_users = {.id = {users, 1}};
  tg_channels_getChannels get_channels = {.id = {channels, 1}};
  tl_call call = kind == TGKIT_USER ? tg_users_getUsers_call(&get_users)
                                    : tg_channels_getChannels_call(&get_channels);
  mtp_reply *reply;
  mtp_status status = ask(peers, &call, &reply, error);
  if (status == MTP_OK)
    mtp_reply_free(reply);
  return status;
}

mtp_status tgkit_resolve_id(tgkit_peers *peers, tgkit_kind kind, int64_t id, tgkit_input *out,
                            mtp_error *error) {
  if (tgkit_input_of(peers, kind, id, out))
    return MTP_OK;
  if (kind != TGKIT_NOBODY && mtp_client_session(peers->client)->bot) {
    mtp_status status = ask_as_bot(peers, kind, id, error);
    if (status != MTP_OK)
      return status;
    if (tgkit_input_of(peers, kind, id, out))
      return MTP_OK;
  }
  return tgkit_fail(error, MTP_ERR_ARGUMENT, "nobody with that id was met yet");
}

static mtp_status look_up(tgkit_peers *peers, whom w, tgkit_input *out, mtp_error *error) {
  memset(out, 0, sizeof *out);
  switch (w.by) {
  case WHOM_SELF:
    tgkit_input_self(peers, out);
    return MTP_OK;
  case WHOM_NAME:
    return use(peers, tgkit_peer_by_name(peers, w.text), out) == MTP_OK
               ? MTP_OK
               : ask_name(peers, w.text, out, error);
  case WHOM_PHONE:
    return use(peers, tgkit_peer_by_phone(peers, w.text), out) == MTP_OK
               ? MTP_OK
               : ask_phone(peers, w.text, out, error);
  case WHOM_ID:
    return tgkit_resolve_id(peers, w.kind, w.id, out, error);
  default:
    return tgkit_fail(error, MTP_ERR_ARGUMENT, "that names nobody");
  }
}

mtp_status tgkit_resolve(tgkit_peers *peers, const char *who, tgkit_input *out, mtp_error *error) {
  return look_up(peers, tgkit_whom(who), out, error);
}

mtp_status tgkit_resolve_message(tgkit_peers *peers, const char *text, tgkit_input *chat,
                                 int32_t *id, mtp_error *error) {
  whom w;
  *id = tgkit_whom_message(text, &w);
  if (*id == 0 || w.by == WHOM_NOBODY)
    return tgkit_fail(error, MTP_ERR_ARGUMENT,
                      "that names no message: PEER/NUMBER or a link to one does");
  return look_up(peers, w, chat, error);
}

/* ---- a hash that is no longer good ---- */

static bool is_refused(const mtp_error *error) {
  return error->status == MTP_ERR_RPC &&
         (error->rpc == TG_ERR_PEER_ID_INVALID || error->rpc == TG_ERR_USER_ID_INVALID ||
          error->rpc == TG_ERR_CHANNEL_INVALID);
}

static int64_t hash_of(tgkit_peers *peers, const tgkit_input *input) {
  const tgkit_peer *peer = tgkit_peer_by_id(peers, input->kind, input->id);
  return peer && peer->has_hash && !peer->min_hash ? peer->access_hash : 0;
}

bool tgkit_refresh(tgkit_peers *peers, tgkit_input *input, const mtp_error *error) {
  const tgkit_peer *peer = tgkit_peer_by_id(peers, input->kind, input->id);
  tgkit_kind kind = input->kind;
  int64_t id = input->id, before = hash_of(peers, input);
  mtp_status status = MTP_ERR_ARGUMENT;
  char key[40];
  if (!peer || !is_refused(error) || kind == TGKIT_CHAT)
    return false;
  if (peer->n_names) {
    snprintf(key, sizeof key, "%s", peer->names[0]);
    status = ask_name(peers, key, input, NULL);
  } else if (*peer->phone) {
    snprintf(key, sizeof key, "%s", peer->phone);
    status = ask_phone(peers, key, input, NULL);
  } else if (mtp_client_session(peers->client)->bot) {
    status = ask_as_bot(peers, kind, id, NULL);
  }
  return status == MTP_OK && tgkit_input_of(peers, kind, id, input) && input->kind == kind &&
         input->id == id && hash_of(peers, input) != before;
}
