/* rules.c: the rule behind each finding of `tlgen check`, and what to do. */
#include "cmd/rules.h"

#include "cmd/lint.h"

static const rule rules[] = {
    {TLP_D_SYNTAX, "syntax",
     "a declaration is a name, an id if it has one, arguments, `=`, a result and `;`",
     "write what is expected here; a missing `;` is told at the line after it"},
    {TLP_D_CHARACTER, "character", "TL is written in ASCII letters, digits, `_` and a few signs",
     "take the character away, or put it into a comment"},
    {TLP_D_COMMENT, "comment", "a comment that begins with `/*` ends with `*/`",
     "close the comment"},
    {TLP_D_NUMBER, "number",
     "a number fits in 32 bits, and an id is one to eight hexadecimal digits right after `#`",
     "correct the number"},
    {TLP_D_DEPTH, "depth", "types nest within each other no deeper than a parser can follow",
     "declare a type for the inner part, and use its name"},
    {TLP_D_TOO_MANY, "too-many", "after 1,000 errors the rest is not looked at",
     "mend the first ones, and check again; is this a TL file?"},
    {TLP_D_DUPLICATE_NAME, "duplicate-name",
     "a name stands for one constructor, function, field or argument",
     "rename one, or delete the one that is a copy"},
    {TLP_D_DUPLICATE_ID, "duplicate-id",
     "a decoder tells constructors of one type, and functions, apart by the id alone",
     "give one of them another id, or leave the id out to have it computed"},
    {TLP_D_UNDEFINED_TYPE, "undefined",
     "every type is declared by a constructor somewhere in the files that are checked together",
     "declare it, mend the spelling, or name the file that has it as well"},
    {TLP_D_ARITY, "arguments", "a type takes as many arguments wherever it stands",
     "give as many as its constructors have in `{...}`"},
    {TLP_D_ARG_KIND, "argument-kind",
     "a parameter declared `{t:Type}` takes a type, one declared `{n:#}` a number",
     "exchange the argument, or declare the parameter otherwise"},
    {TLP_D_CONDITION, "condition", "`flags.N?` needs a field `flags:#` before it, and N is 0 to 31",
     "declare the `#` earlier, or mend its name or the number of the bit"},
    {TLP_D_BARE, "bare",
     "a bare value has no id, so its one constructor must be known, and it must end",
     "leave out the `%`, or name the constructor that is meant"},
    {TLP_D_RESULT, "result",
     "the result of a constructor is a type, with a capital; of a function a type or `X` of its "
     "`!X`",
     "write the type, with a capital letter"},
    {TLP_D_REPETITION, "repetition",
     "`[ ... ]` repeats as often as the `#` before it says, or as `n*[ ... ]` does",
     "put a field of type `#` before it, or say `n*[ ... ]`"},
    {TLP_D_BANG, "bang",
     "`!X` stands for a call that is passed on, where X is declared by `{X:Type}`",
     "declare the variable, or leave out the `!`"},
    {TLP_D_FINAL, "final",
     "`New T` needs a T that is new, `Final T` ends it, `Empty T` has no constructor",
     "move the line, or the constructor that breaks it"},
    {TLP_D_ID_MISMATCH, "id-mismatch",
     "an id is the CRC32 of the declaration, unless somebody chose it",
     "leave it if the other side uses it; otherwise take the id that is named here"},
    {TLP_D_UNUSED_IMPLICIT, "unused-argument",
     "what stands in `{...}` follows from a field or the result",
     "use the argument, or take it away"},
    {TLP_D_LAYER, "layer", "files that are read together are of one layer",
     "take files of one layer, or correct `// LAYER n`"},
    {LINT_ONE_NAME, "one-name", "a dot becomes `_` in C, so two names can become one",
     "rename one; otherwise the second gets a `_` at its end"},
    {LINT_KEYWORD, "keyword", "a keyword of C or C++ names no member of a struct",
     "nothing has to be done; another name reads better in C"},
    {LINT_SHARED_BIT, "shared-bit", "fields of one bit are there together",
     "nothing, if that is meant; otherwise give one of them a free bit"},
    {LINT_UNUSED_WORD, "unused-flags", "a word of flags says which fields are there",
     "nothing, if it is kept for later; otherwise take it away, or use it"},
    {LINT_OPTIONAL_WORD, "optional-flags",
     "fields that depend on an absent word of flags are absent",
     "make the word unconditional, unless that is meant"},
};

