/* Completion of people and chats: those that were seen with the session. */
#include "complete.h"
#include "talk.h"
#include <stdio.h>
#include <string.h>

/* What has been typed, and what is offered behind the name. */
typedef struct wanted {
  const char *before, *start, *behind;
} wanted;

static void offer(const wanted *w, const char *mark, const char *name, const char *what) {
  char word[300];
  int n = snprintf(word, sizeof word, "%s%s%s", mark, name, w->behind);
  if (n > 0 && (size_t)n < sizeof word && strncmp(word, w->start, strlen(w->start)) == 0)
    printf("%s%s\t%s\n", w->before, word, what);
}

static void offer_row(void *to, const tgkit_peer *row) {
  static const char *const kinds[] = {"", "user", "group", "channel"};
  const wanted *w = to;
  for (size_t i = 0; i < row->n_names; i++)
    offer(w, "@", row->names[i], kinds[row->kind]);
  if (row->phone && *row->phone && !row->self)
    offer(w, "+", row->phone, "user");
}

void complete_peers(const connection_args *args, const char *before, const char *start,
                    const char *behind) {
  char room[4096], path[4200];
  mtp_error error;
  wanted w = {before, start, behind};
  offer(&w, "", "me", "oneself");
  const char *session = session_path(args, room, sizeof room);
  if (session && !session_is_string(session) && !session_is_leased(session) &&
      session_file_beside(session, ".peers", path, sizeof path))
    (void)!tgkit_peer_file_rows(path, 0, offer_row, &w, &error);
}
