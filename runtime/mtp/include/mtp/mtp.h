/* All of libmtp. */
#ifndef MTP_MTP_H
#define MTP_MTP_H

#include <mtp/client.h>
#include <mtp/crypto.h>
#include <mtp/env.h>
#include <mtp/files.h>
#include <mtp/proxy.h>
#include <mtp/session.h>
#include <mtp/state.h>
#include <mtp/stats.h>

#endif
