/* Data centres: what all connections to one share. */
#ifndef MTP_CLIENT_DC_DC_H
#define MTP_CLIENT_DC_DC_H

#include <mtp/client.h>

typedef struct mtp_dc mtp_dc;
struct mtp_conn;

/* One data centre; its media-only addresses are one of their own, and so is a CDN of that number.
 */
struct mtp_dc {
  mtp_dc *next;
  mtp_client *client;
  int32_t id;
  bool media, cdn;
  int32_t time_offset; /* its time - the system's, seconds; at first a guess (TB-5) */
  bool doubted;        /* it says that it does not know its key: to be found out (TB-2) */
  mtp_dc *main;        /* media: the one with the same number that is not */
  /* Two connections at it would leave one with a key, or an import, that nobody keeps. */
  const struct mtp_conn *making;    /* is making the permanent key; NULL: none */
  const struct mtp_conn *importing; /* is importing the authorization under it; NULL: none */
};

/* Made if it does not exist yet; NULL when out of memory. */
mtp_dc *mtp_dc_get(mtp_client *client, int32_t id, bool media, bool cdn);
void mtp_dcs_free(mtp_client *client);
/* Its time, unix seconds, as far as known. */
int64_t mtp_dc_time(const mtp_dc *dc);
/* A CDN with the number of a data centre, under which a key of that is kept (TB-4). */
bool mtp_dc_is_misnamed(const mtp_dc *dc);

/* Whose permanent key is used there. A data centre and its media-only addresses are one to the
 * user: the key of either will do for media, and one is made only where there is none. */
mtp_dc *mtp_dc_keyed(mtp_dc *dc);
/* That key, NULL if there is none. */
const mtp_dc_key *mtp_conn_key(const struct mtp_conn *conn);

/* Notes who is at it, if nobody is. Returns whether that is this connection. */
bool mtp_dc_begin_key(struct mtp_conn *conn);
bool mtp_dc_begin_import(struct mtp_conn *conn);
/* This connection is not at anything any more. */
void mtp_dc_end_work(const struct mtp_conn *conn);
void mtp_dc_end_import(const struct mtp_conn *conn);

/* Whether it is the connection of calls to the home data centre. */
bool mtp_conn_is_home(const struct mtp_conn *conn);
/* Whether it is under the key that the user signed in with. */
bool mtp_conn_has_home_key(const struct mtp_conn *conn);

#endif
