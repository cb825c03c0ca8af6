/* tgcall pool: many accounts of a database in one process. */
#include "pool/pool.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char help_pool[] =
    "Claims accounts of a database that no other process has, and prints their updates as lines of "
    "JSON\n"
    "until it is ended: {\"account\": NAME, \"updates\": {...}}, as TL has them. What a process "
    "that "
    "died, or\n"
    "a machine that is gone, had is taken over when its leases have run out. Every update is "
    "printed at\n"
    "least once: one that was printed just before the end may come again. What becomes of accounts "
    "is\n"
    "said on standard error. Accounts get into a database by tgcall login; a pool makes none.\n"
    "\n"
    "SIGTERM, SIGINT and SIGHUP save all and give all back, which takes 10 seconds at the most: of "
    "what\n"
    "the database could not be told by then it is said when its lease ends. A second signal ends "
    "it at\n"
    "once. The status is the signal's then: 143, 130 or 129 in a shell. 2: the options; 4: "
    "standard\n"
    "output cannot be written. A database that does not answer ends nothing: it is asked again, "
    "after\n"
    "pauses that grow, and told once when it is gone and once when it is back.\n"
    "\n"
    "  --table URL     sqlite:PATH, postgresql://... or redis://..., without an account\n"
    "  --max N         claim at most so many; otherwise all\n"
    "  --ttl SECONDS   of a lease, from 1 on; 30\n"
    "  --again SECONDS after so long it looks whether somebody has signed in to an account in "
    "which\n"
    "                  nobody was, or of which Telegram has ended the login; 600\n"
    "  --owner NAME    what others read who find an account taken, and the device's name at "
    "Telegram;\n"
    "                  otherwise the host and the process\n"
    "  --metrics PLACE a file that is written every few seconds and in the end, or HOST:PORT of "
    "this\n"
    "                  machine's own network, to be asked over HTTP; in Prometheus' format, its "
    "names\n"
    "                  begin with tgpool_\n"
    "  --streams URL   redis://[[USER]:PASSWORD@]HOST[:PORT][/N]: a server for the streams that "
    "follow\n"
    "  --updates-to STREAM\n"
    "                  updates go there, not to standard output: entries {account, updates}. "
    "What Redis\n"
    "                  has not acknowledged does not count as heard\n"
    "  --calls-from PREFIX\n"
    "                  takes calls of each account that is held from the stream PREFIXACCOUNT: "
    "entries\n"
    "                  {method, params, ref}, params being JSON by the schema, with peers as "
    "objects\n"
    "                  where tgcall invoke takes names, ref anything; these two may be left out. "
    "At\n"
    "                  least once: a call may run and be answered twice\n"
    "  --answers-to STREAM\n"
    "                  answers: entries {id, account, ref, result} or {..., error}, id being that "
    "of the\n"
    "                  call's entry; tlgen:answers\n"
    "  --keep N        so many updates and answers stay in their streams, about; 100000\n"
    "  --hold N        so many updates wait in memory while Redis is away; past that, accounts are "
    "given\n"
    "                  back, and nobody claims them with this Redis before it is there; 10000\n"
    "\n"
    "examples:\n"
    "  tgcall pool --table sqlite:accounts.db --session-key key --metrics 127.0.0.1:9108\n"
    "  tgcall pool --table redis://127.0.0.1 --session-key key --streams redis://127.0.0.1 \\\n"
    "    --updates-to updates --calls-from calls:\n"
    "  redis-cli XADD calls:bot-1 '*' method help.getConfig\n";

enum { AGAIN_MAX = 1000000 };

typedef struct started {
  pool_program program;
  const connection_args *args;
  const char *table, *owner;
  int32_t max, ttl, again;
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
  options.nobody_ms = (uint32_t)(it->again < AGAIN_MAX ? it->again : AGAIN_MAX) * 1000;
  pool_program_options(&it->program, &options);
  int status = pool_streams_begin(&it->program, &options);
  if (status == EXIT_OK)
    status = open_table(it->table, &options.table);
  if (status == EXIT_OK)
    status = tgpool_new(&options, &it->program.pool, &error) == MTP_OK
                 ? pool_program_run(&it->program)
                 : report_error(&error);
  tgpool_free(it->program.pool);
  pool_streams_end(&it->program);
  return status;
}

/* Of a pool's accounts none is named; the environment may name one for other commands. */
static bool names_session(const connection_args *args) {
  const char *session = getenv("TGCALL_SESSION"), *account = getenv("TGCALL_ACCOUNT");
  return (args->session && args->session != session) || (args->account && args->account != account);
}

/* One that is mistyped is told, not made. */
static bool is_nowhere(const char *url) {
  static const char scheme[] = "sqlite:";
  return strncasecmp(url, scheme, sizeof scheme - 1) == 0 && !strchr(url, '#') &&
         access(url + sizeof scheme - 1, F_OK) != 0;
}

static int cmd_pool(int argc, char **argv) {
  started it = {0};
  const char *max = NULL, *ttl = NULL, *again = NULL;
  const option_spec own[] = {{"--table", &it.table, NULL},
                             {"--max", &max, NULL},
                             {"--ttl", &ttl, NULL},
                             {"--again", &again, NULL},
                             {"--owner", &it.owner, NULL},
                             {"--metrics", &it.program.metrics, NULL},
                             {"--streams", &it.program.redis, NULL},
                             {"--updates-to", &it.program.updates_to, NULL},
                             {"--calls-from", &it.program.calls_from, NULL},
                             {"--answers-to", &it.program.answers_to, NULL},
                             {"--keep", &it.program.keep, NULL},
                             {"--hold", &it.program.hold, NULL}};
  connection_args args;
  size_t n_words;
  if (!parse_options(argc, argv, own, sizeof own / sizeof *own, &args, NULL, 0, &n_words) ||
      !count_of("--max", max, 1, &it.max) || !count_of("--ttl", ttl, 1, &it.ttl) ||
      !count_of("--again", again, 1, &it.again))
    return EXIT_USAGE;
  if (!it.table)
    return usage_error("--table URL names the database");
  if (names_session(&args))
    return usage_error("a pool takes all accounts of --table URL; --session and --account name "
                       "one, for other commands");
  if (is_nowhere(it.table))
    return local_error("there is no database %s; tgcall login --session %s#ACCOUNT makes one",
                       it.table, it.table);
  it.args = &args;
  return with_options(&args, start, &it);
}

const command tgcall_pool = {"pool",
                             "--table URL [--max N]",
                             "updates of many accounts, which processes share",
                             cmd_pool,
                             help_pool,
                             NULL};
