/* Parts of files on their way back. */
#include "ask.h"
#include "state.h"

enum { SIZE = 64 << 10 };

static int set_up(void **state) {
  *state = raw_new(fixture_dc(NULL, 1), 2);
  raw_sign_in(*state, "15550001111", "12345");
  return 0;
}

/* A file of zeros, which would take no room packed. */
static void add_file(tgdc *dc, int64_t id) {
  dc_file *file = calloc(1, sizeof *file);
  assert_non_null(file);
  file->id = id;
  file->dc = 2;
  tl_buffer_init(&file->data, NULL, 0);
  uint8_t *zeros = tl_buffer_extend(&file->data, SIZE);
  assert_non_null(zeros);
  memset(zeros, 0, SIZE);
  file->next = dc->files;
  dc->files = file;
}

static bool came_packed(const raw_client *client) {
  bool packed = false;
  for (size_t i = 0; i < client->n_in; i++)
    packed = packed || client->in[i].packed;
  return packed;
}

/* proves MS-5 */
static void parts_of_files_are_not_packed(void **state) {
  raw_client *client = *state;
  add_file(client->dc, 77);
  raw_forget(client);
  expect(client, "upload.file",
         "{'_':'upload.getFile','location':{'_':'inputDocumentFileLocation','id':'77',"
         "'access_hash':'0','file_reference':'','thumb_size':''},'offset':'0','limit':%d}",
         SIZE);
  assert_false(came_packed(client));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, raw_tear_down)
  const struct CMUnitTest tests[] = {
      TEST(parts_of_files_are_not_packed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
