/* tg/shared.h: a field that several constructors have, whichever it is; and names of kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <tg/shared.h>

static void test_a_field_of_whichever_constructor(void **state) {
  (void)state;
  tg_user user = {.id = 7, .first_name = TL_STR("Ann")};
  tg_User one = tg_user_box(&user);
  tg_messages_messages all = {.users = {&one, 1}};
  tg_messages_messagesSlice slice = {.count = 3, .users = {&one, 1}};
  tg_messages_messagesNotModified same = {.count = 5};
  tg_messages_Messages answers[] = {tg_messages_messages_box(&all),
                                    tg_messages_messagesSlice_box(&slice)};
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(tg_messages_Messages_users(&answers[i]).count, 1);
    assert_int_equal(tg_User_id(&tg_messages_Messages_users(&answers[i]).items[0]), 7);
  }
  assert_int_equal(tg_messages_Messages_count(&answers[1]), 3);
  tg_messages_Messages none = tg_messages_messagesNotModified_box(&same);
  assert_int_equal(tg_messages_Messages_users(&none).count, 0);
  assert_null(tg_messages_Messages_users(&none).items);
  assert_int_equal(tg_messages_Messages_count(&none), 5);
}

static void test_absent_has_nothing(void **state) {
  (void)state;
  tg_Message absent = {TG_Message_none, {NULL}};
  tg_Message unknown = {(enum tg_Message_kind)4000, {NULL}};
  assert_int_equal(tg_Message_id(&absent), 0);
  assert_int_equal(tg_Message_peer_id(&absent).kind, TG_Peer_none);
  assert_int_equal(tg_Message_id(&unknown), 0);
}

static void test_kinds_have_the_names_of_the_schema(void **state) {
  (void)state;
  assert_string_equal(tg_InputPeer_kind_name(TG_inputPeerEmpty), "inputPeerEmpty");
  assert_string_equal(tg_InputPeer_kind_name(TG_inputPeerUser), "inputPeerUser");
  assert_string_equal(tg_messages_Messages_kind_name(TG_messages_channelMessages),
                      "messages.channelMessages");
  assert_string_equal(tg_Update_kind_name(TG_updateNewMessage), "updateNewMessage");
  assert_string_equal(tg_InputPeer_kind_name(TG_InputPeer_none), "");
  assert_string_equal(tg_InputPeer_kind_name((enum tg_InputPeer_kind)4000), "");
  assert_string_equal(tg_InputPeer_kind_name((enum tg_InputPeer_kind) - 1), "");
}

/* Every kind of a long type is the definition that its box is written as. */
static void test_the_name_is_that_of_the_definition(void **state) {
  (void)state;
  tg_updateConfig last = {0};
  tl_object object = tg_updateConfig_object(&last);
  assert_string_equal(tg_Update_kind_name(TG_updateConfig), tl_def_name(&tg_schema, object.def));
  for (unsigned kind = 1; *tg_Update_kind_name((enum tg_Update_kind)kind); kind++) {
    const char *name = tg_Update_kind_name((enum tg_Update_kind)kind);
    uint16_t def = tl_find_name(&tg_schema, name, strlen(name));
    assert_int_equal(tg_schema.defs[def].type, tg_schema.defs[object.def].type);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_field_of_whichever_constructor),
      cmocka_unit_test(test_absent_has_nothing),
      cmocka_unit_test(test_kinds_have_the_names_of_the_schema),
      cmocka_unit_test(test_the_name_is_that_of_the_definition),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
