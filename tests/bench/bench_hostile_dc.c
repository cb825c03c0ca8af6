/* The server of bench_hostile: says its port and key, and sends what its scenario is behind the
 * answer to the third call. Ends with the last connection. */
#include <poll.h>
#include <stdio.h>
#include <zlib.h>

#include "client_fixture.h"
#include "fake_dc_rpc.h"

enum { LARGE = 16 << 20, CHATS = 200000, FAILING = 13500000 };

static const char *scenario;
static unsigned asked;

static void *pack(const void *data, size_t size, size_t *packed) {
  uLongf n = compressBound(size);
  uint8_t *out = malloc(n);
  assert_int_equal(compress(out, &n, data, size), Z_OK);
  *packed = n;
  return out;
}

static void push_packed(fake_dc *dc, const fake_call *call, const void *data, size_t size) {
  uint8_t head[8] = {0xa1, 0xcf, 0x72, 0x30, 254}; /* gzip_packed, a long string */
  size_t pad = (4 - size % 4) % 4;
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  for (int i = 0; i < 3; i++)
    head[5 + i] = (uint8_t)(size >> 8 * i);
  assert_int_equal(tl_buffer_append(&body, head, 8), TL_OK);
  assert_int_equal(tl_buffer_append(&body, data, size), TL_OK);
  assert_int_equal(tl_buffer_append(&body, "\0\0\0", pad), TL_OK);
  fake_push_raw(dc, call, body.data, body.size);
  tl_buffer_free(&body);
}

static void push_object(fake_dc *dc, const fake_call *call, const tl_object *object, int times) {
  tl_buffer plain;
  size_t packed;
  tl_buffer_init(&plain, NULL, 0);
  assert_int_equal(tl_encode(object, &plain, NULL), TL_OK);
  void *data = pack(plain.data, plain.size, &packed);
  for (int i = 0; i < times; i++)
    push_packed(dc, call, data, packed);
  free(data);
  tl_buffer_free(&plain);
}

/* 40 updates with 16 MB of text in each. */
static void push_large(fake_dc *dc, const fake_call *call) {
  static const tg_messageMediaEmpty no_media = {0};
  static const tg_MessageEntity none[1];
  char *text = malloc(LARGE - 1000);
  memset(text, 'a', LARGE - 1000);
  tg_updateServiceNotification update = {.type = TL_STR("x"),
                                         .message = {text, LARGE - 1000},
                                         .media = tg_messageMediaEmpty_box(&no_media)};
  update.entities.items = none;
  tg_updateShort one = {.update = tg_updateServiceNotification_box(&update), .date = 1};
  tl_object object = tg_updateShort_object(&one);
  push_object(dc, call, &object, 40);
  free(text);
}

/* gzip that inflates to 16 MB and then turns out to be damaged, 13.5 MB of it. */
static void push_failing(fake_dc *dc, const fake_call *call) {
  uint8_t *zeros = calloc(1, LARGE);
  size_t packed;
  uint8_t *data = pack(zeros, LARGE, &packed);
  data[packed - 2] ^= 1;
  for (size_t sent = 0; sent < FAILING; sent += packed)
    push_packed(dc, call, data, packed);
  free(data);
  free(zeros);
}

static void push_chats(fake_dc *dc, const fake_call *call) {
  static const tg_chatPhotoEmpty no_photo = {0};
  static const tg_Update no_update[1];
  static const tg_User no_user[1];
  static tg_channel channels[CHATS];
  static tg_Chat chats[CHATS];
  for (int i = 0; i < CHATS; i++) {
    channels[i] = (tg_channel){.id = 1000 + i,
                               .has_access_hash = true,
                               .access_hash = 99,
                               .title = TL_STR("c"),
                               .photo = tg_chatPhotoEmpty_box(&no_photo)};
    chats[i] = tg_channel_box(&channels[i]);
  }
  tg_updates updates = {.chats = {chats, CHATS}, .date = 1000};
  updates.updates.items = no_update;
  updates.users.items = no_user;
  tl_object object = tg_updates_object(&updates);
  push_object(dc, call, &object, 1);
}

static bool serve(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  if (strcmp(fake_name(call), "updates.getState") == 0) {
    tg_updates_state state = {.pts = 1, .qts = 1, .date = 1000, .seq = 1};
    tl_object object = tg_updates_state_object(&state);
    fake_answer(dc, call, &object);
    return true;
  }
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  asked++;
  send_nearest(dc, call);
  if (asked == 3 && strcmp(scenario, "large") == 0)
    push_large(dc, call);
  else if (asked == 3 && strcmp(scenario, "failing") == 0)
    push_failing(dc, call);
  else if (asked == 3)
    push_chats(dc, call);
  return true;
}

int main(int argc, char **argv) {
  static fake_dc dc;
  bool met = false, open = true;
  if (argc != 2)
    return 2;
  scenario = argv[1];
  fake_dc_open(&dc, 2);
  dc.real_time = true;
  dc.on_call = serve;
  printf("%u\n%s", (unsigned)dc.port, fake_public_keys[0]);
  fclose(stdout);
  while (open || !met) {
    struct pollfd fds[FAKE_CONNS + 1] = {{.fd = dc.listen_fd, .events = POLLIN}};
    nfds_t n = 1;
    fake_dc_step(&dc);
    open = false;
    for (size_t i = 0; i < FAKE_CONNS; i++) {
      if (dc.conns[i].fd < 0)
        continue;
      open = met = true;
      short events = fake_dc_may_write(&dc, &dc.conns[i]) ? POLLIN | POLLOUT : POLLIN;
      fds[n++] = (struct pollfd){.fd = dc.conns[i].fd, .events = events};
    }
    poll(fds, n, 1000);
  }
  fake_dc_close(&dc);
  return 0;
}
