/* A schema with tables written by hand: it has what the generated ones lack, namely repetitions,
 * conditional and many # words, bit 31, bare vectors of every kind, elements of no size. */
#ifndef TEST_TOY_SCHEMA_H
#define TEST_TOY_SCHEMA_H

#include <tl/codec.h>

/* pair a:int b:int = Pair */
typedef struct toy_pair {
  int32_t a, b;
} toy_pair;

/* leaf = Tree; node left:Tree right:Tree label:string = Tree */
typedef struct toy_node toy_node;
typedef struct toy_Tree {
  enum { TOY_Tree_none, TOY_leaf, TOY_node } kind;
  union {
    const void *leaf;
    const toy_node *node;
  };
} toy_Tree;
struct toy_node {
  toy_Tree left, right;
  tl_string label;
};

typedef struct toy_vector_Tree {
  const toy_Tree *items;
  size_t count;
} toy_vector_Tree;

/* words one:# two:one.3?# three:# n:# a:one.0?int b:two.31?string c:three.31?true d:one.0?Pair
 *   items:n*[ int ] more:n*[ Tree ] e:three.0?true f:three.1?true = Words */
typedef struct toy_words {
  tl_string b;
  tl_vector_int items;
  toy_vector_Tree more;
  const toy_pair *d;
  int32_t a;
  bool c, e, f, has_a;
} toy_words;

typedef struct toy_vector_pair {
  const toy_pair *const *items;
  size_t count;
} toy_vector_pair;
typedef struct toy_vector_vector_long {
  const tl_vector_long *items;
  size_t count;
} toy_vector_vector_long;
typedef struct toy_vector_empty {
  const void *const *items;
  size_t count;
} toy_vector_empty;

/* bare pairs:vector<%Pair> nested:Vector<Vector<long>> flags:# big:int256 small:int128 any:Object
 *   b:Bool word:# opt:flags.1?# x:double y:double pair:%Pair nothing:vector<%Empty>
 *   far:flags.31?long = Bare */
typedef struct toy_bare {
  toy_vector_pair pairs;
  toy_vector_vector_long nested;
  tl_object any;
  toy_vector_empty nothing;
  double x, y;
  const toy_pair *pair;
  int64_t far;
  uint32_t word, opt;
  tl_int256 big;
  tl_int128 small;
  bool b, has_opt, has_far;
} toy_bare;

/* chain flags:# next:flags.0?Chain = Chain */
typedef struct toy_chain toy_chain;
struct toy_chain {
  const toy_chain *next;
};

/* ---functions--- invoke {X:Type} query:!X = X; getInts = Vector<int>; getBool = Bool */
typedef struct toy_invoke {
  tl_object query;
} toy_invoke;

enum {
  TOY_DEF_pair,
  TOY_DEF_leaf,
  TOY_DEF_node,
  TOY_DEF_words,
  TOY_DEF_bare,
  TOY_DEF_empty,
  TOY_DEF_chain,
  TOY_DEF_invoke,
  TOY_DEF_getInts,
  TOY_DEF_getBool
};

enum {
  TOY_TYPE_Pair = TL_OP_PRIMITIVES,
  TOY_TYPE_Tree,
  TOY_TYPE_Words,
  TOY_TYPE_Bare,
  TOY_TYPE_Empty,
  TOY_TYPE_Chain,
  TOY_TYPE_bare_pair,
  TOY_TYPE_vector_bare_pair,
  TOY_TYPE_Vector_long,
  TOY_TYPE_Vector_Vector_long,
  TOY_TYPE_repeat_int,
  TOY_TYPE_repeat_Tree,
  TOY_TYPE_bare_empty,
  TOY_TYPE_vector_bare_empty,
  TOY_TYPE_Vector_int,
  TOY_TYPE_Vector_Tree,
  TOY_TYPE_Vector_Bool,
  TOY_TYPE_Vector_Object,
  TOY_TYPE_Vector_int128,
  TOY_TYPE_Vector_double,
  TOY_TYPE_Vector_nat,
  TOY_TYPE_Vector_string,
  TOY_TYPE_array_int,
  TOY_TYPE_array_Tree,
  TOY_TYPES
};

extern const tl_schema toy_schema;

#endif
