/* Many clients on one thread: each makes a key, signs in as a bot and stays connected, against a
 * local data centre in a child process. Prints memory and CPU time for one.
 *   bench_clients [COUNT]       1000 without */
#define _DEFAULT_SOURCE
#include <mtp/client.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <tg/auth.h>
#include <tg/core.h>
#include <tg/users.h>
#include <tgdc/loop.h>
#include <time.h>
#include <unistd.h>

enum { DEFAULT_COUNT = 1000, AT_ONCE = 50, IDLE_S = 5, FDS = 4 };

#define TOKEN "123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi"

/* ---- the data centre, in a child process ---- */

typedef struct place {
  uint16_t port;
  char key[1024];
} place;

static void serve(int fd) {
  char error[200] = "";
  tgdc_options options = {.now = tgdc_now()};
  tgdc *dc = tgdc_new(&options, error, sizeof error);
  tgdc_loop *loop = dc && tgdc_add_bot(dc, TOKEN, error, sizeof error)
                        ? tgdc_loop_new(dc, "127.0.0.1", 0, error, sizeof error)
                        : NULL;
  place where = {0};
  if (!loop) {
    fprintf(stderr, "%s\n", error);
    _exit(1);
  }
  where.port = tgdc_loop_port(loop, tgdc_dc_id(dc, 0));
  snprintf(where.key, sizeof where.key, "%s", tgdc_public_key(dc));
  if (write(fd, &where, sizeof where) != sizeof where)
    _exit(1);
  tgdc_loop_run(loop);
  _exit(0);
}

static pid_t start_server(place *where) {
  int fds[2];
  if (pipe(fds) != 0)
    exit(1);
  pid_t child = fork();
  if (child == 0)
    serve(fds[1]);
  close(fds[1]);
  if (child < 0 || read(fds[0], where, sizeof *where) != sizeof *where)
    exit(1);
  close(fds[0]);
  return child;
}

/* ---- measuring ---- */

static double cpu_ms(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)usage.ru_utime.tv_sec * 1e3 + (double)usage.ru_utime.tv_usec / 1e3 +
         (double)usage.ru_stime.tv_sec * 1e3 + (double)usage.ru_stime.tv_usec / 1e3;
}

static double wall_s(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static long resident_kib(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file && fscanf(file, "%*s %ld", &pages) != 1)
    pages = 0;
  if (file)
    fclose(file);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* ---- the clients ---- */

static size_t done, failed;

static void count(void *ctx, const mtp_error *error, mtp_reply *reply) {
  (void)ctx;
  done++;
  if (error && failed++ == 0) {
    char line[300];
    fprintf(stderr, "%s\n", mtp_error_format(error, line, sizeof line));
  }
  mtp_reply_free(reply);
}

static void sign_in(mtp_client *client) {
  tg_auth_importBotAuthorization request = {
      .api_id = 1, .api_hash = TL_STR("x"), .bot_auth_token = TL_STR(TOKEN)};
  tl_call call = tg_auth_importBotAuthorization_call(&request);
  if (mtp_client_call(client, &call, NULL, count, NULL, NULL, NULL) != MTP_OK)
    exit(1);
}

static void ask(mtp_client *client) {
  tg_inputUserSelf self = {0};
  tg_InputUser users[1] = {tg_inputUserSelf_box(&self)};
  tg_users_getUsers request = {.id = {users, 1}};
  tl_call call = tg_users_getUsers_call(&request);
  if (mtp_client_call(client, &call, NULL, count, NULL, NULL, NULL) != MTP_OK)
    exit(1);
}

typedef struct crowd {
  mtp_client **clients;
  size_t n;
  struct pollfd *fds;
} crowd;

/* One poll() over the descriptors of all; those that have something get their turn. */
static void turn(crowd *c, int limit_ms) {
  size_t used = 0;
  int wait = limit_ms;
  for (size_t i = 0; i < c->n; i++) {
    size_t n = mtp_client_fds(c->clients[i], c->fds + used, FDS);
    for (size_t j = n; j < FDS; j++)
      c->fds[used + j].fd = -1;
    used += FDS;
    int timeout = mtp_client_timeout(c->clients[i]);
    if (timeout >= 0 && timeout < wait)
      wait = timeout;
  }
  poll(c->fds, used, wait);
  for (size_t i = 0; i < c->n; i++) {
    bool ready = mtp_client_timeout(c->clients[i]) == 0;
    for (size_t j = 0; j < FDS && !ready; j++)
      ready = c->fds[i * FDS + j].fd >= 0 && c->fds[i * FDS + j].revents;
    if (ready)
      mtp_client_process(c->clients[i], c->fds + i * FDS, FDS);
    mtp_event event;
    while (mtp_client_next_event(c->clients[i], &event))
      mtp_reply_free(event.updates);
  }
}

static void start_all(crowd *c, const mtp_options *options, size_t count_wanted) {
  while (c->n < count_wanted) {
    for (size_t i = 0; i < AT_ONCE && c->n < count_wanted; i++) {
      if (mtp_client_new(options, NULL, &c->clients[c->n], NULL) != MTP_OK)
        exit(1);
      sign_in(c->clients[c->n++]);
    }
    while (done < c->n)
      turn(c, 1000);
  }
}

static void report(const char *what, double ms, double seconds, size_t n) {
  printf("%-28s %8.3f ms of CPU each, %6.1f s in all\n", what, ms / (double)n, seconds);
}

int main(int argc, char **argv) {
  size_t n = argc > 1 ? (size_t)atol(argv[1]) : DEFAULT_COUNT;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  place where;
  pid_t server = start_server(&where);
  mtp_dc_option address = {.dc = 2, .port = where.port, .host = "127.0.0.1"};
  const char *key = where.key;
  mtp_options options;
  mtp_options_init(&options);
  options.api_id = 1;
  options.dcs = &address;
  options.n_dcs = 1;
  options.public_keys = &key;
  options.n_public_keys = 1;
  crowd c = {.clients = calloc(n, sizeof *c.clients), .fds = calloc(n * FDS, sizeof *c.fds)};
  if (!c.clients || !c.fds)
    return 1;

  long before_kib = resident_kib();
  double cpu = cpu_ms(), wall = wall_s();
  start_all(&c, &options, n);
  report("key exchange and sign-in", cpu_ms() - cpu, wall_s() - wall, n);
  printf("%-28s %8.1f KiB each\n", "resident memory",
         (double)(resident_kib() - before_kib) / (double)n);

  done = 0;
  cpu = cpu_ms(), wall = wall_s();
  for (size_t i = 0; i < n; i++)
    ask(c.clients[i]);
  while (done < n)
    turn(&c, 1000);
  report("a call", cpu_ms() - cpu, wall_s() - wall, n);

  cpu = cpu_ms(), wall = wall_s();
  while (wall_s() - wall < IDLE_S)
    turn(&c, 1000);
  report("idle", cpu_ms() - cpu, wall_s() - wall, n);

  for (size_t i = 0; i < n; i++)
    mtp_client_free(c.clients[i]);
  free(c.clients);
  free(c.fds);
  kill(server, SIGTERM);
  waitpid(server, NULL, 0);
  printf("%zu clients, %zu calls failed\n", n, failed);
  return failed ? 1 : 0;
}
