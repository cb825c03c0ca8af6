/* example.c: a call of a method in C, which compiles, and on the command line. What must be there
 * is filled in with values of the right type. */
#include <string.h>

#include "docs/docs.h"

static bool is_needed(const model_field *field) {
  return field->word < 0 && !field->is_word && field->member;
}

/* The constructor of a type that needs the fewest fields. */
static const model_def *simplest(const model_inst *inst) {
  const model_def *best = NULL;
  size_t fewest = 0;
  for (size_t i = 0; inst && i < inst->defs.count; i++) {
    const model_def *def = inst->defs.items[i];
    size_t needed = 0;
    for (size_t k = 0; k < def->n_fields; k++)
      needed += is_needed(&def->fields[k]);
    if (!best || needed < fewest) {
      best = def;
      fewest = needed;
    }
  }
  return best;
}

static const char *scalar(model_op op) {
  switch (op) {
  case OP_INT:
  case OP_LONG:
  case OP_NAT:
    return "1";
  case OP_DOUBLE:
    return "1.5";
  case OP_STRING:
    return "TL_STR(\"text\")";
  case OP_BOOL:
    return "true";
  default:
    return NULL;
  }
}

static bool is_object(const model_field *field) {
  return (field->type->op == OP_SUM || field->type->op == OP_PTR) &&
         simplest(field->type->inst) != NULL;
}

static void add_members(const model_def *def, text *out) {
  size_t set = 0;
  for (size_t i = 0; i < def->n_fields; i++) {
    const model_field *field = &def->fields[i];
    const char *value = is_needed(field) ? scalar(field->type->op) : NULL;
    if (!is_needed(field) || (!value && !is_object(field)))
      continue;
    text_printf(out, "%s.%s = ", set ? ",\n    " : "{\n    ", field->member);
    set++;
    if (value)
      text_add(out, value);
    else if (field->type->op == OP_SUM)
      text_printf(out, "%s_box(&%s)", simplest(field->type->inst)->c_name, field->member);
    else
      text_printf(out, "&%s", field->member);
  }
  text_add(out, set ? "}" : "{0}");
}

void docs_example_c(const model_def *def, text *out) {
  for (size_t i = 0; i < def->n_fields; i++) {
    const model_field *field = &def->fields[i];
    if (is_needed(field) && is_object(field))
      text_printf(out, "%s %s = {0};\n", simplest(field->type->inst)->c_name, field->member);
  }
  text_printf(out, "%s request_ = ", def->c_name);
  add_members(def, out);
  text_printf(out,
              ";\ntl_call call_ = %s_call(&request_);\nmtp_reply *reply_;\n"
              "mtp_status status_ = mtp_call_sync(client, &call_, NULL, &reply_, &error);\n",
              def->c_name);
}

void docs_examples(docs *d, text *out) {
  text_printf(out, "#include <%s/%s.h>\n#include <mtp/client.h>\n", d->m->prefix, d->m->prefix);
  for (size_t i = d->m->n_constructors; i < d->m->defs.count; i++) {
    const model_def *def = d->m->defs.items[i];
    if (!def->function)
      continue;
    text_printf(out,
                "void example_%s(mtp_client *client);\nvoid example_%s(mtp_client *client) "
                "{\nmtp_error error;\n",
                def->base, def->base);
    docs_example_c(def, out);
    text_add(out, "(void)status_;\n}\n");
  }
}

static void add_json(const model_field *field, text *out) {
  static const char *const values[] = {
      [OP_INT] = "1",      [OP_LONG] = "\"1\"", [OP_DOUBLE] = "1.5", [OP_STRING] = "\"text\"",
      [OP_BYTES] = "\"\"", [OP_BOOL] = "true",  [OP_NAT] = "1"};
  model_op op = field->type->op;
  if (is_object(field))
    text_printf(out, "{\"_\": \"%s\"}", simplest(field->type->inst)->name);
  else if (op == OP_VECTOR || op == OP_BARE_VECTOR)
    text_add(out, "[]");
  else if (op <= OP_NAT && values[op])
    text_add(out, values[op]);
  else
    text_add(out, "{}");
}

void docs_example_json(const model_def *def, text *out) {
  size_t set = 0;
  text_printf(out, "tgcall invoke %s", def->name);
  for (size_t i = 0; i < def->n_fields; i++) {
    if (!is_needed(&def->fields[i]))
      continue;
    text_printf(out, "%s\"%s\": ", set++ ? ", " : " '{", def->fields[i].name);
    add_json(&def->fields[i], out);
  }
  text_add(out, set ? "}'" : "");
}
