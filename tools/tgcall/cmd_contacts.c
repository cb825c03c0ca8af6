/* tgcall contacts: whom one knows. */
#include "talk.h"
#include <tg/contacts.h>

static const char help_contacts[] =
    "Prints the contacts of the account, one JSON object a line: id, name, username, phone.\n";

static void set(json_t *line, const char *key, tl_string text) {
  if (text.size)
    json_object_set_new(line, key, json_stringn(text.data, text.size));
}

static mtp_status print_user(const tg_user *user, mtp_error *error) {
  json_t *line = json_pack("{s:I}", "id", (json_int_t)user->id);
  if (line) {
    set(line, "first_name", user->first_name);
    set(line, "last_name", user->last_name);
    set(line, "username", user->username);
    set(line, "phone", user->phone);
  }
  return print_line(line, error);
}

static mtp_status list(talk *t, void *ctx, mtp_error *error) {
  tg_contacts_getContacts request = {0};
  tl_call call = tg_contacts_getContacts_call(&request);
  mtp_reply *reply;
  (void)ctx;
  mtp_status status = mtp_call_sync(tgauth_client(t->auth), &call, NULL, &reply, error);
  if (status != MTP_OK)
    return status;
  tg_contacts_Contacts all = tg_contacts_getContacts_result(mtp_reply_value(reply));
  tg_vector_User users = {0};
  if (all.kind == TG_contacts_contacts)
    users = all.contacts_contacts->users;
  for (size_t i = 0; status == MTP_OK && i < users.count; i++)
    if (users.items[i].kind == TG_user)
      status = print_user(users.items[i].user, error);
  mtp_reply_free(reply);
  return status;
}

static int cmd_contacts(int argc, char **argv) {
  connection_args args;
  size_t n_words;
  if (!parse_options(argc, argv, NULL, 0, &args, NULL, 0, &n_words))
    return EXIT_USAGE;
  return talk_and_report(&args, list, NULL);
}

const command tgcall_contacts = {"contacts",    "",  "whom the account knows", cmd_contacts,
                                 help_contacts, NULL};
