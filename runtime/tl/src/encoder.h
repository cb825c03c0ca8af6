/* The state of an encoder, and what encode.c needs off its fast path. */
#ifndef TL_SRC_ENCODER_H
#define TL_SRC_ENCODER_H

#include <tl/buffer.h>

#include "reader.h"

/* The # words of one object while it is written, whatever its conditions are. */
typedef struct tl_words {
  uint64_t set[TL_WORDS + 1], clear[TL_WORDS + 1]; /* bits whose fields are present, and absent */
  uint32_t count[TL_WORDS + 1];                    /* of elements, where `counted` is set */
  bool counted[TL_WORDS + 1];
  size_t at[TL_WORDS + 1]; /* where the word stands in the buffer; SIZE_MAX: nowhere */
} tl_words;

static inline void tl_words_init(tl_words *words) {
  memset(words, 0, sizeof *words);
  for (unsigned i = 0; i <= TL_WORDS; i++)
    words->at[i] = SIZE_MAX;
}

/* Where to write first; NULL and the trace set when out of memory. */
uint8_t *tl_encoder_init(tl_encoder *e, const tl_schema *schema, tl_buffer *out);
uint8_t *tl_encoder_grow(tl_encoder *e, uint8_t *at, size_t size);

/* The end: `at` is behind the value, or NULL and the buffer is to be as it was. */
tl_status tl_encoder_finish(tl_encoder *e, const uint8_t *at, const tl_value *value,
                            tl_error *error);

/* encode.c: any definition, field by field. What becomes known of its # words is in `words`, where
 * they stand and what those that it is given must be. */
uint8_t *tl_encode_wide(tl_encoder *e, uint8_t *at, const tl_def *def, const uint8_t *args,
                        tl_words *words);

/* Notes that a number among e->words is `count`; false (and the trace set) when that cannot be. */
bool tl_words_count(tl_encoder *e, const uint8_t *at, const tl_number *number, size_t count);
/* The same for all that is known of the words that an object was given, by `numbers`. */
bool tl_words_give(tl_encoder *e, const uint8_t *at, const tl_def *def, const tl_number *numbers,
                   const tl_words *given);

/* Whether a conditional # word must be written: something that depends on it is there. */
bool tl_word_needed(const tl_schema *schema, const tl_def *def, const tl_field *word,
                    const uint8_t *args);
/* Fills in the words, repeat counts included. Fields of one bit that disagree, and
 * counts that do, are TL_ERR_FLAGS. */
uint8_t *tl_words_store(tl_encoder *e, uint8_t *at, const tl_def *def, const uint8_t *args,
                        const tl_words *words);
/* Fields of one bit disagree: `bits` are such bits, counted from `cond` on. */
uint8_t *tl_fail_group(tl_encoder *e, const uint8_t *at, const tl_def *def, const uint8_t *args,
                       unsigned cond, uint64_t bits);

/* Each sets the trace and returns NULL. */
uint8_t *tl_encoder_fail(tl_encoder *e, const uint8_t *at, tl_status status, const char *text);
uint8_t *tl_encoder_fail_kind(tl_encoder *e, const uint8_t *at, uint16_t type, unsigned kind);
uint8_t *tl_encoder_fail_count(tl_encoder *e, const uint8_t *at, const tl_type *array,
                               size_t count);
uint8_t *tl_encoder_fail_field(tl_encoder *e, const tl_def *def, const tl_field *field);
uint8_t *tl_encoder_fail_index(tl_encoder *e, size_t index);

#endif
