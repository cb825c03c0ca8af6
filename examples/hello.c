/* The shortest way: one call that blocks until its answer is there. */
#include "example.h"

int main(int argc, char **argv) {
  mtp_client *client = example_client(argc, argv);
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  mtp_reply *reply;
  mtp_error error;
  mtp_status status = mtp_call_sync(client, &call, NULL, &reply, &error);
  if (status == MTP_OK) {
    printf("nearest data centre: %d\n",
           tg_help_getNearestDc_result(mtp_reply_value(reply))->nearest_dc);
    mtp_reply_free(reply);
  } else {
    char line[300];
    fprintf(stderr, "%s\n", mtp_error_format(&error, line, sizeof line));
  }
  mtp_client_free(client);
  return status == MTP_OK ? 0 : 1;
}
