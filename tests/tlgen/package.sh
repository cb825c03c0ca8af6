#!/bin/sh
# Another project that makes bindings of a schema of its own with tlgen_generate(): from an installed
# tlgen by find_package, and from a checkout by add_subdirectory.
#
#     BUILD=build package.sh     (BUILD is a build tree of this project)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/project"
cp "$here/schemas/client.tl" "$work/project/my schema.tl"
cat >"$work/project/main.c" <<'C'
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
C
cat >"$work/project/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.20)
project(other LANGUAGES C)
enable_testing()
if(TLGEN_CHECKOUT)
  set(TLGEN_TESTS OFF)
  add_subdirectory(${TLGEN_CHECKOUT} tlgen EXCLUDE_FROM_ALL)
  include(${TLGEN_CHECKOUT}/generated/cmake/TlGenerate.cmake)
else()
  find_package(tlgen REQUIRED)
endif()
tlgen_generate(TARGET bindings PREFIX my SCHEMA "my schema.tl" ONLY ok getState)
add_executable(main main.c)
target_link_libraries(main PRIVATE bindings)
add_test(NAME main COMMAND main)
CMAKE

check() { # NAME CMAKE-OPTION
  cmake -S "$work/project" -B "$work/$1" "$2" >"$work/log" 2>&1 &&
    cmake --build "$work/$1" --target main >>"$work/log" 2>&1 &&
    "$work/$1/main" || {
    cat "$work/log" >&2
    echo "package.sh: $1" >&2
    exit 1
  }
}

cmake --install "$BUILD" --component tlgen --prefix "$work/prefix" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}
check installed "-DCMAKE_PREFIX_PATH=$work/prefix"
check checkout "-DTLGEN_CHECKOUT=$root"
