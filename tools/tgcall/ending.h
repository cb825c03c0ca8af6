/* SIGINT, SIGTERM and SIGHUP where something has to be given back before they are obeyed. Those
 * that are ignored stay so. */
#ifndef TGCALL_ENDING_H
#define TGCALL_ENDING_H

#include <tgauth/lease.h>

/* From now on such a signal is noted, and interrupts what waits; the loops of the program end, and
 * end_by_signal() obeys it. May be called again. False when that cannot be. */
bool catch_ending(void);
/* The same, and of the way out: it takes so many seconds at the most, then `late`
 * (async-signal-safe) is called and the signal obeyed; a second signal is obeyed at once. */
bool catch_ending_within(unsigned seconds, void (*late)(void));
/* A pipe that nobody waits in. */
bool ending_pipe(int ends[2]);
/* Readable once one has come, for poll(); -1: none is caught. */
int ending_fd(void);
/* Its number; 0: none has come. */
int ending_signal(void);
/* Has it do what it does without all this, when one has come. */
void end_by_signal(void);

/* What is to be done when one comes. */
typedef struct at_ending at_ending;
/* The store (leased; NULL: none) is left at once, so that nothing is sent any more. When the
 * program has not come to the end of this a few seconds later, because it waits for something, the
 * store is given back, the file at path (NULL: none) removed, and the signal obeyed. path is
 * borrowed. NULL with a message when that cannot be. */
at_ending *at_ending_begin(tgauth_store *store, const char *path);
/* By the thread that began it. */
void at_ending_over(at_ending *self);
/* Both, for as long as the store lives. */
bool give_back_at_ending(tgauth_store *store);

#endif
