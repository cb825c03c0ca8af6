/* What the files that parse proxies share. */
#ifndef MTP_PROXY_INTERNAL_H
#define MTP_PROXY_INTERNAL_H

#include <mtp/proxy.h>

#include "error_set.h"

/* Fills *error (unless NULL) with the kind of fault and its byte; returns MTP_ERR_ARGUMENT. */
mtp_status mtp_proxy_fail(mtp_error *error, tl_status fault, size_t offset, const char *text);

/* The links of Telegram: is this one, and if so what it says. `at` is where the kind of link
 * ("proxy" or "socks") starts. */
bool mtp_proxy_link_find(const char *url, size_t size, size_t *at);
TL_MUST_USE mtp_status mtp_proxy_link_parse(const char *url, size_t size, size_t at, mtp_proxy *out,
                                            mtp_error *error);

#endif
