/* All of libtgkit. */
#ifndef TGKIT_TGKIT_H
#define TGKIT_TGKIT_H

#include <mtp/mtp.h>
#include <tgkit/kit.h>
#include <tgkit/message.h>
#include <tgkit/peers.h>
#include <tgkit/text.h>

#endif
