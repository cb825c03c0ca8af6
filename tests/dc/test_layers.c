/* Older layers: requests understood, answers given in the client's own. */
#include "compat.h"
#include "fixture.h"
#include "stubs.h"
#include <old/schema.h>
#include <tl/json.h>

static const uint32_t known_layers[] = {122, 144, 145, 146, 152, 153, 158, 160, 166, 167,
                                        179, 181, 184, 185, 189, 190, 193, 198, 199, 200,
                                        204, 216, 218, 220, 221, 223, 225, 227, 228, 229};
#define N_LAYERS (sizeof known_layers / sizeof *known_layers)

static dc_compat *compat;

static int make_compat(void **state) {
  (void)state;
  compat = dc_compat_new(&tg_schema, &old_schema);
  return compat == NULL;
}

static int free_compat(void **state) {
  (void)state;
  dc_compat_free(compat);
  return 0;
}

/* The id that a constructor of the newest layer gets in another one. */
static uint32_t id_in(int32_t layer, const tl_object *object, const char *type) {
  tl_buffer newest, old;
  tl_buffer_init(&newest, NULL, 0);
  tl_buffer_init(&old, NULL, 0);
  assert_int_equal(tl_encode(object, &newest, NULL), TL_OK);
  assert_true(dc_compat_downgrade(compat, layer, tl_find_type(&tg_schema, type, strlen(type)),
                                  newest.data, newest.size, &old));
  uint32_t id = tl_load32(old.data);
  tl_buffer_free(&newest);
  tl_buffer_free(&old);
  return id;
}

static void a_user_has_the_id_that_the_layer_gave_it(void **state) {
  (void)state;
  static const struct {
    int32_t layer;
    uint32_t id;
  } users[] = {{122, 0x938458c1}, {131, 0x938458c1}, {143, 0x3ff6ecb0}, {144, 0x3ff6ecb0},
               {145, 0x5d99adee}, {146, 0x5d99adee}, {148, 0x8f97c628}, {152, 0x8f97c628},
               {158, 0x8f97c628}, {160, 0xabb5f120}, {165, 0xabb5f120}, {166, 0xeb602f25},
               {167, 0x215c4438}, {181, 0x215c4438}, {182, 0x215c4438}, {184, 0x215c4438},
               {185, 0x83314fca}, {189, 0x83314fca}, {190, 0x83314fca}, {195, 0x83314fca},
               {196, 0x4b46c37e}, {198, 0x4b46c37e}, {199, 0x4b46c37e}, {200, 0x020b1422},
               {204, 0x020b1422}, {216, 0x020b1422}, {223, 0x31774388}, {227, 0x31774388}};
  tg_user user = {.id = 1, .first_name = TL_STR("A")};
  tl_object object = tg_user_object(&user);
  for (size_t i = 0; i < sizeof users / sizeof *users; i++)
    assert_int_equal(id_in(users[i].layer, &object, "User"), users[i].id);
}

static void the_definitions_of_layer_144_come_out(void **state) {
  (void)state;
  tg_config config = {.dc_txt_domain_name = TL_STR("")};
  tl_object object = tg_config_object(&config);
  assert_int_equal(id_in(144, &object, "Config"), 0x330b4067);
  assert_int_equal(id_in(145, &object, "Config"), 0x232566ac);
  assert_int_equal(id_in(153, &object, "Config"), 0x232566ac);
  assert_int_equal(id_in(158, &object, "Config"), 0xcc1a241e);
  assert_int_equal(id_in(189, &object, "Config"), 0xcc1a241e);
  tg_passwordKdfAlgoUnknown unknown = {0};
  tg_securePasswordKdfAlgoUnknown secure = {0};
  tg_account_password password = {.new_algo = tg_passwordKdfAlgoUnknown_box(&unknown),
                                  .new_secure_algo = tg_securePasswordKdfAlgoUnknown_box(&secure)};
  object = tg_account_password_object(&password);
  assert_int_equal(id_in(144, &object, "account.Password"), 0x185b184f);
  assert_int_equal(id_in(189, &object, "account.Password"), 0x957b50fb);
  tg_user user = {.id = 1};
  tg_auth_authorization authorization = {.user = tg_user_box(&user)};
  object = tg_auth_authorization_object(&authorization);
  assert_int_equal(id_in(144, &object, "auth.Authorization"), 0x33fb7bb8);
  assert_int_equal(id_in(189, &object, "auth.Authorization"), 0x2ea2c0d4);
}

