/* libmtp: the macro that every function it exports carries. */
#ifndef MTP_API_H
#define MTP_API_H

#include <tl/base.h>

#define MTP_API TL_API

#endif
