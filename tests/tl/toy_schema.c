/* The tables of the toy schema, by hand. */
#include "toy_schema.h"

#include <stddef.h>

/* clang-format off */
static const char names[] =
    "\0" /* 0 */
    "int\0" /* 1 */
    "long\0" /* 5 */
    "double\0" /* 10 */
    "int128\0" /* 17 */
    "int256\0" /* 24 */
    "string\0" /* 31 */
    "bytes\0" /* 38 */
    "Bool\0" /* 44 */
    "true\0" /* 49 */
    "#\0" /* 54 */
    "Object\0" /* 56 */
    "Pair\0" /* 63 */
    "Tree\0" /* 68 */
    "Words\0" /* 73 */
    "Bare\0" /* 79 */
    "Empty\0" /* 84 */
    "Chain\0" /* 90 */
    "pair\0" /* 96 */
    "leaf\0" /* 101 */
    "node\0" /* 106 */
    "words\0" /* 111 */
    "bare\0" /* 117 */
    "empty\0" /* 122 */
    "chain\0" /* 128 */
    "invoke\0" /* 134 */
    "getInts\0" /* 141 */
    "getBool\0" /* 149 */
    "a\0" /* 157 */
    "b\0" /* 159 */
    "left\0" /* 161 */
    "right\0" /* 166 */
    "label\0" /* 172 */
    "one\0" /* 178 */
    "two\0" /* 182 */
    "three\0" /* 186 */
    "n\0" /* 192 */
    "c\0" /* 194 */
    "d\0" /* 196 */
    "items\0" /* 198 */
    "more\0" /* 204 */
    "e\0" /* 209 */
    "f\0" /* 211 */
    "pairs\0" /* 213 */
    "nested\0" /* 219 */
    "flags\0" /* 226 */
    "big\0" /* 232 */
    "small\0" /* 236 */
    "any\0" /* 242 */
    "word\0" /* 246 */
    "opt\0" /* 251 */
    "x\0" /* 255 */
    "y\0" /* 257 */
    "nothing\0" /* 259 */
    "far\0" /* 267 */
    "next\0" /* 271 */
    "query\0" /* 276 */
    ;