static void what_an_old_user_says_is_what_the_new_one_said(void **state) {
  (void)state;
  tg_user user = {.id = 4711,
                  .self = true,
                  .has_access_hash = true,
                  .access_hash = 99,
                  .first_name = TL_STR("Ada"),
                  .phone = TL_STR("1555")};
  tl_object object = tg_user_object(&user), decoded;
  for (size_t i = 0; i < N_LAYERS; i++) {
    tl_buffer newest, old, again;
    tl_arena arena;
    tl_buffer_init(&newest, NULL, 0);
    tl_buffer_init(&old, NULL, 0);
    tl_buffer_init(&again, NULL, 0);
    tl_arena_init(&arena, NULL, 0);
    assert_int_equal(tl_encode(&object, &newest, NULL), TL_OK);
    assert_true(dc_compat_downgrade(compat, (int32_t)known_layers[i],
                                    tl_find_type(&tg_schema, "User", 4), newest.data, newest.size,
                                    &old));
    assert_true(dc_compat_upgrade(compat, old.data, old.size, &again, NULL));
    assert_int_equal(
        tl_decode_object(&tg_schema, again.data, again.size, NULL, &arena, &decoded, NULL, NULL),
        TL_OK);
    const tg_user *back = decoded.args;
    assert_true(back->id == 4711 && back->self && !back->bot && back->access_hash == 99);
    assert_memory_equal(back->first_name.data, "Ada", 3);
    tl_arena_free(&arena);
    tl_buffer_free(&newest);
    tl_buffer_free(&old);
    tl_buffer_free(&again);
  }
}

/* Appends an object of an old definition with nothing in it that need not be there. False: one of
 * its fields cannot be made up. */
static bool bare_minimum(uint16_t def, tl_buffer *out) {
  const tl_def *d = &old_schema.defs[def];
  uint8_t zeros[32] = {0};
  tl_store32(zeros, d->id);
  bool ok = tl_buffer_append(out, zeros, 4) == TL_OK;
  for (uint16_t i = 0; ok && i < d->n_fields; i++) {
    const tl_field *field = &old_schema.fields[d->field + i];
    static const uint8_t sizes[] = {4, 8, 8, 16, 32, 4, 4};
    memset(zeros, 0, sizeof zeros);
    if (field->op == TL_OP_WORD || field->op == TL_OP_NAT) {
      ok = tl_buffer_append(out, zeros, 4) == TL_OK;
    } else if (field->cond != TL_ALWAYS) {
      continue;
    } else if (field->op <= TL_OP_BYTES) {
      ok = tl_buffer_append(out, zeros, sizes[field->op]) == TL_OK;
    } else if (field->op == TL_OP_BOOL || field->op == TL_OP_VECTOR) {
      tl_store32(zeros, field->op == TL_OP_BOOL ? 0xbc799737u : 0x1cb5c415u);
      ok = tl_buffer_append(out, zeros, field->op == TL_OP_BOOL ? 4 : 8) == TL_OK;
    } else {
      return false;
    }
  }
  return ok;
}

static void old_definitions_become_new_ones_and_cut_ones_are_refused(void **state) {
  (void)state;
  size_t tried = 0;
  for (uint16_t def = 0; def < old_schema.n_defs; def++) {
    tl_buffer old, newest;
    tl_object object;
    tl_arena arena;
    tl_buffer_init(&old, NULL, 0);
    tl_buffer_init(&newest, NULL, 0);
    tl_arena_init(&arena, NULL, 0);
    if (strstr(tl_def_name(&old_schema, def), "_l") != NULL && bare_minimum(def, &old) &&
        dc_compat_upgrade(compat, old.data, old.size, &newest, NULL)) {
      tried++;
      if (tl_decode_object(&tg_schema, newest.data, newest.size, NULL, &arena, &object, NULL,
                           NULL) != TL_OK)
        fail_msg("%s", tl_def_name(&old_schema, def));
      for (size_t cut = 0; cut < old.size; cut++) {
        tl_buffer_clear(&newest);
        assert_false(dc_compat_upgrade(compat, old.data, cut, &newest, NULL));
      }
    }
    tl_arena_free(&arena);
    tl_buffer_free(&old);
    tl_buffer_free(&newest);
  }
  assert_true(tried > 150);
}

