/* test_ids.c: ids follow from declarations, by the rule of the language and by Telegram's. */
#include "parse.h"

static uint32_t id_of(const char *text, const char *name) {
  tlp_schema *s = parse(text);
  uint32_t id = find(s, name)->id;
  tlp_schema_free(s);
  return id;
}

/* proves TL-11 */
static void crc32_is_the_one_of_zlib(void **state) {
  (void)state;
  assert_int_equal(tlp_crc32("123456789", 9), 0xcbf43926);
  assert_int_equal(tlp_crc32("", 0), 0);
}

/* Ids that are published for these declarations. */
/* proves TL-11 */
static void ids_left_out_are_computed(void **state) {
  (void)state;
  assert_int_equal(id_of("int ? = Int;", "int"), 0xa8509bda);
  assert_int_equal(id_of("vector {t:Type} # [ t ] = Vector t;", "vector"), 0x1cb5c415);
  assert_int_equal(id_of("boolFalse = Bool;", "boolFalse"), 0xbc799737);
  assert_int_equal(id_of("true = True;", "true"), 0x3fedd339);
  assert_int_equal(id_of("tuple {t:Type} {n:#} [t] = Tuple t n;", "tuple"), 0x9770768a);
  assert_int_equal(id_of("resultTrue {t:Type} result:t = Maybe t;", "resultTrue"), 0x3f9c8ef8);
  assert_int_equal(id_of("dictionaryField {t:Type} key:string value:t = DictionaryField t;"
                         "dictionary {t:Type} %(Vector %(DictionaryField t)) = Dictionary t;",
                         "dictionary"),
                   0x1f4c618f);
  assert_int_equal(
      id_of("adnl.message.query query_id:int256 query:bytes = adnl.Message;", "adnl.message.query"),
      0xb48bf97a);
}

/* proves TL-11 */
static void ids_of_other_projects_are_computed(void **state) {
  (void)state;
  assert_int_equal(
      id_of("liteServer.a = liteServer.MasterchainInfo;"
            "---functions---\nliteServer.getMasterchainInfo = liteServer.MasterchainInfo;",
            "liteServer.getMasterchainInfo"),
      0x89b5e62e);
  assert_int_equal(
      id_of("---functions---\nliteServer.query data:bytes = Object;", "liteServer.query"),
      0x798c06df);
  assert_int_equal(
      id_of("a = tonNode.BlockIdExt; b = liteServer.TransactionId3; tonNode.blockIdExt = X;"
            "liteServer.transactionId3 = Y; c = liteServer.BlockTransactions;"
            "---functions---\n"
            "liteServer.listBlockTransactions id:tonNode.blockIdExt mode:# count:#"
            " after:mode.7?liteServer.transactionId3 reverse_order:mode.6?true"
            " want_proof:mode.5?true = liteServer.BlockTransactions;",
            "liteServer.listBlockTransactions"),
      0xadfcc7da);
  assert_int_equal(
      id_of("a {flags:#} = RpcInvokeReqExtra flags;\n---functions---\n"
            "rpcDestFlags {X:Type} flags:# extra:%(RpcInvokeReqExtra flags) query:!X = X;",
            "rpcDestFlags"),
      0xe352035e);
}

/* proves TL-11 */
static void spelling_does_not_change_an_id(void **state) {
  (void)state;
  uint32_t id =
      id_of("a b:Vector<int> (c d:string) e:(Vector (Vector int)) n:# f:(n+2)*[ int ] = A;", "a");
  assert_int_equal(id_of("a\n  b : (Vector int) c:string d:(string)/* */e:Vector<Vector<int>>\n"
                         "  n:# f:(2 + n)*[int]=A ;",
                         "a"),
                   id);
  assert_int_equal(id_of("a#00000007 b:Vector<int> = A; c = C;", "c"), tlp_crc32("c = C", 5));
}

/* proves TL-11 */
static void both_rules_are_computed(void **state) {
  (void)state;
  tlp_schema *s = parse("a flags:# x:flags.0?true y:flags.1?bytes z:bytes v:Vector<bytes> = A;\n"
                        "---functions---\nf {X:Type} q:!X = X;");
  static const char tl[] = "a flags:# x:flags.0?true y:flags.1?bytes z:bytes v:Vector bytes = A";
  static const char telegram[] = "a flags:# y:flags.1?string z:string v:Vector bytes = A";
  assert_int_equal(find(s, "a")->crc, tlp_crc32(tl, sizeof tl - 1));
  assert_int_equal(find(s, "a")->telegram_crc, tlp_crc32(telegram, sizeof telegram - 1));
  assert_int_equal(find(s, "f")->crc, tlp_crc32("f X:Type q:X = X", 16));
  assert_int_equal(find(s, "f")->telegram_crc, tlp_crc32("f X:Type q:!X = X", 17));
  tlp_schema_free(s);
}

