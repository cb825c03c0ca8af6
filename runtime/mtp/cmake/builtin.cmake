# Writes the C source of what libmtp knows from the start: Telegram's public keys and the addresses of
# its data centres.
#   cmake -DDC=dc.tsv -DPRODUCTION="a.pem;b.pem" -DTEST="c.pem" -DOUT=builtin.c -P builtin.cmake
# dc.tsv: `production` or `test`, number, address, port, and flags such as ipv6,media, by tabs.

set(text "/* Made by builtin.cmake from schema/. Do not edit. */
#include <mtp/session.h>

#include \"client/builtin.h\"
")

file(STRINGS ${DC} rows)
foreach(kind production test)
  string(APPEND text "\nstatic const mtp_dc_option ${kind}_dcs[] = {\n")
  foreach(row IN LISTS rows)
    if(row MATCHES "^${kind}\t([0-9]+)\t([0-9a-fA-F.:]+)\t([0-9]+)\t?([a-z0-9_,]*)")
      set(dc ${CMAKE_MATCH_1})
      set(host ${CMAKE_MATCH_2})
      set(port ${CMAKE_MATCH_3})
      set(names "${CMAKE_MATCH_4}")
      set(flags 0)
      string(REPLACE "," ";" names "${names}")
      foreach(name IN LISTS names)
        string(REGEX REPLACE "_only$" "" name ${name})
        string(TOUPPER ${name} name)
        string(APPEND flags " | MTP_DC_${name}")
      endforeach()
      string(APPEND text "    {.dc = ${dc}, .port = ${port}, .flags = ${flags}, .host = \"${host}\"},\n")
    endif()
  endforeach()
  string(APPEND text "};\n")
endforeach()

foreach(kind PRODUCTION TEST)
  string(TOLOWER ${kind} lower)
  string(APPEND text "\nstatic const char *const ${lower}_keys[] = {\n")
  foreach(file IN LISTS ${kind})
    file(STRINGS ${file} lines)
    foreach(line IN LISTS lines)
      if(line MATCHES "^#" OR line STREQUAL "")
        continue()
      endif()
      string(APPEND text "    \"${line}\\n\"\n")
    endforeach()
    string(APPEND text "    ,\n")
  endforeach()
  string(APPEND text "};\n")
endforeach()

string(APPEND text "
const mtp_dc_option *mtp_builtin_dcs(bool test, size_t *count) {
  *count = test ? sizeof test_dcs / sizeof *test_dcs
                : sizeof production_dcs / sizeof *production_dcs;
  return test ? test_dcs : production_dcs;
}

const char *const *mtp_builtin_keys(bool test, size_t *count) {
  *count = test ? sizeof test_keys / sizeof *test_keys
                : sizeof production_keys / sizeof *production_keys;
  return test ? test_keys : production_keys;
}
")
file(WRITE ${OUT} "${text}")
