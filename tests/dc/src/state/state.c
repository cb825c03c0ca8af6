/* Frees what lives for a while only, and forgets what has expired. */
#include "state.h"

#include <stdlib.h>

#define EXPORT_LIFETIME 600
#define CODE_KEPT       86400

void dc_file_drop_parts(dc_file *file) {
  for (size_t i = 0; i < file->n_parts; i++)
    free((void *)(uintptr_t)file->parts[i].data);
  free(file->parts);
  file->parts = NULL;
  file->n_parts = file->stored = 0;
}

static void free_file(dc_file *file) {
  dc_file_drop_parts(file);
  tl_buffer_free(&file->data);
  free(file);
}

static void drop_codes(tgdc *dc, int64_t before) {
  dc_code **at = &dc->codes;
  while (*at != NULL) {
    dc_code *code = *at;
    if (code->sent >= before) {
      at = &code->next;
      continue;
    }
    *at = code->next;
    free(code);
  }
}

static void drop_exported(tgdc *dc, int64_t before) {
  dc_exported **at = &dc->exported;
  while (*at != NULL) {
    dc_exported *exported = *at;
    if (exported->made >= before) {
      at = &exported->next;
      continue;
    }
    *at = exported->next;
    free(exported);
  }
}

static void drop_qr(tgdc *dc, int64_t before) {
  dc_qr **at = &dc->qr;
  while (*at != NULL) {
    dc_qr *qr = *at;
    if (qr->expires >= before) {
      at = &qr->next;
      continue;
    }
    *at = qr->next;
    free(qr);
  }
}

void dc_state_expire(tgdc *dc) {
  int64_t now = dc_unix(dc);
  drop_codes(dc, now - CODE_KEPT);
  drop_exported(dc, now - EXPORT_LIFETIME);
  drop_qr(dc, now - EXPORT_LIFETIME);
}

void dc_state_free(tgdc *dc) {
  drop_codes(dc, INT64_MAX);
  drop_exported(dc, INT64_MAX);
  drop_qr(dc, INT64_MAX);
  while (dc->srp != NULL) {
    struct dc_srp *next = dc->srp->next;
    srp_server_wipe(&dc->srp->challenge);
    free(dc->srp);
    dc->srp = next;
  }
  while (dc->files != NULL) {
    dc_file *next = dc->files->next;
    free_file(dc->files);
    dc->files = next;
  }
}
