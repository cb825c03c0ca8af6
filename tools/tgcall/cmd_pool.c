/* tgcall pool: many accounts of a database in one process. */
#include "pool/pool.h"
#include <stdlib.h>
#include <string.h>

static const char help_pool[] =
    "Claims accounts of a database that no other process has, and prints their updates as lines of "
    "JSON\n"
    "until it is ended: {\"account\": NAME, \"updates\": {...}}, as TL has them. What a process "
    "that "
    "died, or\n"
    "a machine that is gone, had is taken over when its leases have run out; SIGTERM gives all "
    "back. Every\n"
    "update is printed at least once: one that was printed just before the end may come again. "
    "What becomes\n"
    "of accounts is said on standard error. Accounts get into a database by tgcall login.\n"
    "\n"
    "  --table URL     sqlite:PATH, postgresql://... or redis://..., without an account\n"
    "  --max N         claim at most so many; otherwise all\n"
    "  --ttl SECONDS   of a lease, from 1 on; 30\n"
    "  --owner NAME    what others read who find an account taken, and the device's name at "
    "Telegram;\n"
    "                  otherwise the host and the process\n"
    "  --metrics PLACE a file that is written every few seconds, or HOST:PORT of this machine's "
    "own\n"
    "                  network, to be asked over HTTP; in Prometheus' format\n"
    "\n"
    "examples:\n"
    "  tgcall pool --table sqlite:accounts.db --session-key key --metrics 127.0.0.1:9108\n";

typedef struct started {
  pool_program program;
  const connection_args *args;
  const char *table, *owner;
  int32_t max, ttl;
} started;

static int open_table(const char *url, tgauth_table **out) {
  mtp_error error;
  char account[TGAUTH_ACCOUNT_MAX + 1];
  if (tgauth_table_url(url, out, account, &error) != MTP_OK)
    return report_error(&error);
  if (!*account)
    return EXIT_OK;
  (*out)->ops->free(*out);
  return usage_error("--table names a database, without #%s: a pool takes all of its accounts",
                     account);
}

static int start(const tgauth_options *account, void *ctx) {
  started *it = ctx;
  mtp_error error;
  tgpool_options options;
  tgpool_options_init(&options);
  options.account = *account;
  options.account.client.reconnect_tries = 0; /* nobody waits; it goes on trying */
  if (it->owner)
    options.account.client.device_model = it->owner;
  options.lease = (tgauth_lease_options){.ttl_ms = (int64_t)it->ttl * 1000,
                                         .owner = it->owner,
                                         .key_file = it->args->session_key,
                                         .keys = getenv("TGCALL_SESSION_KEY")};
  if (options.lease.key_file)
    options.lease.keys = NULL;
  options.max = (size_t)it->max;
  pool_program_options(&it->program, &options);
  int status = open_table(it->table, &options.table);
  if (status != EXIT_OK)
    return status;
  if (tgpool_new(&options, &it->program.pool, &error) != MTP_OK)
    return report_error(&error);
  status = pool_program_run(&it->program);
  tgpool_free(it->program.pool);
  return status;
}

static int cmd_pool(int argc, char **argv) {
  started it = {0};
  const char *max = NULL, *ttl = NULL;
  const option_spec own[] = {{"--table", &it.table, NULL},
                             {"--max", &max, NULL},
                             {"--ttl", &ttl, NULL},
                             {"--owner", &it.owner, NULL},
                             {"--metrics", &it.program.metrics, NULL}};
  connection_args args;
  size_t n_words;
  if (!parse_options(argc, argv, own, 5, &args, NULL, 0, &n_words) ||
      !count_of("--max", max, 1, &it.max) || !count_of("--ttl", ttl, 1, &it.ttl))
    return EXIT_USAGE;
  if (!it.table)
    return usage_error("--table URL names the database");
  it.args = &args;
  return with_options(&args, start, &it);
}

const command tgcall_pool = {"pool",
                             "--table URL [--max N]",
                             "updates of many accounts, which processes share",
                             cmd_pool,
                             help_pool,
                             NULL};
