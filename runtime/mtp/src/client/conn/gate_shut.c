/* The gate is shut: the engine holds back everything but the steps that open it. */
#include "client/conn/gate_shut.h"

#include "client/call/end.h"
#include "client/conn/conn.h"

void mtp_gate_shut(mtp_conn *conn) {
  mtp_engine_hold(conn->engine, !conn->dc->cdn);
}

void mtp_gate_reset(mtp_conn *conn) {
  mtp_gate_shut(conn);
  conn->inited = false;
  if (conn->bind)
    mtp_engine_cancel(conn->engine, conn->bind);
  conn->bind = 0;
  if (conn->step)
    mtp_call_fail(conn->step, MTP_ERR_CANCELLED, NULL);
}
