/* What the readers of the markups share: the text that comes out, its marks, and the stack of those
 * that are open. All of it lives in the caller's arena. */
#ifndef TGKIT_MARKUP_H
#define TGKIT_MARKUP_H

#include <tgkit/text.h>

#if defined TG_ID_messageEntityFormattedDate && defined TG_ID_messageEntityDiffInsert
typedef enum tg_MessageEntity_kind mark_kind;
#else /* older layers: what they lack is read, and refused when it is sent */
typedef int mark_kind;
enum {
#ifndef TG_ID_messageEntityFormattedDate
  TG_messageEntityFormattedDate = 0x4000,
#endif
#ifndef TG_ID_messageEntityDiffInsert
  TG_messageEntityDiffInsert = 0x4001,
  TG_messageEntityDiffReplace,
  TG_messageEntityDiffDelete,
#endif
  TGKIT_NO_MARK = -1
};
#endif

/* An entity, or one that is open. */
typedef struct mark {
  mark_kind kind;
  int32_t offset, length;
  tl_string argument; /* language, address */
  int64_t id;         /* user, custom emoji or date */
  uint32_t flags;     /* MARK_ */
} mark;

enum {
  MARK_RELATIVE = 1,
  MARK_SHORT_TIME = 2,
  MARK_LONG_TIME = 4,
  MARK_SHORT_DATE = 8,
  MARK_LONG_DATE = 16,
  MARK_DAY_OF_WEEK = 32,
  MARK_COLLAPSED = 64
};

typedef struct marks {
  mark *items;
  size_t count, room;
} marks;

typedef struct markup {
  tl_arena *arena;
  const char *in; /* a NUL stands behind it */
  size_t size;
  char *out; /* as much room as the input has: no markup makes text longer */
  size_t n;
  int32_t utf16; /* length of out so far */
  marks found;
  tl_error error;
} markup;

/* The failure of a reading or writing as the caller is told of it: MTP_ERR_NOMEM or
 * MTP_ERR_ARGUMENT, with what `fault` says. MTP_OK for TL_OK. */
mtp_status tgkit_text_failed(mtp_error *error, tl_status status, const tl_error *fault);

/* The readers; TL_OK, SYNTAX or NOMEM. */
tl_status tgkit_read_html(markup *m);
tl_status tgkit_read_markdown_v2(markup *m);
tl_status tgkit_read_markdown(markup *m);

/* Says what is wrong; TGKIT_NOWHERE: it has no place. Returns TL_ERR_SYNTAX. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
tl_status
tgkit_wrong(markup *m, size_t offset, const char *format, ...);

/* Appends the byte at `at` of the input and counts it. */
void tgkit_keep(markup *m, size_t at);
/* Appends a character; a surrogate as well, which the end of the reading refuses. */
void tgkit_keep_code(markup *m, uint32_t code);
/* The same into `out`; returns how many bytes, at most 4. */
size_t tgkit_put_code(uint32_t code, char *out);
/* false: out of memory */
bool tgkit_push(tl_arena *arena, marks *list, const mark *item);
/* Into the order of the API: by offset, longer ones first. false: out of memory */
bool tgkit_sort(tl_arena *arena, marks *list);

bool tgkit_is_space(char c); /* NUL, too: the end of the input ends a word */
bool tgkit_is_digit(char c);
bool tgkit_is_alpha(char c);
char tgkit_lower(char c);

/* Between marks and the constructors of MessageEntity, by the tables of the schema. false: out of
 * memory. */
bool tgkit_entity_make(tl_arena *arena, const mark *item, tg_MessageEntity *out);
/* What item->argument points to is that of the entity. */
void tgkit_entity_read(const tg_MessageEntity *entity, mark *item);

/* What an address leads to, as link.c has it. All strings are in the arena. */
/* A number as a server writes it: digits without leading zeros, perhaps with a sign. */
bool tgkit_number(tl_string text, int64_t *out);
/* tg://user?id= of a user; 0: something else. */
int64_t tgkit_link_user(tl_string url);
/* tg://emoji?id=: 0 if it is something else. */
int64_t tgkit_link_emoji(tl_string url);
/* tg://time?unix=&format=: false if it is something else. */
bool tgkit_link_time(tl_string url, int64_t *date, tl_string *format);
/* The address as Telegram writes it; size 0: it is not one that a message can link to. NOMEM. */
tl_status tgkit_link_check(tl_arena *arena, tl_string url, tl_string *out);
/* "r", or any of wdDtT: MARK_ flags; false: others. */
bool tgkit_date_flags(tl_string format, uint32_t *flags);

/* Adds a link, or a mention, or nothing where the address is none. */
tl_status tgkit_add_link(markup *m, mark *item, tl_string url);

#endif
