/* A folder for one test's state. */
#ifndef TGDC_TEMP_H
#define TGDC_TEMP_H

#include <jansson.h>

/* Makes the folder, of which there is one at a time; lives until temp_remove(). */
const char *temp_dir(void);
void temp_remove(void);
const char *temp_name(void);
/* Where a file of it is; lives until the next call. */
const char *temp_path(const char *name);
void temp_append(const char *name, const char *text);
/* The last line of a file in it, as JSON; the caller's. Fails when there is none. */
json_t *temp_last_line(const char *name);

#endif
