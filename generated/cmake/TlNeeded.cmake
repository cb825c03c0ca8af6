# What C sources take of a schema's bindings, so that TL_ONLY need not list what the libraries call.

# _tlgen_names(OUT schema): every constructor and method of a schema, as its text has them.
function(_tlgen_names out schema)
  file(STRINGS ${schema} lines REGEX "^[a-z][A-Za-z0-9_.]*#[0-9a-f]+ ")
  list(TRANSFORM lines REPLACE "#.*$" "")
  set(${out} "${lines}" PARENT_SCOPE)
endfunction()

# tlgen_needed(OUT SCHEMA schema PREFIX prefix FOLDERS folder...): the names of the schema that sources
# and headers below the folders use: tg_auth_sendCode is auth.sendCode, and so are tg_auth_sendCode_call,
# TG_ID_auth_sendCode and the like.
function(tlgen_needed out)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SCHEMA;PREFIX" "FOLDERS")
  string(TOUPPER ${arg_PREFIX} upper)
  set(used)
  foreach(folder IN LISTS arg_FOLDERS)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.c ${folder}/*.h)
    foreach(source IN LISTS sources)
      file(READ ${source} text)
      string(REGEX MATCHALL "(${arg_PREFIX}|${upper})_[A-Za-z0-9_]+" words "${text}")
      list(APPEND used ${words})
    endforeach()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${sources})
  endforeach()
  list(REMOVE_DUPLICATES used)
  list(TRANSFORM used REPLACE "^(${arg_PREFIX}|${upper})_(ID_)?" "")
  list(TRANSFORM used REPLACE "_(call|result|error|err|box|object)$" "")
  list(REMOVE_DUPLICATES used)
  _tlgen_names(names ${arg_SCHEMA})
  set(needed)
  foreach(name IN LISTS names)
    string(REPLACE "." "_" word ${name})
    if(word IN_LIST used)
      list(APPEND needed ${name})
    endif()
  endforeach()
  set(${out} "${needed}" PARENT_SCOPE)
endfunction()
