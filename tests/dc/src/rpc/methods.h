/* What is served, for whoever asks. */
#ifndef TGDC_METHODS_H
#define TGDC_METHODS_H

#include <stdbool.h>
#include <stdio.h>

/* A line for each method, by name. False when memory ends or it cannot be written. */
bool dc_methods_print(FILE *out);

#endif
