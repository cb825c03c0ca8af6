/* Objects as other layers have them: read by the steps of a tl_form into the struct of today. */
#ifndef TL_SRC_FORMS_H
#define TL_SRC_FORMS_H

#include "reader.h"

/* The form that has the id at hand and is of the type; NULL for none. */
TL_INTERNAL const tl_form *tl_form_at(const tl_reader *r, const uint8_t *at, uint16_t type);

/* Reads a value of a type into its slot, or over it when the slot is NULL. */
typedef const uint8_t *tl_read_value(tl_reader *r, const uint8_t *at, uint16_t type, uint8_t *slot);

/* A boxed value with an id that its type does not have today: of another layer, whose values are
 * read by `read`, or an error. */
TL_INTERNAL const uint8_t *tl_decode_other(tl_reader *r, const uint8_t *at, uint16_t type,
                                           tl_read_value *read, uint8_t *slot);
/* What comes after the id of such an object, measured and not stored. */
TL_INTERNAL const uint8_t *tl_skip_form(tl_reader *r, const uint8_t *at, const tl_form *form,
                                        tl_read_value *read);

/* form_fit.c: whether a value of type `from` can be made into one of type `to`: a number wider, one
 * into a list of one, what a constructor consists of into that constructor. */
TL_INTERNAL bool tl_fits(const tl_reader *r, uint16_t from, uint16_t to);
/* Makes it, if it can be; else leaves the slot as it is. False: out of memory. */
TL_INTERNAL bool tl_fit_value(tl_reader *r, uint16_t from, const uint8_t *value, uint16_t to,
                              uint8_t *slot);
/* Gives a field that has to be there, and is not, an empty value: 0, no text, no items, the
 * emptiest object of its type. False: out of memory. */
TL_INTERNAL bool tl_fit_nothing(tl_reader *r, uint16_t type, uint8_t *slot);
/* A zeroed struct from the arena; NULL: out of memory. */
TL_INTERNAL uint8_t *tl_take_struct(tl_reader *r, const tl_def *def);

#endif
