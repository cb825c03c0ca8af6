/* libmtp: the macro that every function it exports carries. */
#ifndef MTP_API_H
#define MTP_API_H

#include <tl/base.h>

#if defined(_WIN32)
#define MTP_API
#else
#define MTP_API __attribute__((visibility("default")))
#endif

#endif
