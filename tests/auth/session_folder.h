/* A folder for a session file, made for a group of tests and removed after it. */
#ifndef TESTS_AUTH_SESSION_FOLDER_H
#define TESTS_AUTH_SESSION_FOLDER_H

extern char session_folder[64], session_path[128];

int make_session_folder(void **state);
/* Fails when anything but the session's own files is left in it. */
int remove_session_folder(void **state);

#endif
