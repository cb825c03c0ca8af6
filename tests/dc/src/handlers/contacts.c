/* Contacts: nobody has any, but people can be found by number and by name. */
#include "boxes.h"

static void get_contacts(dc_call *call, const void *args) {
  (void)args;
  tg_contacts_contacts none = {0};
  tg_contacts_Contacts answer = tg_contacts_contacts_box(&none);
  dc_answer(call, &answer);
}

static void resolved(dc_call *call, const dc_user *user, const char *otherwise) {
  if (user == NULL) {
    dc_error(call, 400, otherwise);
    return;
  }
  tg_contacts_resolvedPeer out = {.peer = dc_peer_user(call, user->id),
                                  .users = dc_box_people(call, user, NULL)};
  const tg_contacts_resolvedPeer *answer = &out;
  dc_answer(call, &answer);
}

static void resolve_username(dc_call *call, const void *args) {
  const tg_contacts_resolveUsername *request = args;
  resolved(call, dc_user_by_name(call->dc, request->username), "USERNAME_NOT_OCCUPIED");
}

static void resolve_phone(dc_call *call, const void *args) {
  const tg_contacts_resolvePhone *request = args;
  char phone[24];
  const dc_user *user =
      dc_phone_digits(request->phone, phone) ? dc_user_by_phone(call->dc, phone) : NULL;
  resolved(call, user, "PHONE_NOT_OCCUPIED");
}

static void import_contacts(dc_call *call, const void *args) {
  const tg_contacts_importContacts *request = args;
  size_t count = request->contacts.count > 100 ? 100 : request->contacts.count;
  const tg_importedContact **list = dc_new(call, (count + 1) * sizeof *list);
  tg_User *users = dc_new(call, (count + 1) * sizeof *users);
  tg_contacts_importedContacts out = {0};
  if (list == NULL || users == NULL)
    return;
  for (size_t i = 0; i < count; i++) {
    const tg_inputPhoneContact *contact = request->contacts.items[i];
    char phone[24];
    tg_importedContact *row = dc_new(call, sizeof *row);
    const dc_user *user =
        dc_phone_digits(contact->phone, phone) ? dc_user_by_phone(call->dc, phone) : NULL;
    if (user == NULL || row == NULL)
      continue;
    row->user_id = user->id;
    row->client_id = contact->client_id;
    list[out.imported.count++] = row;
    users[out.users.count++] = dc_user_view(call, user);
  }
  out.imported.items = list;
  out.users.items = users;
  const tg_contacts_importedContacts *answer = &out;
  dc_answer(call, &answer);
}

const dc_method dc_methods_contacts[] = {{"contacts.getContacts", get_contacts, DC_USER},
                                         {"contacts.resolveUsername", resolve_username, DC_USER},
                                         {"contacts.resolvePhone", resolve_phone, DC_USER},
                                         {"contacts.importContacts", import_contacts, DC_USER},
                                         {NULL, NULL, 0}};