const rule *rule_of(int code) {
  static const rule other = {0, "other", "the schema has to be what TL allows", "see the message"};
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    if (rules[i].code == code)
      return &rules[i];
  return &other;
}

void rules_print(const tlp_schema *schema, tlp_severity least, FILE *out) {
  char text[8192];
  for (size_t i = 0; i < tlp_schema_diag_count(schema); i++) {
    const tlp_diag *diag = tlp_schema_diag(schema, i);
    if (diag->severity < least)
      continue;
    const rule *why = rule_of((int)diag->code);
    size_t length = tlp_diag_format(schema, diag, text, sizeof text);
    (void)fprintf(out, "%s%s", text, length < sizeof text ? "" : "...\n");
    (void)fprintf(out, "  rule %s: %s\n  help: %s\n", why->name, why->text, why->help);
  }
}

/* ---- JSON ---- */

/* Bytes of the character at `at`; 0: no UTF-8. */
static size_t character(const unsigned char *at) {
  if (*at < 0x80)
    return 1;
  size_t length = *at >= 0xf0 ? 4 : *at >= 0xe0 ? 3 : 2;
  if (*at < 0xc2 || *at > 0xf4)
    return 0;
  for (size_t i = 1; i < length; i++)
    if ((at[i] & 0xc0) != 0x80)
      return 0;
  bool low = (*at == 0xe0 && at[1] < 0xa0) || (*at == 0xf0 && at[1] < 0x90);
  bool high = (*at == 0xed && at[1] > 0x9f) || (*at == 0xf4 && at[1] > 0x8f);
  return low || high ? 0 : length;
}

static void print_string(const char *string, FILE *out) {
  (void)fputc('"', out);
  for (const unsigned char *at = (const unsigned char *)string; *at;) {
    size_t length = character(at);
    if (length == 0)
      (void)fputs("\\ufffd", out);
    else if (*at < ' ' || *at == 0x7f)
      (void)fprintf(out, "\\u%04x", (unsigned)*at);
    else
      (void)fprintf(out, "%s%.*s", *at == '"' || *at == '\\' ? "\\" : "", (int)length,
                    (const char *)at);
    at += length ? length : 1;
  }
  (void)fputc('"', out);
}

static void print_object(const tlp_schema *schema, const tlp_diag *diag, FILE *out) {
  static const char *const words[] = {"note", "warning", "error"};
  const tlp_file *file = tlp_schema_file(schema, diag->pos.file);
  const rule *why = rule_of((int)diag->code);
  (void)fputs("{\"file\":", out);
  if (file)
    print_string(file->name, out);
  else
    (void)fputs("null", out);
  (void)fprintf(out, ",\"line\":%u,\"column\":%u,\"length\":%u,\"severity\":\"%s\",",
                (unsigned)diag->pos.line, (unsigned)diag->pos.column, (unsigned)diag->length,
                words[diag->severity]);
  (void)fprintf(out, "\"rule\":\"%s\",\"message\":", why->name);
  print_string(diag->message, out);
  (void)fputs(",\"help\":", out);
  print_string(why->help, out);
  (void)fputc('}', out);
}

void rules_print_json(const tlp_schema *schema, tlp_severity least, FILE *out) {
  const char *before = "[\n";
  for (size_t i = 0; i < tlp_schema_diag_count(schema); i++) {
    const tlp_diag *diag = tlp_schema_diag(schema, i);
    if (diag->severity < least)
      continue;
    (void)fputs(before, out);
    print_object(schema, diag, out);
    before = ",\n";
  }
  (void)fputs(*before == '[' ? "[]\n" : "\n]\n", out);
}