static const tl_type types[TOY_TYPES] = {
    {1, 0, 0, TL_OP_INT, sizeof(int32_t), 1}, /* int */
    {5, 0, 0, TL_OP_LONG, sizeof(int64_t), 2}, /* long */
    {10, 0, 0, TL_OP_DOUBLE, sizeof(double), 2}, /* double */
    {17, 0, 0, TL_OP_INT128, sizeof(tl_int128), 4}, /* int128 */
    {24, 0, 0, TL_OP_INT256, sizeof(tl_int256), 8}, /* int256 */
    {31, 0, 0, TL_OP_STRING, sizeof(tl_string), 1}, /* string */
    {38, 0, 0, TL_OP_BYTES, sizeof(tl_bytes), 1}, /* bytes */
    {44, 0, 0, TL_OP_BOOL, sizeof(bool), 1}, /* Bool */
    {49, 0, 0, TL_OP_TRUE, sizeof(bool), 0}, /* true */
    {54, 0, 0, TL_OP_NAT, sizeof(uint32_t), 1}, /* # */
    {56, 0, 0, TL_OP_OBJECT, sizeof(tl_object), 1}, /* Object */
    {63, TOY_DEF_pair, 1, TL_OP_PTR, sizeof(void *), 3}, /* Pair */
    {68, TOY_DEF_leaf, 2, TL_OP_SUM, sizeof(toy_Tree), 1}, /* Tree */
    {73, TOY_DEF_words, 1, TL_OP_PTR, sizeof(void *), 4}, /* Words */
    {79, TOY_DEF_bare, 1, TL_OP_PTR, sizeof(void *), 28}, /* Bare */
    {84, TOY_DEF_empty, 1, TL_OP_PTR, sizeof(void *), 1}, /* Empty */
    {90, TOY_DEF_chain, 1, TL_OP_PTR, sizeof(void *), 2}, /* Chain */
    {0, TOY_DEF_pair, 0, TL_OP_BARE, sizeof(void *), 2}, /* %Pair */
    {0, TOY_TYPE_bare_pair, 0, TL_OP_BARE_VECTOR, sizeof(tl_vector), 1}, /* vector<%Pair> */
    {0, TL_OP_LONG, 0, TL_OP_VECTOR, sizeof(tl_vector), 2}, /* Vector<long> */
    {0, TOY_TYPE_Vector_long, 0, TL_OP_VECTOR, sizeof(tl_vector), 2}, /* Vector<Vector<long>> */
    {0, TL_OP_INT, 3, TL_OP_REPEAT, sizeof(tl_vector), 0}, /* n*[ int ] */
    {0, TOY_TYPE_Tree, 3, TL_OP_REPEAT, sizeof(tl_vector), 0}, /* n*[ Tree ] */
    {0, TOY_DEF_empty, 0, TL_OP_BARE, sizeof(void *), 0}, /* %Empty */
    {0, TOY_TYPE_bare_empty, 0, TL_OP_BARE_VECTOR, sizeof(tl_vector), 1}, /* vector<%Empty> */
    {0, TL_OP_INT, 0, TL_OP_VECTOR, sizeof(tl_vector), 2}, /* Vector<int> */
    {0, TOY_TYPE_Tree, 0, TL_OP_VECTOR, sizeof(tl_vector), 2}, /* Vector<Tree> */
    {0, TL_OP_BOOL, 0, TL_OP_VECTOR, sizeof(tl_vector), 2}, /* Vector<Bool> */
    {0, TL_OP_OBJECT, 0, TL_OP_VECTOR, sizeof(tl_vector), 2}, /* Vector<Object> */
    {0, TL_OP_INT128, 0, TL_OP_VECTOR, sizeof(tl_vector), 2}, /* Vector<int128> */
    {0, TL_OP_DOUBLE, 0, TL_OP_VECTOR, sizeof(tl_vector), 2}, /* Vector<double> */
    {0, TL_OP_NAT, 0, TL_OP_VECTOR, sizeof(tl_vector), 2}, /* Vector<#> */
    {0, TL_OP_STRING, 0, TL_OP_VECTOR, sizeof(tl_vector), 2}, /* Vector<string> */
    {0, TL_OP_INT, 3, TL_OP_ARRAY, sizeof(tl_vector), 3}, /* 3*[ int ] */
    {0, TOY_TYPE_Tree, 2, TL_OP_ARRAY, sizeof(tl_vector), 2}, /* 2*[ Tree ] */
};

