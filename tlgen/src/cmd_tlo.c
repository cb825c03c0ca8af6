#include "commands.h"
int cmd_tlo(int argc, char **argv) {
  (void)argc;
  (void)argv;
  return 0;
}
