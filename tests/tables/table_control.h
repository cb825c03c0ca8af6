/* The server that servers.py has started for this program. */
#ifndef TABLE_CONTROL_H
#define TABLE_CONTROL_H

#include <tgauth/lease.h>

/* A table of that server; the test fails when there is none. */
tgauth_table *table_new(void);
const char *table_url(void);
/* Whether it is one with a server, that can be restarted and cut off. */
bool table_has_server(void);
/* Has it do what servers.py lists, and returns when it is done. */
void table_control(const char *word);

#endif
