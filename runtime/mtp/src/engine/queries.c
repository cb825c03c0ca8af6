/* The lists that queries are in, and the end of their memory. */
#include "internal.h"

void mtp_queries_push_back(mtp_query_list *list, mtp_query *query) {
  query->next = NULL;
  query->prev = list->last;
  if (list->last)
    list->last->next = query;
  else
    list->first = query;
  list->last = query;
  list->count++;
}

void mtp_queries_push_front(mtp_query_list *list, mtp_query *query) {
  query->prev = NULL;
  query->next = list->first;
  if (list->first)
    list->first->prev = query;
  else
    list->last = query;
  list->first = query;
  list->count++;
}

void mtp_queries_remove(mtp_query_list *list, mtp_query *query) {
  if (query->prev)
    query->prev->next = query->next;
  else
    list->first = query->next;
  if (query->next)
    query->next->prev = query->prev;
  else
    list->last = query->prev;
  list->count--;
}

/* A query may carry a code or a token. */
void mtp_query_drop_body(tl_buffer *body) {
  tl_buffer_wipe(body);
  tl_buffer_free(body);
}

void mtp_query_free(mtp_engine *engine, mtp_query *query) {
  if (!query)
    return;
  mtp_query_drop_body(&query->body);
  mtp_query_drop_body(&query->end.body);
  tl_free(engine->config.allocator, query, sizeof *query);
}
