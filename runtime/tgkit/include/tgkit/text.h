/* Formatted text: HTML and Markdown as messages take them, and back.
 *
 *   tl_arena arena;
 *   tl_arena_init(&arena, NULL, 0);
 *   tgkit_text text;
 *   mtp_error error;
 *   if (tgkit_text_parse(TGKIT_HTML, "Hello, <b>world</b>", 19, &arena, &text, &error) == MTP_OK) {
 *     request.message = text.text;
 *     request.entities = text.entities;
 *   }
 *
 * The grammars are those of the Bot API (https://core.telegram.org/bots/api#formatting-options) as
 * TDLib 1.8.65 reads them, byte for byte: what it refuses is refused at the same place. Text is
 * kept as it stands, blanks at its ends as well. Offsets and lengths of entities count UTF-16 code
 * units, as everywhere in the API (https://core.telegram.org/api/entities).
 */
#ifndef TGKIT_TEXT_H
#define TGKIT_TEXT_H

#include <mtp/error.h>
#include <tg/core.h>
#include <tg/types.h>
#include <tl/arena.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tgkit_markup {
  TGKIT_HTML,
  TGKIT_MARKDOWN_V2,
  TGKIT_MARKDOWN /* the Bot API's old Markdown: nothing nests, few escapes */
} tgkit_markup;

/* A text and its entities: what message:string entities:flags.3?Vector<MessageEntity> take. Without
 * entities items is NULL. */
typedef struct tgkit_text {
  tl_string text;
  tg_vector_MessageEntity entities;
} tgkit_text;

/* error->tl.offset where a fault has no place. */
#define TGKIT_NOWHERE ((size_t)-1)

/* Takes the markup out of `size` bytes of input. Everything in *out lives in the arena; input is
 * only read. Mentions of users (tg://user?id=) become messageEntityMentionName; to send one, make
 * inputMessageEntityMentionName of it (tgkit_send() does). error may be NULL.
 * MTP_ERR_ARGUMENT: error->tl.status is SYNTAX where the markup is wrong (a NUL in HTML is wrong,
 * too), with the byte of the input in tl.offset and a sentence in text; STRING: not UTF-8, or 2 GB
 * and more, TGKIT_NOWHERE. MTP_ERR_NOMEM. On failure *out is empty. */
TL_API TL_MUST_USE mtp_status tgkit_text_parse(tgkit_markup markup, const char *input, size_t size,
                                               tl_arena *arena, tgkit_text *out, mtp_error *error);

/* The way back: text with markup that tgkit_text_parse() reads as the same text and entities. *out,
 * in the arena, ends with a NUL that size does not count. Entities may come in any order; those
 * that cross are cut in pieces; those that Telegram finds by itself (mentions, hashtags, addresses,
 * ...) and empty ones have no markup.
 *
 * HTML holds everything but a NUL. MarkdownV2 holds what a sent message can hold: a style inside
 * code and an entity inside one of its own kind are left out, as sending does, and a quotation
 * takes the line break after it. MTP_ERR_NOMEM; MTP_ERR_ARGUMENT, and error->tl.status (error may
 * be NULL) is ARGUMENT: another markup than these two; RANGE: an entity that is not inside the
 * text, or cuts a surrogate pair, or that the markup cannot say (in MarkdownV2 a quotation that
 * does not begin or end with a line, a language with a blank in it); TYPE: messageEntityDiff*, or a
 * mention of oneself without an id; STRING: not UTF-8. */
TL_API TL_MUST_USE mtp_status tgkit_text_write(tgkit_markup markup, const tgkit_text *text,
                                               tl_arena *arena, tl_string *out, mtp_error *error);

/* Length in UTF-16 code units of UTF-8 text, as entities count. */
TL_API size_t tgkit_utf16_length(const char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
