/* Everything of libtgauth. */
#ifndef TGAUTH_H
#define TGAUTH_H

#include <tgauth/auth.h>
#include <tgauth/convert.h>
#include <tgauth/flow.h>
#include <tgauth/lease.h>
#include <tgauth/password.h>
#include <tgauth/qr.h>
#include <tgauth/start.h>
#include <tgauth/store.h>

#endif
