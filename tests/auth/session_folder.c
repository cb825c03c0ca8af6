#include "session_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char session_folder[64], session_path[128];

int make_session_folder(void **state) {
  (void)state;
  strcpy(session_folder, "/tmp/tgauth-store-XXXXXX");
  if (!mkdtemp(session_folder))
    return -1;
  snprintf(session_path, sizeof session_path, "%s/user.session", session_folder);
  return 0;
}

int remove_session_folder(void **state) {
  (void)state;
  static const char *const suffixes[] = {"", ".lock", ".tmp"};
  for (size_t i = 0; i < 3; i++) {
    char name[160];
    snprintf(name, sizeof name, "%s%s", session_path, suffixes[i]);
    unlink(name);
  }
  return rmdir(session_folder);
}
