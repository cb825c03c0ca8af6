/* The program as a client of its own control socket. */
#ifndef TGDC_SEND_COMMAND_H
#define TGDC_SEND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

/* Sends one control command to the tgdc that runs with that state folder and prints the answer.
 * False with error filled: there was none. *ok: whether it says that the command was carried out.
 */
bool tgdc_send_command(const char *dir, const char *command, bool *ok, char *error,
                       size_t error_size);

#endif
