/* forms.c: in tg_schema.c, the forms that constructors had in other layers: tl_form, tl_step. */
#include "emit/emit.h"

#include "model/build.h"

static void emit_step(const model *m, text *t, const model_def *form, size_t at) {
  const model_field *field = &form->fields[at];
  int today = model_field_today(m, form, at);
  TEXT_BLOCK(t, "    {{type}, {cond}, {to}},\n", "type",
             field->is_word ? "TL_NONE" : NUMBER(field->type->index), "cond",
             field->word < 0 ? "TL_ALWAYS" : NUMBER(field->word << 5 | field->bit), "to",
             today < 0 ? "TL_NOWHERE" : NUMBER(today));
}

void emit_forms(const model *m, text *t) {
  size_t step = 0;
  if (!m->forms.count)
    return;
  text_add(t, "\n"
              "static const tl_step steps[] = {\n");
  for (size_t i = 0; i < m->forms.count; i++) {
    const model_def *form = m->forms.items[i];
    for (size_t k = 0; k < form->n_fields; k++)
      emit_step(m, t, form, k);
  }
  text_add(t, "    {0, 0, 0}};\n"
              "\n"
              "static const tl_form forms[] = {\n");
  for (size_t i = 0; i < m->forms.count; i++) {
    const model_def *form = m->forms.items[i];
    TEXT_BLOCK(t, "    {0x{id}u, {def}, {step}, {layer}, {steps}},\n", "id", HEX8(form->id), "def",
               NUMBER(form->today->index), "step", NUMBER(step), "layer", NUMBER(form->layer),
               "steps", NUMBER(form->n_fields));
    step += form->n_fields;
  }
  TEXT_BLOCK(t,
             "};\n"
             "\n"
             "static const tl_forms all_forms = {forms, steps, {count}};\n",
             "count", NUMBER(m->forms.count));
}