static void an_unknown_id_is_told(void **state) {
  (void)state;
  tl_buffer out;
  uint32_t unknown = 0;
  tl_buffer_init(&out, NULL, 0);
  assert_false(dc_compat_upgrade(compat, (const uint8_t *)"\x78\x56\x34\x12", 4, &out, &unknown));
  assert_int_equal(unknown, 0x12345678);
  tl_buffer_free(&out);
}

/* A request as layer 144 has it: auth.signIn#bcd51581 and codeSettings#8a6469c2. */
static void a_client_of_layer_144_signs_in(void **state) {
  (void)state;
  static const uint8_t head[] = "\x0d\x0d\x9b\xda\x90\0\0\0"       /* invokeWithLayer 144 */
                                "\xa9\x5e\xcd\xc1\0\0\0\0\1\0\0\0" /* initConnection */
                                "\1x\0\0\1x\0\0\1x\0\0\1x\0\0\0\0\0\0\1x\0";
  static const uint8_t send[] = "\x4f\x24\x77\xa6\x0b"
                                "15550001111\1\0\0\0\1h\0\0\xc2\x69\x64\x8a\0\0\0";
  raw_client *client = raw_new(fixture_dc(NULL, 1), 2);
  tgdc *dc = client->dc;
  uint8_t body[256];
  memcpy(body, head, sizeof head);
  memcpy(body + sizeof head, send, sizeof send);
  int64_t id = raw_send(client, true, body, sizeof head + sizeof send);
  assert_string_equal(raw_error(client, id), "");
  assert_int_equal(tl_load32(raw_result(client, id).data), 0x5e002502);
  uint8_t sign_in[64] = "\x81\x15\xd5\xbc\x0b"
                        "15550001111\x12------------------\0\x05"
                        "12345\0";
  memcpy(sign_in + 17, dc->codes->hash, 18);
  id = raw_send(client, true, sign_in, 44);
  assert_string_equal(raw_error(client, id), "");
  tl_bytes result = raw_result(client, id);
  assert_int_equal(tl_load32(result.data), 0x33fb7bb8);
  assert_int_equal(tl_load32(result.data + 8), 0x3ff6ecb0);
  raw_free(client);
  tgdc_free(dc);
}

static void every_stub_is_an_answer_in_every_layer(void **state) {
  (void)state;
  size_t count = 0;
  for (const dc_stub_row *row = dc_stubs; row->method != NULL; row++, count++) {
    tl_arena arena;
    tl_value value;
    tl_error error = {0};
    tl_buffer newest, old;
    uint16_t def = tl_find_name(&tg_schema, row->method, strlen(row->method));
    assert_int_not_equal(def, TL_NONE);
    tl_arena_init(&arena, NULL, 0);
    tl_buffer_init(&newest, NULL, 0);
    if (tl_json_read(&tg_schema, tg_schema.defs[def].type, row->json, strlen(row->json), &arena,
                     &value, &error) != TL_OK)
      fail_msg("%s: %s at %s", row->method, error.text, error.path);
    assert_int_equal(tl_encode_value(&value, &newest, NULL), TL_OK);
    for (size_t i = 0; i < N_LAYERS; i++) {
      tl_buffer_init(&old, NULL, 0);
      assert_true(dc_compat_downgrade(compat, (int32_t)known_layers[i], value.type, newest.data,
                                      newest.size, &old));
      tl_buffer_free(&old);
    }
    tl_buffer_free(&newest);
    tl_arena_free(&arena);
  }
  assert_true(count > 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_user_has_the_id_that_the_layer_gave_it),
      cmocka_unit_test(the_definitions_of_layer_144_come_out),
      cmocka_unit_test(what_an_old_user_says_is_what_the_new_one_said),
      cmocka_unit_test(old_definitions_become_new_ones_and_cut_ones_are_refused),
      cmocka_unit_test(an_unknown_id_is_told),
      cmocka_unit_test(a_client_of_layer_144_signs_in),
      cmocka_unit_test(every_stub_is_an_answer_in_every_layer),
  };
  return cmocka_run_group_tests(tests, make_compat, free_compat);
}
