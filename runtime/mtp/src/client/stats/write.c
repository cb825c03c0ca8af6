/* Stats as Prometheus text: of each metric its help and type once, then a line for each row. */
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <tg/schema.h>

#include "client/stats/stats.h"

const char *mtp_stats_method_name(uint16_t method) {
  return method < tg_schema.n_defs ? tl_def_name(&tg_schema, method) : "other";
}

typedef struct writer {
  tl_buffer *out;
  const char *labels; /* "" or what stands before the others */
  const char *name;   /* of the metric in hand */
  bool failed;
} writer;

__attribute__((format(printf, 2, 3))) static void put(writer *w, const char *format, ...) {
  char line[512];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(line, sizeof line, format, args);
  va_end(args);
  if (n < 0 || (size_t)n >= sizeof line || tl_buffer_append(w->out, line, (size_t)n) != TL_OK)
    w->failed = true;
}

static void put_text(writer *w, const char *text) {
  if (tl_buffer_append(w->out, text, strlen(text)) != TL_OK)
    w->failed = true;
}

static void begin(writer *w, const char *name, const char *type, const char *help) {
  w->name = name;
  put(w, "# HELP mtp_%s %s\n# TYPE mtp_%s %s\n", name, help, name, type);
}

/* mtp_NAMEsuffix{labels,own,more}: what stands before the value. */
static void put_key(writer *w, const char *suffix, const char *own, const char *more) {
  put(w, "mtp_%s%s{", w->name, suffix);
  if (*w->labels) {
    put_text(w, w->labels);
    put_text(w, ",");
  }
  put(w, "%s%s} ", own, more);
}

static void put_number(writer *w, const char *suffix, const char *own, const char *more,
                       uint64_t value) {
  put_key(w, suffix, own, more);
  put(w, "%" PRIu64 "\n", value);
}

/* Milliseconds as seconds, whatever the locale. */
#define SECONDS        "%" PRIu64 ".%03" PRIu64
#define SECONDS_OF(ms) (uint64_t)(ms) / 1000, (uint64_t)(ms) % 1000

static void put_times(writer *w, const char *own, const mtp_stats_times *times) {
  char bound[48];
  for (size_t i = 0; i < MTP_STATS_BOUNDS; i++) {
    snprintf(bound, sizeof bound, ",le=\"" SECONDS "\"", SECONDS_OF(mtp_stats_bound(i)));
    put_number(w, "_bucket", own, bound, times->within[i]);
  }
  put_number(w, "_bucket", own, ",le=\"+Inf\"", times->count);
  put_key(w, "_sum", own, "");
  put(w, SECONDS "\n", SECONDS_OF(times->total_ms));
  put_number(w, "_count", own, "", times->count);
}

/* ---- the rows ---- */

static void center_label(const mtp_stats_center *row, char out[48]) {
  const char *kind = row->cdn ? "cdn" : row->media ? "media" : "main";
  if (row->dc)
    snprintf(out, 48, "dc=\"%d\",kind=\"%s\"", (int)row->dc, kind);
  else
    snprintf(out, 48, "dc=\"other\",kind=\"other\"");
}

static void method_label(const mtp_stats_method *row, char out[128]) {
  snprintf(out, 128, "method=\"%s\"", mtp_stats_method_name(row->method));
}

typedef struct column {
  size_t offset; /* of an uint64_t in the row */
  const char *name, *help;
} column;

static uint64_t value_at(const void *row, size_t offset) {
  uint64_t value;
  memcpy(&value, (const char *)row + offset, sizeof value);
  return value;
}

static void put_centers(writer *w, const mtp_stats *stats) {
  static const column columns[] = {
      {offsetof(mtp_stats_center, bytes_in), "received_bytes_total", "Bytes that came."},
      {offsetof(mtp_stats_center, bytes_out), "sent_bytes_total", "Bytes that were sent."},
      {offsetof(mtp_stats_center, connections), "connections_total",
       "Connections that came about."},
      {offsetof(mtp_stats_center, reconnections), "reconnections_total",
       "Connections that came after the first."},
      {offsetof(mtp_stats_center, failures), "connection_failures_total",
       "Connections that were lost or did not come about."}};
  char own[48];
  for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
    begin(w, columns[c].name, "counter", columns[c].help);
    for (size_t i = 0; i < stats->n_centers; i++) {
      center_label(&stats->centers[i], own);
      put_number(w, "", own, "", value_at(&stats->centers[i], columns[c].offset));
    }
  }
  begin(w, "center_round_trip_seconds", "histogram", "Time until an answer, by data centre.");
  for (size_t i = 0; i < stats->n_centers; i++) {
    center_label(&stats->centers[i], own);
    put_times(w, own, &stats->centers[i].times);
  }
}

static void put_methods(writer *w, const mtp_stats *stats) {
  static const column columns[] = {
      {offsetof(mtp_stats_method, calls), "calls_total", "Calls that have ended."},
      {offsetof(mtp_stats_method, failed), "calls_failed_total", "Calls that ended with an error."},
      {offsetof(mtp_stats_method, waits), "waits_total", "Waits that calls slept for."},
      {offsetof(mtp_stats_method, waited_s), "waited_seconds_total",
       "Seconds that calls slept for waits."}};
  char own[128];
  for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
    begin(w, columns[c].name, "counter", columns[c].help);
    for (size_t i = 0; i < stats->n_methods; i++) {
      method_label(&stats->methods[i], own);
      put_number(w, "", own, "", value_at(&stats->methods[i], columns[c].offset));
    }
  }
  begin(w, "round_trip_seconds", "histogram", "Time until an answer, by method.");
  for (size_t i = 0; i < stats->n_methods; i++) {
    method_label(&stats->methods[i], own);
    put_times(w, own, &stats->methods[i].times);
  }
}

mtp_status mtp_stats_write(const mtp_stats *stats, const char *labels, tl_buffer *out) {
  writer w = {.out = out, .labels = labels ? labels : ""};
  put_centers(&w, stats);
  put_methods(&w, stats);
  return w.failed ? MTP_ERR_NOMEM : MTP_OK;
}
