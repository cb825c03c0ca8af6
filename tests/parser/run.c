/* run.c: programs run from tests, in a temporary folder. */
#define _XOPEN_SOURCE 700
#include "run.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *path_of(const char *dir, const char *name) {
  size_t size = strlen(dir) + strlen(name) + 2;
  char *path = malloc(size);
  if (!path)
    abort();
  (void)snprintf(path, size, "%s/%s", dir, name);
  return path;
}

static void redirect(const char *name, int to) {
  int file = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (file < 0 || dup2(file, to) < 0)
    _exit(126);
  (void)close(file);
}

run_result run_program(const char *dir, const char *const *argv) {
  run_result result = {.status = -1};
  int status = 0;
  (void)fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    if (chdir(dir) != 0)
      _exit(126);
    redirect(".stdout", STDOUT_FILENO);
    redirect(".stderr", STDERR_FILENO);
    (void)execvp(argv[0], (char *const *)(size_t)argv);
    _exit(127);
  }
  if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status))
    result.status = WEXITSTATUS(status);
  result.out = run_read_file(dir, ".stdout", NULL);
  result.err = run_read_file(dir, ".stderr", NULL);
  return result;
}

void run_free(run_result *result) {
  free(result->out);
  free(result->err);
  *result = (run_result){0};
}

char *run_make_dir(void) {
  const char *base = getenv("TMPDIR");
  char *dir = path_of(base && *base ? base : P_tmpdir, "tlgen-test-XXXXXX");
  if (!mkdtemp(dir))
    abort();
  return dir;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
  (void)st;
  (void)type;
  (void)ftw;
  return remove(path);
}

void run_remove_dir(char *dir) {
  (void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
  free(dir);
}

char *run_read_file(const char *dir, const char *name, size_t *length) {
  char *path = path_of(dir, name);
  FILE *file = fopen(path, "rb");
  size_t size = (size_t)4 << 20, got = 0;
  char *text = file ? malloc(size) : NULL;
  if (text) {
    got = fread(text, 1, size - 1, file);
    text[got] = '\0';
  }
  if (file)
    (void)fclose(file);
  if (length)
    *length = got;
  free(path);
  return text;
}

void run_write_file(const char *dir, const char *name, const char *text, size_t length) {
  char *path = path_of(dir, name);
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(text, 1, length, file) != length || fclose(file) != 0)
    abort();
  free(path);
}
