/* Sockets for a tgdc: one listening socket for each data centre, a poll() loop on one thread, and
 * the control socket. */
#ifndef TGDC_LOOP_H
#define TGDC_LOOP_H

#include <tgdc/tgdc.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tgdc_loop tgdc_loop;

/* Listens for every data centre of dc on `host` (an address): the first on `port`, the others on
 * the next ones, or each on one that the system picks when port is 0; and tells dc the addresses.
 * dc must live as long. NULL with error filled when a socket cannot be had. */
tgdc_loop *tgdc_loop_new(tgdc *dc, const char *host, uint16_t port, char *error, size_t error_size);
void tgdc_loop_free(tgdc_loop *loop); /* closes everything; dc stays */

/* Takes control commands, a line each, from a Unix socket at `path` (removed and made anew). */
bool tgdc_loop_control(tgdc_loop *loop, const char *path, char *error, size_t error_size);
/* The port that data centre `id` listens on; 0 when there is no such centre. */
uint16_t tgdc_loop_port(const tgdc_loop *loop, int id);

/* Waits at most timeout_ms (-1: as long as it takes) for something to do and does it. False when
 * poll() itself failed, or tgdc_loop_stop() was called. */
bool tgdc_loop_step(tgdc_loop *loop, int timeout_ms);
/* Ends the loop when reading `fd` finds the end (what comes before is thrown away). fd stays the
 * caller's. */
void tgdc_loop_end_with(tgdc_loop *loop, int fd);
void tgdc_loop_run(tgdc_loop *loop); /* steps until it is stopped */
/* Makes the loop end; the one function that another thread or a signal handler may call. */
void tgdc_loop_stop(tgdc_loop *loop);

/* The system's clock, microseconds since 1970. What the loop tells dc never goes back. */
int64_t tgdc_now(void);

#ifdef __cplusplus
}
#endif
#endif
