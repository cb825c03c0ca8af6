/* Starting, steering and stopping tgdc, and clients for it. */
#include "flow_fixture.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <jansson.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void path_of(const flow *dc, const char *name, char out[128]) {
  snprintf(out, 128, "%s/%s", dc->dir, name);
}

static void write_config(const flow *dc, const char *config) {
  char path[128];
  path_of(dc, "config", path);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_true(fputs(config, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

/* In the child: becomes tgdc. */
static void become_tgdc(const flow *dc, int in, int out, int n_dcs) {
  char state[128], config[128], log[128], number[16];
  path_of(dc, "state", state);
  path_of(dc, "config", config);
  path_of(dc, "log", log);
  snprintf(number, sizeof number, "%d", n_dcs ? n_dcs : 1);
  int err = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (err < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
    _exit(126);
  execl(TGDC_PROGRAM, "tgdc", "--listen", "127.0.0.1:0", "--state", state, "--config", config,
        "--verbose", "--exit-with-stdin", "--dcs", number, (char *)NULL);
  _exit(127);
}

/* "127.0.0.1:4711" */
static void add_address(flow *dc, const json_t *entry) {
  mtp_dc_option *option = &dc->dcs[dc->n_dcs++];
  const char *address = json_string_value(json_object_get(entry, "address"));
  assert_non_null(address);
  const char *colon = strrchr(address, ':');
  assert_non_null(colon);
  option->dc = (int32_t)json_integer_value(json_object_get(entry, "id"));
  memcpy(option->host, address, (size_t)(colon - address));
  option->port = (uint16_t)strtoul(colon + 1, NULL, 10);
}

static void read_ready(flow *dc, int fd) {
  json_error_t error;
  json_t *ready = json_loadfd(fd, JSON_DISABLE_EOF_CHECK, &error);
  if (!ready)
    fail_msg("tgdc did not start: %s; see %s/log", error.text, dc->dir);
  const json_t *list = json_object_get(ready, "dcs");
  for (size_t i = 0; i < json_array_size(list) && i < FLOW_MAX_DCS; i++)
    add_address(dc, json_array_get(list, i));
  const char *key = json_string_value(json_object_get(ready, "public_key_pem"));
  assert_non_null(key);
  snprintf(dc->key, sizeof dc->key, "%s", key);
  json_decref(ready);
}

static void open_control(flow *dc) {
  struct sockaddr_un address;
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  snprintf(address.sun_path, sizeof address.sun_path, "%s/state/control", dc->dir);
  dc->control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(dc->control >= 0);
  assert_int_equal(connect(dc->control, (struct sockaddr *)&address, sizeof address), 0);
}

flow *flow_start(const char *config, int n_dcs) {
  int in[2], out[2];
  flow *dc = calloc(1, sizeof *dc);
  assert_non_null(dc);
  snprintf(dc->dir, sizeof dc->dir, "/tmp/tgflow.XXXXXX");
  assert_non_null(mkdtemp(dc->dir));
  write_config(dc, config);
  assert_int_equal(pipe(in), 0);
  assert_int_equal(pipe(out), 0);
  fcntl(in[1], F_SETFD, FD_CLOEXEC);
  fcntl(out[0], F_SETFD, FD_CLOEXEC);
  dc->pid = fork();
  assert_true(dc->pid >= 0);
  if (dc->pid == 0)
    become_tgdc(dc, in[0], out[1], n_dcs);
  close(in[0]);
  close(out[1]);
  dc->stdin_fd = in[1];
  read_ready(dc, out[0]);
  close(out[0]);
  open_control(dc);
  return dc;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at) {
  (void)info;
  (void)type;
  (void)at;
  return remove(path);
}

void flow_stop(flow *dc) {
  int status;
  close(dc->control);
  close(dc->stdin_fd);
  assert_int_equal(waitpid(dc->pid, &status, 0), dc->pid);
  nftw(dc->dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
  free(dc);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- control ---- */

static json_t *command(flow *dc, const char *text) {
  char line[1024];
  size_t n = 0;
  size_t size = strlen(text);
  assert_int_equal(send(dc->control, text, size, MSG_NOSIGNAL), (ssize_t)size);
  assert_int_equal(send(dc->control, "\n", 1, MSG_NOSIGNAL), 1);
  while (n < sizeof line - 1 && recv(dc->control, line + n, 1, 0) == 1 && line[n] != '\n')
    n++;
  json_t *answer = json_loadb(line, n, 0, NULL);
  assert_non_null(answer);
  if (!json_is_true(json_object_get(answer, "ok")))
    fail_msg("%s: %.*s", text, (int)n, line);
  return answer;
}

void flow_command(flow *dc, const char *format, ...) {
  char text[2048];
  va_list args;
  va_start(args, format);
  int size = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  assert_in_range(size, 1, sizeof text - 1);
  json_decref(command(dc, text));
}

int flow_report(flow *dc, const char *name) {
  json_t *answer = command(dc, "{\"do\":\"report\"}");
  const json_t *number = json_object_get(answer, name);
  assert_true(json_is_integer(number));
  int value = (int)json_integer_value(number);
  json_decref(answer);
  return value;
}

static FILE *open_file(const flow *dc, const char *name) {
  char path[128];
  path_of(dc, name, path);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  return file;
}

const char *flow_code(flow *dc, const char *to, char out[FLOW_HASH]) {
  char line[1024];
  FILE *file = open_file(dc, "state/outbox");
  out[0] = '\0';
  while (fgets(line, sizeof line, file)) {
    json_t *mail = json_loads(line, 0, NULL);
    const char *whom = json_string_value(json_object_get(mail, "to"));
    if (whom && strcmp(whom, to) == 0)
      snprintf(out, FLOW_HASH, "%s", json_string_value(json_object_get(mail, "code")));
    json_decref(mail);
  }
  fclose(file);
  if (!*out)
    fail_msg("nothing was sent to %s", to);
  return out;
}

int flow_calls(flow *dc, const char *method) {
  char line[1024];
  int calls = 0;
  FILE *file = open_file(dc, "log");
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    const char *layer = strstr(line, " layer ");
    const char *name = layer ? strstr(layer, ": ") : NULL;
    calls += name && strcmp(name + 2, method) == 0;
  }
  fclose(file);
  return calls;
}

/* ---- clients ---- */

void flow_options(flow *dc, tgauth_options *options) {
  static const char *keys[1];
  keys[0] = dc->key;
  tgauth_options_init(options);
  options->client.api_id = 12345;
  options->client.dcs = dc->dcs;
  options->client.n_dcs = dc->n_dcs;
  options->client.home_dc = dc->dcs[0].dc;
  options->client.public_keys = keys;
  options->client.n_public_keys = 1;
  options->api_hash = "0123456789abcdef0123456789abcdef";
}

tgauth *flow_client(flow *dc, tgauth_store *store) {
  tgauth_options options;
  tgauth *auth;
  mtp_error error;
  flow_options(dc, &options);
  options.store = store;
  flow_ok(tgauth_open(&options, &auth, &error), &error);
  return auth;
}

static const char *digits_of(const char *phone) {
  return *phone == '+' ? phone + 1 : phone;
}

void flow_sign_in(flow *dc, tgauth *auth, const char *phone) {
  tgauth_code *code;
  tgauth_step step;
  mtp_error error;
  char text[FLOW_HASH];
  flow_ok(tgauth_request_code(auth, phone, NULL, &code, &error), &error);
  flow_code(dc, digits_of(phone), text);
  flow_ok(tgauth_sign_in(auth, code, text, &step, &error), &error);
  assert_int_equal(step, TGAUTH_DONE);
  tgauth_code_free(code);
}

tgauth *flow_signed_in(flow *dc, const char *phone) {
  tgauth *auth = flow_client(dc, NULL);
  flow_sign_in(dc, auth, phone);
  return auth;
}

bool flow_authorized(tgauth *auth) {
  bool authorized;
  mtp_error error;
  flow_ok(tgauth_is_authorized(auth, &authorized, &error), &error);
  return authorized;
}

/* ---- what came of a call ---- */

static const char *told(mtp_status status, const mtp_error *error, char out[300]) {
  return status == MTP_OK ? "it worked" : mtp_error_format(error, out, 300);
}

void flow_ok(mtp_status status, const mtp_error *error) {
  char text[300];
  if (status != MTP_OK)
    fail_msg("failed: %s", told(status, error, text));
}

void flow_failed(mtp_status status, const mtp_error *error, mtp_status expected) {
  char text[300];
  if (status != expected)
    fail_msg("%s expected; %s", mtp_status_name(expected), told(status, error, text));
  assert_int_equal(error->status, expected);
}

void flow_rpc(mtp_status status, const mtp_error *error, tg_err name) {
  char text[300];
  if (status != MTP_ERR_RPC || error->rpc != name)
    fail_msg("%s expected; %s", tl_error_name(&tg_errors, (uint16_t)name),
             told(status, error, text));
}

int flow_teardown(void **state) {
  flow_stop(*state);
  return 0;
}

tgauth_code *flow_request(tgauth *auth, const char *phone) {
  tgauth_code *code;
  mtp_error error;
  flow_ok(tgauth_request_code(auth, phone, NULL, &code, &error), &error);
  return code;
}

mtp_status flow_enter(tgauth *auth, const tgauth_code *code, const char *text, mtp_error *error) {
  tgauth_step step;
  return tgauth_sign_in(auth, code, text, &step, error);
}
