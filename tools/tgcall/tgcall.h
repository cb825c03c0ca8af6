/* tgcall: Telegram's API on the command line. What its commands share. */
#ifndef TGCALL_H
#define TGCALL_H

#include <jansson.h>
#include <tg/tg.h>
#include <tgauth/tgauth.h>
#include <tl/json.h>

/* Exit statuses, as the manual has them. */
enum {
  EXIT_OK = 0,
  EXIT_RPC = 1,     /* the server answered with an error */
  EXIT_USAGE = 2,   /* the command line, text that is none, JSON that does not fit the schema */
  EXIT_NETWORK = 3, /* no connection, no answer, a proxy or a handshake that failed */
  EXIT_LOCAL = 4    /* a session file, another file, memory, or anything else on this side */
};

/* One command: its own words after the name. cmd_NAME.c defines a tgcall_NAME, and main.c has a row
 * for it. */
struct command_table;
typedef struct command {
  const char *name;
  const char *words; /* what the usage text shows behind the name */
  const char *help;
  int (*run)(int argc, char **argv);
  const char
      *details; /* for COMMAND --help (help.h says how it is written); NULL: only the above */
  /* In place of run, where the other commands matter. */
  int (*run_over)(const struct command_table *all, int argc, char **argv);
} command;

/* What connects: given on the command line or in the environment (TGCALL_API_ID ...). */
typedef struct connection_args {
  const char *dc; /* HOST:PORT; NULL: the real Telegram */
  const char *dc_id, *public_key, *session, *session_password, *api_id, *api_hash, *proxy,
      *transport;
  const char *ca_file, *timeout, *config;
  const char *session_key;    /* a file; for sessions in databases */
  const char *account;        /* a session of that name among the default ones */
  const char *session_string; /* of the environment, where session is "string:" */
  bool test, obfuscated, ipv6, pfs, insecure, any_servers, verbose;
  bool keep_updates;  /* not on the command line */
  bool makes_account; /* the same: one that a database does not have is made */
  bool print_string;  /* of login: the session is printed in the end */
} connection_args;

/* An option of a command. value: where its argument goes; flag: set when it is there. */
typedef struct option_spec {
  const char *name;
  const char **value;
  bool *flag;
} option_spec;

/* Takes the options of both lists out of argv; *words gets the rest, in order, *n_words their
 * number. Prints what is wrong and returns false. connection may be NULL. */
bool parse_options(int argc, char **argv, const option_spec *own, size_t n_own,
                   connection_args *connection, const char **words, size_t max_words,
                   size_t *n_words);

/* Where the session is: what was given, or the default for the server, whose folder is made. `room`
 * is used for the latter. NULL with a message when there is no such place. */
const char *session_path(const connection_args *args, char *room, size_t size);
/* Whether that names an account of a database, which one process has at a time. */
bool session_is_leased(const char *session);
/* What is wrong with a session, as report_error(); of an account that is not there, where that is.
 */
int report_session_error(const char *session, const mtp_error *error);
/* Whether it is a string that has the session in it; that string, "" for a new one. */
bool session_is_string(const char *session);
const char *session_text(const connection_args *args, const char *session);
/* Whether it can be one: false with a message where a file has that name. */
bool is_session_text(const char *text);
/* Its store, as session_store(). */
int string_session_store(const connection_args *args, const char *session, tgauth_store **out);
/* Prints the session as such a string. Returns the exit status. */
int print_session_string(tgauth *auth);
/* A session's name, to be shown: without the password of a URL. Returns out. */
const char *session_shown(const char *session, char *out, size_t size);
/* The name of a file that belongs to a session. False: it is too long. */
bool session_file_beside(const char *session, const char *ending, char *out, size_t size);
/* The store of a session, unlocked; an exit status, and *out is NULL, when there is none. */
int session_store(const connection_args *args, const char *session, tgauth_store **out);

/* Has use work with the options of a client and no session, which are valid until it returns.
 * Returns its exit status, or EXIT_USAGE with a message. */
int with_options(const connection_args *args, int (*use)(const tgauth_options *options, void *ctx),
                 void *ctx);

/* Opens the session and makes the client. Prints what is wrong; *status is then the exit status and
 * NULL is returned. */
tgauth *connect_session(const connection_args *args, int *status);

/* An error as JSON: class, code, text; of the server also name, arg, value; method. NULL: no
 * memory.
 */
json_t *describe_error(const mtp_error *error);
/* Prints {"error": ...} on stdout and a line on stderr; returns the exit status for it. */
int report_error(const mtp_error *error);
/* Prints a line "tgcall: ..." on stderr, without secrets that stand in it, and returns EXIT_USAGE.
 */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same as report_error() of something on this side: class "store", EXIT_LOCAL. */
int local_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same when there is no memory. */
int no_memory(void);

/* Prints a value as JSON and a line end. Returns the exit status. */
int print_value(const tl_value *value);
int print_object(const tl_object *object);

/* Prints who is signed in. Returns the exit status. */
int print_me(tgauth *auth);

/* What auth.sendCode answered, as JSON; NULL when out of memory. What is absent has no key. */
json_t *describe_code(const tgauth_code *code);

/* Prints {"error": ...} of class "payment" for a code that has to be paid for, and frees it.
 * Returns EXIT_RPC. */
int report_payment(json_t *code);

/* Whether JSON is printed over several lines: --pretty or --compact, or by what standard output is.
 */
bool json_is_pretty(void);
/* Prints JSON of our own, and frees it. NULL: out of memory. Returns the exit status. */
int print_report(json_t *object);

/* Whether it is UTF-8, as all text of TL; false with a message that names `what` and the byte. */
bool check_text(const char *what, const char *text, size_t size);
/* Copies text; false with a message when it does not fit. */
bool give_text(const char *text, char *out, size_t size);
/* A secret from an option if `given`, else from that environment variable, else asked for. The
 * caller wipes it. */
bool get_secret(const char *given, const char *variable, const char *prompt, char *out,
                size_t size);

/* Reads all of a stream, at most 256 MiB. An exit status. */
int read_stream(int fd, tl_buffer *out);
/* Reads a file that should hold text; NUL-terminated in the buffer, which the caller frees. */
int read_file(const char *path, tl_buffer *out);

#endif
