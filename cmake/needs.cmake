# What is needed of others, one row each: how it is looked for, and the Debian package that has it.
#
# tlgen_need(NAME): REQUIRED here. What is missing is collected, and tlgen_needs_met() at the end of the
#   configuration says all of it at once.
# tlgen_want(NAME): used where it is there; NAME_FOUND says whether it is.
set(TLGEN_NEEDS
    "OPENSSL OpenSSL|3.0 libssl-dev"
    "ZLIB ZLIB| zlib1g-dev"
    "THREADS Threads| libc6-dev"
    "PYTHON Python3|COMPONENTS|Interpreter python3"
    "JANSSON pkgconfig:jansson libjansson-dev"
    "SQLITE pkgconfig:sqlite3 libsqlite3-dev"
    "IDN2 pkgconfig:libidn2 libidn2-dev"
    "QRENCODE pkgconfig:libqrencode libqrencode-dev"
    "POSTGRESQL pkgconfig:libpq libpq-dev"
    "HIREDIS pkgconfig:hiredis libhiredis-dev"
    "CMOCKA pkgconfig:cmocka libcmocka-dev"
    "UV pkgconfig:libuv libuv1-dev"
    "GLIB pkgconfig:glib-2.0 libglib2.0-dev"
    "EVENT pkgconfig:libevent_core libevent-dev")

# A macro: what is found must be seen by its caller.
macro(tlgen_want name)
  set(_need ${TLGEN_NEEDS})
  list(FILTER _need INCLUDE REGEX "^${name} ")
  string(REPLACE " " ";" _need "${_need}")
  list(GET _need 1 _how)
  list(GET _need 2 _package)
  if(_how MATCHES "^pkgconfig:(.*)")
    set(_module ${CMAKE_MATCH_1})
    find_package(PkgConfig QUIET)
    if(PKG_CONFIG_FOUND)
      pkg_check_modules(${name} QUIET IMPORTED_TARGET ${_module})
    else()
      set(${name}_FOUND FALSE)
      set(_package pkg-config ${_package})
    endif()
  else()
    string(REPLACE "|" ";" _how "${_how}")
    list(GET _how 0 _module)
    find_package(${_how} QUIET)
    set(${name}_FOUND ${${_module}_FOUND})
  endif()
endmacro()

macro(tlgen_need name)
  tlgen_want(${name})
  if(NOT ${name}_FOUND)
    set_property(GLOBAL APPEND PROPERTY TLGEN_MISSING ${_package})
  endif()
endmacro()

function(tlgen_needs_met)
  get_property(missing GLOBAL PROPERTY TLGEN_MISSING)
  if(missing)
    list(REMOVE_DUPLICATES missing)
    list(JOIN missing " " packages)
    # Indented, so that CMake does not break the line.
    message(FATAL_ERROR "Please install what is missing (the packages' names are Debian's):\n"
                        "  apt-get install ${packages}\n")
  endif()
endfunction()
