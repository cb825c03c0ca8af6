/* Makes, reads and removes a test's folder. */
#include "temp.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"

static char dir[64], path[400];

const char *temp_dir(void) {
  snprintf(dir, sizeof dir, "tgdc_test_XXXXXX");
  assert_non_null(mkdtemp(dir));
  return dir;
}

void temp_remove(void) {
  DIR *folder = opendir(dir);
  for (const struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL;
       entry = readdir(folder)) {
    snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
    unlink(path);
  }
  if (folder != NULL)
    closedir(folder);
  rmdir(dir);
}

const char *temp_name(void) {
  return dir;
}

const char *temp_path(const char *name) {
  snprintf(path, sizeof path, "%s/%s", dir, name);
  return path;
}

void temp_append(const char *name, const char *text) {
  FILE *file = fopen(temp_path(name), "a");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

json_t *temp_last_line(const char *name) {
  char *line = NULL, *last = NULL;
  size_t capacity = 0;
  FILE *file = fopen(temp_path(name), "r");
  assert_non_null(file);
  while (getline(&line, &capacity, file) > 0) {
    free(last);
    last = strdup(line);
  }
  json_t *json = last == NULL ? NULL : json_loads(last, 0, NULL);
  assert_non_null(json);
  free(line);
  free(last);
  fclose(file);
  return json;
}
