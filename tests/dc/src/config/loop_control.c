/* The control socket: a line of JSON in, a line of JSON out. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "loop.h"

#define MOST_LINE 65536

bool tgdc_loop_control(tgdc_loop *loop, const char *path, char *error, size_t error_size) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    dc_fail(error, error_size, "the path of the control socket is too long");
    return false;
  }
  DC_COPYZ(address.sun_path, path);
  unlink(path);
  mode_t old = umask(0177);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
            listen(fd, DC_CONTROL_CLIENTS) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
            fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
  umask(old);
  if (!ok) {
    dc_fail(error, error_size, "cannot listen on %s: %s", path, strerror(errno));
    if (fd >= 0)
      close(fd);
    return false;
  }
  for (size_t i = 0; i < DC_CONTROL_CLIENTS; i++)
    loop->controllers[i].fd = -1;
  loop->control = fd;
  loop->control_path = strdup(path);
  return true;
}

bool dc_control_gather(tgdc_loop *loop) {
  if (loop->control < 0)
    return true;
  loop->control_slot = loop->n_fds;
  bool ok = dc_add_fd(loop, loop->control, POLLIN);
  for (size_t i = 0; ok && i < DC_CONTROL_CLIENTS; i++) {
    if (loop->controllers[i].fd < 0)
      continue;
    loop->controllers[i].slot = loop->n_fds;
    ok = dc_add_fd(loop, loop->controllers[i].fd, POLLIN);
  }
  return ok;
}

static void hang_up(dc_controller *controller) {
  close(controller->fd);
  tl_buffer_free(&controller->in);
  controller->fd = -1;
}

static void accept_one(tgdc_loop *loop) {
  int fd = accept(loop->control, NULL, NULL);
  if (fd < 0)
    return;
  for (size_t i = 0; i < DC_CONTROL_CLIENTS; i++) {
    dc_controller *controller = &loop->controllers[i];
    if (controller->fd >= 0)
      continue;
    controller->fd = fd;
    controller->slot = 0;
    tl_buffer_init(&controller->in, NULL, MOST_LINE);
    return;
  }
  close(fd);
}

/* Answers are short, so that they are written at once or not at all (to one who does not read). */
static bool say(const dc_controller *controller, const tl_buffer *answer) {
  return send(controller->fd, answer->data, answer->size, MSG_NOSIGNAL | MSG_DONTWAIT) ==
         (ssize_t)answer->size;
}

static bool refuse_line(const dc_controller *controller) {
  char text[] = "{\"ok\":false,\"error\":\"a command is longer than 65536 bytes\"}\n";
  const tl_buffer answer = {.data = (uint8_t *)text, .size = sizeof text - 1};
  (void)say(controller, &answer);
  return false;
}

static bool answer_lines(tgdc_loop *loop, dc_controller *controller) {
  uint8_t *end;
  while (controller->in.size > 0 &&
         (end = memchr(controller->in.data, '\n', controller->in.size)) != NULL) {
    size_t size = (size_t)(end - controller->in.data);
    tl_buffer answer;
    tl_buffer_init(&answer, NULL, 0);
    bool ok = tgdc_control(loop->dc, (const char *)controller->in.data, size, &answer) &&
              say(controller, &answer);
    tl_buffer_free(&answer);
    tl_buffer_consume(&controller->in, size + 1);
    if (!ok)
      return false;
  }
  return true;
}

void dc_control_serve(tgdc_loop *loop) {
  uint8_t chunk[4096];
  if (loop->control < 0)
    return;
  for (size_t i = 0; i < DC_CONTROL_CLIENTS; i++) {
    dc_controller *controller = &loop->controllers[i];
    if (controller->fd < 0 || controller->slot == 0 || loop->fds[controller->slot].revents == 0)
      continue;
    ssize_t n = recv(controller->fd, chunk, sizeof chunk, 0);
    bool fits = n > 0 && tl_buffer_append(&controller->in, chunk, (size_t)n) == TL_OK;
    if (n <= 0 || (!fits && !refuse_line(controller)) || !answer_lines(loop, controller))
      hang_up(controller);
  }
  if ((loop->fds[loop->control_slot].revents & POLLIN) != 0)
    accept_one(loop);
}

void dc_control_close(tgdc_loop *loop) {
  if (loop->control < 0)
    return;
  for (size_t i = 0; i < DC_CONTROL_CLIENTS; i++)
    if (loop->controllers[i].fd >= 0)
      hang_up(&loop->controllers[i]);
  close(loop->control);
  if (loop->control_path != NULL)
    unlink(loop->control_path);
  free(loop->control_path);
}
