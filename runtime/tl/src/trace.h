/* How a tl_error comes about: the place that fails says what is wrong, and on the way back every
 * level puts its field or index before the path. Nothing here runs while all goes well. */
#ifndef TL_SRC_TRACE_H
#define TL_SRC_TRACE_H

#include <tl/hot.h>

#if defined(__MINGW32__) && !defined(__clang__)
#define TL_PRINTF(text, args) __attribute__((format(gnu_printf, text, args), cold))
#elif defined(__GNUC__)
#define TL_PRINTF(text, args) __attribute__((format(printf, text, args), cold))
#else
#define TL_PRINTF(text, args)
#endif

/* Not for callers of the library: exported because libtl_json, a library of its own, is made of the
 * same parts. */
#define TL_INTERNAL TL_API

/* Needs no initialisation: tl_trace_fail() sets all of it. */
struct tl_trace {
  tl_error error;
  size_t start; /* where the path starts in error.path; it grows towards the front */
  bool cut;     /* something did not fit */
  bool placed;  /* the text names the definition already */
};

/* Sets status, id, offset and text; the path is empty. */
TL_INTERNAL void tl_trace_fail(tl_trace *trace, tl_status status, uint32_t id, size_t offset,
                               const char *format, ...) TL_PRINTF(5, 6);
/* Puts ".name" of a field before the path; the innermost one is also named in the text. */
TL_INTERNAL void tl_trace_field(tl_trace *trace, const tl_schema *schema, const tl_def *def,
                                const tl_field *field);
/* Puts "[index]" before the path. */
TL_INTERNAL void tl_trace_index(tl_trace *trace, size_t index);
/* Puts the name of what was asked for before the path, hands the error out (NULL is fine), and
 * returns its status. */
TL_INTERNAL tl_status tl_trace_finish(tl_trace *trace, const char *root, tl_error *error);

/* A failure before anything was looked at: no offset, no path. */
TL_INTERNAL tl_status tl_trace_refuse(tl_error *error, tl_status status, const char *text);
/* Whether there is a value, of a type that its schema has: MISSING, ABI, TYPE. */
TL_INTERNAL tl_status tl_trace_check_value(const tl_value *value, tl_error *error);

#endif