static const tl_field fields[] = {
    {TL_OP_INT, offsetof(toy_pair, a), 1, TL_ALWAYS, TL_OP_INT}, /* pair.a */
    {TL_OP_INT, offsetof(toy_pair, b), 0, TL_ALWAYS, TL_OP_INT}, /* pair.b */
    {TOY_TYPE_Tree, offsetof(toy_node, left), 0, TL_ALWAYS, TL_OP_SUM}, /* node.left */
    {TOY_TYPE_Tree, offsetof(toy_node, right), 0, TL_ALWAYS, TL_OP_SUM}, /* node.right */
    {TL_OP_STRING, offsetof(toy_node, label), 0, TL_ALWAYS, TL_OP_STRING}, /* node.label */
    {TL_OP_NAT, TL_NONE, 0, TL_ALWAYS, TL_OP_WORD}, /* words.one */
    {TL_OP_NAT, TL_NONE, 1, 3, TL_OP_WORD}, /* words.two */
    {TL_OP_NAT, TL_NONE, 2, TL_ALWAYS, TL_OP_WORD}, /* words.three */
    {TL_OP_NAT, TL_NONE, 3, TL_ALWAYS, TL_OP_WORD}, /* words.n */
    {TL_OP_INT, offsetof(toy_words, a), offsetof(toy_words, has_a), 0, TL_OP_INT}, /* words.a */
    {TL_OP_STRING, offsetof(toy_words, b), 0, 63, TL_OP_STRING}, /* words.b */
    {TL_OP_TRUE, offsetof(toy_words, c), 0, 95, TL_OP_TRUE}, /* words.c */
    {TOY_TYPE_Pair, offsetof(toy_words, d), 0, 0, TL_OP_PTR}, /* words.d */
    {TOY_TYPE_repeat_int, offsetof(toy_words, items), 0, TL_ALWAYS, TL_OP_REPEAT}, /* words.items */
    {TOY_TYPE_repeat_Tree, offsetof(toy_words, more), 0, TL_ALWAYS, TL_OP_REPEAT}, /* words.more */
    {TL_OP_TRUE, offsetof(toy_words, e), 0, 64, TL_OP_TRUE}, /* words.e */
    {TL_OP_TRUE, offsetof(toy_words, f), 0, 65, TL_OP_TRUE}, /* words.f */
    {TOY_TYPE_vector_bare_pair, offsetof(toy_bare, pairs), 0, TL_ALWAYS, TL_OP_BARE_VECTOR}, /* bare.pairs */
    {TOY_TYPE_Vector_Vector_long, offsetof(toy_bare, nested), 0, TL_ALWAYS, TL_OP_VECTOR}, /* bare.nested */
    {TL_OP_NAT, TL_NONE, 0, TL_ALWAYS, TL_OP_WORD}, /* bare.flags */
    {TL_OP_INT256, offsetof(toy_bare, big), 0, TL_ALWAYS, TL_OP_INT256}, /* bare.big */
    {TL_OP_INT128, offsetof(toy_bare, small), 0, TL_ALWAYS, TL_OP_INT128}, /* bare.small */
    {TL_OP_OBJECT, offsetof(toy_bare, any), 0, TL_ALWAYS, TL_OP_OBJECT}, /* bare.any */
    {TL_OP_BOOL, offsetof(toy_bare, b), 0, TL_ALWAYS, TL_OP_BOOL}, /* bare.b */
    {TL_OP_NAT, offsetof(toy_bare, word), 0, TL_ALWAYS, TL_OP_NAT}, /* bare.word */
    {TL_OP_NAT, offsetof(toy_bare, opt), offsetof(toy_bare, has_opt), 1, TL_OP_NAT}, /* bare.opt */
    {TL_OP_DOUBLE, offsetof(toy_bare, x), 1, TL_ALWAYS, TL_OP_DOUBLE}, /* bare.x */
    {TL_OP_DOUBLE, offsetof(toy_bare, y), 0, TL_ALWAYS, TL_OP_DOUBLE}, /* bare.y */
    {TOY_TYPE_bare_pair, offsetof(toy_bare, pair), 0, TL_ALWAYS, TL_OP_BARE}, /* bare.pair */
    {TOY_TYPE_vector_bare_empty, offsetof(toy_bare, nothing), 0, TL_ALWAYS, TL_OP_BARE_VECTOR}, /* bare.nothing */
    {TL_OP_LONG, offsetof(toy_bare, far), offsetof(toy_bare, has_far), 31, TL_OP_LONG}, /* bare.far */
    {TL_OP_NAT, TL_NONE, 0, TL_ALWAYS, TL_OP_WORD}, /* chain.flags */
    {TOY_TYPE_Chain, offsetof(toy_chain, next), 0, 0, TL_OP_PTR}, /* chain.next */
    {TL_OP_OBJECT, offsetof(toy_invoke, query), 0, TL_ALWAYS, TL_OP_OBJECT}, /* invoke.query */
};

static const uint16_t field_names[] = {157, 159, 161, 166, 172, 178, 182, 186, 192, 157, 159, 194, 196, 198, 204, 209, 211, 213, 219, 226, 232, 236, 242, 159, 246, 251, 255, 257, 96, 259, 267, 226, 271, 276};

