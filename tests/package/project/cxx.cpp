// Every header that is installed, in C++, and a function of every library.
#include <mt/mt.h>
#include <mtp/api.h>
#include <mtp/client.h>
#include <mtp/crypto.h>
#include <mtp/error.h>
#include <mtp/files.h>
#include <mtp/proxy.h>
#include <mtp/rng.h>
#include <mtp/session.h>
#include <tg/tg.h>
#include <tgauth/tgauth.h>
#include <tl-parser/tl-parser.h>
#include <tl/arena.h>
#include <tl/base.h>
#include <tl/buffer.h>
#include <tl/codec.h>
#include <tl/errors.h>
#include <tl/json.h>
#include <tl/print.h>
#include <tl/schema.h>
#include <tl/wire.h>

int main() {
  tlp_schema *schema = tlp_schema_new(nullptr);
  tlp_schema_free(schema);
  mtp_options options;
  mtp_options_init(&options);
  tgauth_options auth;
  tgauth_options_init(&auth);
  tl_buffer json;
  tl_buffer_init(&json, nullptr, 0);
  tg_help_getConfig request = {};
  tl_object object = tg_help_getConfig_object(&request);
  mt_ping ping = {};
  tl_object service = mt_ping_object(&ping);
  bool ok = tl_json_write_object(&object, 0, &json, nullptr) == TL_OK && service.schema != nullptr;
  tl_buffer_free(&json);
  return ok && schema ? 0 : 1;
}
