/* check.c: what can be seen only when everything is resolved: types whose constructors overlap, so
 * that %T cannot work, and values that would contain themselves. */
#include "diag.h"
#include "passes.h"

/* ---- overlap ---- */

static bool may_be_equal(const tlp_expr *a, const tlp_expr *b);

/* n+1 is at least 1; a constant is itself. */
static bool numbers_may_be_equal(const tlp_expr *a, const tlp_expr *b) {
  if (a->var && b->var)
    return true;
  if (a->var)
    return b->value >= a->value;
  return b->var ? a->value >= b->value : a->value == b->value;
}

static bool types_may_be_equal(const tlp_expr *a, const tlp_expr *b) {
  if (a->kind != TLP_EXPR_TYPE || b->kind != TLP_EXPR_TYPE)
    return true;
  if (a->type != b->type)
    return false;
  for (size_t i = 0; i < a->arg_count && i < b->arg_count; i++) {
    if (!may_be_equal(a->args[i], b->args[i]))
      return false;
  }
  return true;
}

static bool may_be_equal(const tlp_expr *a, const tlp_expr *b) {
  if (a->kind == TLP_EXPR_NAT && b->kind == TLP_EXPR_NAT)
    return numbers_may_be_equal(a, b);
  return types_may_be_equal(a, b);
}

#define COMPARED 500u /* constructors; a type with more of them counts as overlapping */

static bool overlaps(const tlp_type *type) {
  size_t count = type->constructor_count;
  if (count < 2 || type->param_count == 0 || count > COMPARED)
    return count >= 2;
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < i; j++) {
      const tlp_expr *a = type->constructors[i]->result, *b = type->constructors[j]->result;
      if (!a || !b || may_be_equal(a, b))
        return true;
    }
  }
  return false;
}

static void check_percent(tlp_schema *schema) {
  const tlp_percent_use *uses = schema->percent_uses.items;
  for (size_t i = 0; i < schema->percent_uses.count; i++) {
    if (uses[i].type->overlapping)
      tlp_report(schema, TLP_ERROR, TLP_D_BARE, uses[i].pos, uses[i].length,
                 "`%%%s` does not tell which of its %zu constructors is meant", uses[i].type->name,
                 uses[i].type->constructor_count);
  }
}

/* ---- values in themselves ---- */

/* The constructors that each combinator has a bare value of, always: a graph without room for
 * cycles. */
typedef struct bare_graph {
  tlp_arena *arena;
  tlp_list edges;  /* uint32_t: indexes of combinators */
  uint32_t *first; /* where those of a combinator start; one more than there are */
} bare_graph;

static bool add_edges(bare_graph *graph, const tlp_field *fields, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const tlp_expr *type = fields[i].type;
    if (!type || fields[i].cond_var)
      continue;
    if (type->kind == TLP_EXPR_TYPE && type->ctor && type->ctor->index != UINT32_MAX) {
      uint32_t *edge = tlp_list_add(graph->arena, &graph->edges, sizeof *edge);
      if (!edge)
        return false;
      *edge = type->ctor->index;
    } else if (type->kind == TLP_EXPR_ARRAY && type->count && type->count->value &&
               !add_edges(graph, type->fields, type->field_count)) {
      return false;
    }
  }
  return true;
}

static bool build_graph(bare_graph *graph, const tlp_schema *schema) {
  const tlp_combinator *const *list = schema->combinators.items;
  size_t count = schema->combinators.count;
  graph->first = tlp_alloc_array(graph->arena, count + 1, sizeof *graph->first);
  for (size_t i = 0; graph->first && i < count; i++) {
    if (list[i]->fields && !add_edges(graph, list[i]->fields, list[i]->field_count))
      return false;
    graph->first[i + 1] = (uint32_t)graph->edges.count;
  }
  return graph->first != NULL;
}

enum { UNSEEN, OPEN, DONE };

typedef struct bare_walk {
  const bare_graph *graph;
  unsigned char *state; /* of each combinator */
  uint32_t *at;         /* the next edge to follow of each open one */
  uint32_t *stack;
  size_t depth;
} bare_walk;

static void enter(bare_walk *walk, uint32_t node) {
  walk->state[node] = OPEN;
  walk->at[node] = walk->graph->first[node];
  walk->stack[walk->depth++] = node;
}

/* Follows one edge of the innermost open node, or closes it. Gives a node found inside itself, or
 * UINT32_MAX. */
static uint32_t step(bare_walk *walk) {
  const uint32_t *edges = walk->graph->edges.items;
  uint32_t node = walk->stack[walk->depth - 1];
  if (walk->at[node] == walk->graph->first[node + 1]) {
    walk->state[node] = DONE;
    walk->depth--;
    return UINT32_MAX;
  }
  uint32_t next = edges[walk->at[node]++];
  if (walk->state[next] == UNSEEN)
    enter(walk, next);
  else if (walk->state[next] == OPEN)
    return next;
  return UINT32_MAX;
}

static void report_cycle(tlp_schema *schema, uint32_t node) {
  const tlp_combinator *combinator =
      ((const tlp_combinator *const *)schema->combinators.items)[node];
  tlp_report(schema, TLP_ERROR, TLP_D_BARE, combinator->pos, 1,
             "a value of `%s` would have to contain another one, without end",
             combinator->name ? combinator->name : "_");
}

static bool check_cycles(tlp_schema *schema) {
  bare_graph graph = {.arena = &schema->arena};
  size_t count = schema->combinators.count;
  bare_walk walk = {.graph = &graph,
                    .state = tlp_alloc_array(&schema->arena, count, 1),
                    .at = tlp_alloc_array(&schema->arena, count, sizeof(uint32_t)),
                    .stack = tlp_alloc_array(&schema->arena, count, sizeof(uint32_t))};
  if (!walk.state || !walk.at || !walk.stack || !build_graph(&graph, schema))
    return false;
  for (uint32_t i = 0; i < count; i++) {
    if (walk.state[i] == UNSEEN)
      enter(&walk, i);
    while (walk.depth) {
      uint32_t found = step(&walk);
      if (found != UINT32_MAX)
        report_cycle(schema, found);
    }
  }
  return true;
}

bool tlp_check(tlp_schema *schema) {
  tlp_type *const *types = schema->types.items;
  for (size_t i = 0; i < schema->types.count; i++)
    types[i]->overlapping = overlaps(types[i]);
  check_percent(schema);
  return check_cycles(schema) && !schema->arena.out_of_memory;
}
