/* Uses bindings that were made of "my schema.tl". */
#include <my/my.h>

int main(void) {
  my_ok ok = {0};
  tl_object object = my_ok_object(&ok);
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  int failed = tl_encode(&object, &out, NULL) != TL_OK || out.size != 4;
  tl_buffer_free(&out);
  return failed;
}