/* proves TL-11 */
static void the_declared_ids_tell_which_rule_is_meant(void **state) {
  (void)state;
  static const char by_telegram[] =
      "a x:bytes = A; p_q_inner_data#83c95aec pq:bytes p:bytes q:bytes"
      " nonce:int128 server_nonce:int128 new_nonce:int256 = P;";
  tlp_schema *s = parse("a x:bytes = A; b#00000001 = B;");
  assert_int_equal(tlp_schema_id_rule(s), TLP_IDS_TL);
  assert_int_equal(find(s, "a")->id, find(s, "a")->crc);
  tlp_schema_free(s);
  tlp_schema *t = tlp_schema_new(NULL);
  assert_non_null(t);
  assert_int_equal(tlp_schema_add(t, "t", by_telegram, sizeof by_telegram - 1), TLP_OK);
  assert_int_equal(tlp_schema_finish(t), TLP_OK);
  assert_int_equal(tlp_schema_diag_count(t), 1); /* P for P_Q_inner_data: not the published hash */
  assert_int_equal(tlp_schema_id_rule(t), TLP_IDS_TL);
  tlp_schema_free(t);
  s = parse("a x:bytes = A; p_q_inner_data#83c95aec pq:bytes p:bytes q:bytes nonce:int128"
            " server_nonce:int128 new_nonce:int256 = P_Q_inner_data;");
  assert_int_equal(tlp_schema_diag_count(s), 0);
  assert_int_equal(tlp_schema_id_rule(s), TLP_IDS_TELEGRAM);
  assert_int_equal(find(s, "a")->id, tlp_crc32("a x:string = A", 14));
  tlp_schema_free(s);
}

/* proves TL-11 */
static void short_ids_and_capitals_are_read(void **state) {
  (void)state;
  assert_int_equal(id_of("a#1 = A;", "a"), 1);
  assert_int_equal(id_of("a#0abcdef = A;", "a"), 0xabcdef);
  assert_int_equal(id_of("a#FFFFffff = A;", "a"), 0xffffffff);
  assert_int_equal(id_of("a#00000000 = A;", "a"), 0);
}

static tlp_schema *load(const char *path) {
  tlp_schema *s = tlp_schema_new(NULL);
  assert_non_null(s);
  assert_int_equal(tlp_schema_add_file(s, path), TLP_OK);
  assert_int_equal(tlp_schema_finish(s), TLP_OK);
  return s;
}

static void assert_mismatches(const char *path, const char *const *names, size_t count) {
  tlp_schema *s = load(path);
  assert_int_equal(tlp_schema_diag_count(s), count);
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(tlp_schema_diag(s, i)->code, TLP_D_ID_MISMATCH);
    assert_int_equal(tlp_schema_diag(s, i)->pos.line, find(s, names[i])->pos.line);
  }
  tlp_schema_free(s);
}

/* proves TL-11 */
static void all_ids_of_telegram_are_right_but_the_known_ones(void **state) {
  (void)state;
  static const char *const mtproto[] = {"accessPointRule", "help.configSimple"};
  assert_mismatches(SCHEMA_DIR "/api.tl", NULL, 0);
  assert_mismatches(SCHEMA_DIR "/mtproto.tl", mtproto, 2);
}

/* Copies the text without the id in each third declaration that has one. */
static char *drop_ids(const tlp_file *file) {
  char *text = malloc(file->length + 1), *to = text;
  assert_non_null(text);
  size_t declarations = 0;
  bool at_start = true, comment = false;
  for (const char *from = file->text; *from; from++) {
    if (at_start)
      comment = from[0] == '/';
    at_start = *from == '\n';
    if (*from == '#' && !comment && from[1] != ' ' && from[1] != '}' && from[-1] != ':' &&
        declarations++ % 3 == 0) {
      from += 8;
      continue;
    }
    *to++ = *from;
  }
  *to = '\0';
  return text;
}

/* proves TL-11 */
static void ids_dropped_from_telegrams_schema_come_back(void **state) {
  (void)state;
  tlp_schema *whole = load(SCHEMA_DIR "/api.tl");
  char *text = drop_ids(tlp_schema_file(whole, 0));
  tlp_schema *part = parse(text);
  size_t count, other, computed = 0;
  const tlp_combinator *const *a = tlp_schema_combinators(whole, &count);
  const tlp_combinator *const *b = tlp_schema_combinators(part, &other);
  assert_int_equal(count, other);
  for (size_t i = 0; i < count; i++) {
    if (!a[i]->has_explicit_id || b[i]->has_explicit_id)
      continue;
    computed++;
    if (!strstr(a[i]->name, "Legacy"))
      assert_int_equal(a[i]->id, b[i]->id);
  }
  assert_true(computed > 800);
  tlp_schema_free(whole);
  tlp_schema_free(part);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(crc32_is_the_one_of_zlib),
      cmocka_unit_test(ids_left_out_are_computed),
      cmocka_unit_test(ids_of_other_projects_are_computed),
      cmocka_unit_test(spelling_does_not_change_an_id),
      cmocka_unit_test(both_rules_are_computed),
      cmocka_unit_test(the_declared_ids_tell_which_rule_is_meant),
      cmocka_unit_test(short_ids_and_capitals_are_read),
      cmocka_unit_test(all_ids_of_telegram_are_right_but_the_known_ones),
      cmocka_unit_test(ids_dropped_from_telegrams_schema_come_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
