/* Requests and answers as JSON, written with ' for ", so that a test reads like a conversation. */
#ifndef TGDC_ASK_H
#define TGDC_ASK_H

#include <jansson.h>

#include "fixture.h"
#include "users.h"

/* Sends the request that the format makes, in the newest layer, and returns the answer, or for an
 * error {"error": NAME, "code": NUMBER}. It lives until the client's next question. A request
 * without any answer yet gives NULL. */
const json_t *ask(raw_client *client, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The answer to the question before that, which has come meanwhile; NULL: not yet. */
const json_t *answer_now(raw_client *client);

/* A member of the answer, at the end of a path such as "type._"; fails when it is not there. */
const char *text_at(const json_t *answer, const char *path);
int64_t number_at(const json_t *answer, const char *path);

/* Copies a text into an array, where it has to fit. */
void keep_text(char *out, size_t size, const char *text);
#define KEEP(array, text) keep_text((array), sizeof(array), (text))

/* The question has to be answered with this constructor, with boolTrue, or with this error. */
#define expect(client, constructor, ...)                                                           \
  assert_string_equal(text_at(ask((client), __VA_ARGS__), "_"), (constructor))
#define expect_true(client, ...) assert_int_equal(number_at(ask((client), __VA_ARGS__), ""), 1)
#define expect_error(client, name, ...)                                                            \
  assert_string_equal(text_at(ask((client), __VA_ARGS__), "error"), (name))

/* A control command, with ' for "; the answer has to be ok. */
void control(tgdc *dc, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same, for one that is refused: what it says. Lives until the next call. */
const char *refusal(tgdc *dc, const char *command);
/* A configuration, with ' for "; what is wrong with it, "" when it was taken. */
const char *configured(tgdc *dc, const char *config);

/* auth.sendCode; returns the phone_code_hash, which lives as long as the client does not ask for
 * another code. */
const char *send_code(raw_client *client, const char *phone);
/* auth.signIn with what was sent before. */
const json_t *sign_in(raw_client *client, const char *phone, const char *hash, const char *code);

#endif
