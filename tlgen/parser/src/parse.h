/* parse.h: from text to raw declarations. */
#ifndef TLP_PARSE_H
#define TLP_PARSE_H

#include "tokens.h"

/* Parses a source into raw declarations at the end of the schema's list. */
void tlp_parse(tlp_schema *schema, uint32_t file);

/* Parses one declaration of the library's own. */
raw_decl *tlp_parse_predefined(tlp_schema *schema, const char *text);

/* Each gives NULL (reported) on an error. A subexpr is a term or a sum; an expr applies the first
 * subexpr to the others. */
raw_expr *tlp_parse_expr(tlp_parser *parser);
raw_expr *tlp_parse_subexpr(tlp_parser *parser);
raw_expr *tlp_new_expr(tlp_parser *parser, raw_kind kind);
bool tlp_starts_term(const tlp_parser *parser);

/* Arguments up to a token that cannot start one: T1 T2 ...; and <T1, T2, ...>. */
bool tlp_parse_args(tlp_parser *parser, raw_expr **args, uint32_t *count);
bool tlp_parse_angle_args(tlp_parser *parser, raw_expr **args, uint32_t *count);

/* Fields, up to a token that cannot start one. */
bool tlp_parse_fields(tlp_parser *parser, raw_field **fields, uint32_t *count);

#endif