static const tl_set bits[] = {
    UINT64_C(1) << 31 | 1 << 1, 0, 1 << 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 << 13, /* bare.opt, far */
    1, 1 << 1, /* chain.next */
};

static const tl_option options[] = {
    {offsetof(toy_bare, has_opt), 2, 0},
    {offsetof(toy_bare, has_opt), 8, 1}, /* bare.opt */
    {offsetof(toy_bare, has_far), 13, 31}, /* bare.far */
    {0, 0, 0},
    {offsetof(toy_chain, next), 1, 0}, /* chain.next */
};

static const tl_def defs[] = {
    {0x1, 0x11, 96, 0, 2, TOY_TYPE_Pair, sizeof(toy_pair), 0, 0, 0, 0, 0, 0, 0}, /* pair */
    {0, 0x12, 101, 2, 0, TOY_TYPE_Tree, 1, 0, 0, 0, 0, 0, 0, 0}, /* leaf */
    {0x7, 0x13, 106, 2, 3, TOY_TYPE_Tree, sizeof(toy_node), 0, 0, 0, 0, 0, 0, 0}, /* node */
    {0, 0x14, 111, 5, 12, TOY_TYPE_Words, sizeof(toy_words), 0, 0, 0, 0, 1, 0, 1}, /* words */
    {0x1aff, 0x15, 117, 17, 14, TOY_TYPE_Bare, sizeof(toy_bare), 0, 0, 2, 0, 0, 0, 0}, /* bare */
    {0, 0x16, 122, 31, 0, TOY_TYPE_Empty, 1, 0, 0, 0, 0, 0, 0, 0}, /* empty */
    {0x1, 0x17, 128, 31, 2, TOY_TYPE_Chain, sizeof(toy_chain), 33, 3, 1, 0, 0, 0, 0}, /* chain */
    {0x1, 0x18, 134, 33, 1, TL_OP_OBJECT, sizeof(toy_invoke), 0, 0, 0, 0, 0, 1, 0}, /* invoke */
    {0, 0x19, 141, 34, 0, TOY_TYPE_Vector_int, 1, 0, 0, 0, 0, 0, 1, 0}, /* getInts */
    {0, 0x1a, 149, 34, 0, TL_OP_BOOL, 1, 0, 0, 0, 0, 0, 1, 0}, /* getBool */
};

static const uint16_t by_id[] = {TL_NONE, TL_NONE, 9, 1, TL_NONE, TL_NONE, 6, TL_NONE, TL_NONE, TL_NONE, TL_NONE, 3, TL_NONE, TL_NONE, 8, TL_NONE, 0, TL_NONE, TL_NONE, 5, TL_NONE, TL_NONE, TL_NONE, 2, TL_NONE, TL_NONE, 7, TL_NONE, TL_NONE, TL_NONE, TL_NONE, 4};

static const uint16_t by_name[] = {TOY_DEF_bare, TOY_DEF_chain, TOY_DEF_empty, TOY_DEF_getBool, TOY_DEF_getInts, TOY_DEF_invoke, TOY_DEF_leaf, TOY_DEF_node, TOY_DEF_pair, TOY_DEF_words};
/* clang-format on */

/* Number i is # word i. */
static const tl_number numbers[] = {{0, 0}, {0, 1}, {0, 2}, {0, 3}};

const tl_schema toy_schema = {
    .version = TL_TABLE_VERSION,
    .layer = 7,
    .prefix = "toy",
    .types = types,
    .fields = fields,
    .bits = bits,
    .options = options,
    .numbers = numbers,
    .field_names = field_names,
    .defs = defs,
    .names = names,
    .by_id = by_id,
    .by_name = by_name,
    .n_types = TOY_TYPES,
    .n_fields = sizeof fields / sizeof *fields,
    .n_defs = sizeof defs / sizeof *defs,
    .n_constructors = 7,
    .by_id_shift = 27,
};
