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

json_t *temp_last_line(const char *name) {
  char *line = NULL, *last = NULL;
  size_t capacity = 0;
  snprintf(path, sizeof path, "%s/%s", dir, name);
  FILE *file = fopen(path, "r");
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
