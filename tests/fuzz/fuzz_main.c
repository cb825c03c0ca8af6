/* Runs a fuzz target without libFuzzer: over the files given, or, without any, over mutations of
 * its examples, the same ones every time. FUZZ_RUNS in the environment says how many. With
 * --corpus FOLDER it runs over all files there first, if there is such a folder. With --examples
 * FOLDER it writes some of the examples there: what libFuzzer can start from. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { DEFAULT_RUNS = 30000, EXAMPLES = 200, ROOM = 1 << 16 };

static uint64_t next_random(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

/* One change: a flipped bit, another byte, a telling number, a piece cut out or doubled. */
static size_t mutate(uint64_t *state, uint8_t *data, size_t size) {
  static const uint32_t telling[] = {0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfe, 0x1cb5c415};
  if (size < 8)
    return size;
  size_t at = (size_t)(next_random(state) % (size - 4)), n = (size_t)(next_random(state) % 16);
  uint32_t word = telling[next_random(state) % (sizeof telling / sizeof *telling)];
  switch (next_random(state) % 6) {
  case 0:
    data[at] ^= (uint8_t)(1 << n % 8);
    return size;
  case 1:
    data[at] = (uint8_t)next_random(state);
    return size;
  case 2:
    memcpy(data + at / 4 * 4, &word, sizeof word);
    return size;
  case 3:
    return at;
  case 4:
    n = n < size - at ? n : size - at;
    memmove(data + at, data + at + n, size - at - n);
    return size - n;
  default:
    n = size + n <= ROOM ? n : 0;
    memmove(data + at + n, data + at, size - at);
    return size + n;
  }
}

/* In a block of exactly its size, so that a sanitizer sees every byte read too much. */
static void run(const uint8_t *data, size_t size) {
  uint8_t *copy = malloc(size ? size : 1);
  if (!copy)
    exit(2);
  memcpy(copy, data, size);
  LLVMFuzzerTestOneInput(copy, size);
  free(copy);
}

static int run_file(const char *path) {
  static uint8_t data[1 << 20];
  FILE *file = fopen(path, "rb");
  if (!file) {
    perror(path);
    return 1;
  }
  size_t size = fread(data, 1, sizeof data, file);
  fclose(file);
  run(data, size);
  return 0;
}

static int write_examples(const char *folder) {
  static uint8_t data[ROOM];
  uint64_t state = 1;
  for (int i = 0; i < EXAMPLES; i++) {
    char path[512];
    size_t size = fuzz_example(next_random(&state), data, ROOM);
    snprintf(path, sizeof path, "%s/%d", folder, i);
    FILE *file = fopen(path, "wb");
    bool ok = file && fwrite(data, 1, size, file) == size;
    if (!file || fclose(file) != 0 || !ok) {
      perror(path);
      return 1;
    }
  }
  return 0;
}

static int run_mutations(void) {
  static uint8_t data[ROOM + 16];
  const char *wanted = getenv("FUZZ_RUNS");
  unsigned long runs = wanted ? strtoul(wanted, NULL, 10) : DEFAULT_RUNS;
  uint64_t state = 1;
  for (unsigned long i = 0; i < runs; i++) {
    size_t size = fuzz_example(next_random(&state), data, ROOM);
    for (uint64_t changes = next_random(&state) % 6; changes; changes--)
      size = mutate(&state, data, size);
    run(data, size);
  }
  printf("%lu inputs\n", runs);
  return 0;
}

static int run_corpus(const char *folder) {
  DIR *dir = opendir(folder);
  const struct dirent *entry;
  int failed = 0, n = 0;
  while (dir && (entry = readdir(dir))) {
    char path[1024];
    if (entry->d_name[0] == '.')
      continue;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    failed |= run_file(path);
    n++;
  }
  if (dir)
    closedir(dir);
  printf("%d files\n", n);
  return failed;
}

int main(int argc, char **argv) {
  int failed = 0;
  if (argc == 3 && strcmp(argv[1], "--examples") == 0)
    return write_examples(argv[2]);
  if (argc == 3 && strcmp(argv[1], "--corpus") == 0)
    return run_corpus(argv[2]) || run_mutations();
  for (int i = 1; i < argc; i++)
    failed |= run_file(argv[i]);
  return argc > 1 ? failed : run_mutations();
}
