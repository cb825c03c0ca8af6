/* The command line of tgproxy. */
#ifndef TGPROXY_OPTIONS_H
#define TGPROXY_OPTIONS_H

#include "serve.h"

extern const char tgproxy_usage[];

/* Says what is wrong on stderr and returns false. *help: nothing else counts. */
bool tgproxy_options_parse(int argc, char **argv, serve_options *out, bool *help);

#endif
