#!/bin/sh
# Every layer that the npm registry still has as data, 167 and up: converted, generated and compiled
# without a warning by every compiler there is, C and C++. Needs the network; fails without it.
#
#     TLGEN=build/tlgen/tlgen LIBTL_INCLUDE=runtime/tl/include layers.sh [VERSION...]
#
# LAYERS_CACHE names a folder that keeps what was fetched.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cache=${LAYERS_CACHE:-$work}
versions=${*:-"167.0.0 179.0.0 181.0.0 185.1.0 189.0.0 204.0.0 216.0.0 218.0.1 220.0.0 221.0.0 223.0.0"}
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Werror"

fail() {
  echo "layers.sh: $*" >&2
  exit 1
}

command -v npm >/dev/null || fail "npm is not installed"

# The unpacked package of a version, in $work/VERSION.
fetch() {
  file=$cache/mtcute-tl-$1.tgz
  [ -e "$file" ] || (cd "$cache" && npm pack --silent "@mtcute/tl@$1" >"$work/npm.log" 2>&1) ||
    fail "npm pack @mtcute/tl@$1: $(cat "$work/npm.log")"
  mkdir "$work/$1"
  tar -xzf "$file" -C "$work/$1" --strip-components=1
}

# All headers and tables of the folder, with every compiler.
compile() {
  for c in gcc clang; do
    command -v $c >/dev/null || continue
    for source in "$1"/src/*.c; do
      $c -std=c11 -O1 $warnings -Wstrict-prototypes -Wmissing-prototypes -I"$1/include" \
        -I"$LIBTL_INCLUDE" -c -o "$work/tables.o" "$source" || fail "$source: $c"
    done
  done
  for c in g++ clang++; do
    command -v $c >/dev/null || continue
    echo '#include <tg/tg.h>' | $c -x c++ -std=c++17 $warnings -I"$1/include" -I"$LIBTL_INCLUDE" \
      -fsyntax-only - || fail "$1: $c"
  done
}

generate() { # NAME API-SCHEMA ERRORS... METHODS
  "$TLGEN" generate --quiet --strict --schema "$2" --errors "$3" "$root/schema/errors-extra.tsv" \
    --methods "$4" --doc-url https://core.telegram.org --out "$work/out/$1" || fail "$1: generate"
  compile "$work/out/$1"
}

# The facts of layers 218 to 223 contradict themselves, and are not taken: these have some to believe.
facts=216.0.0
for version in $versions; do
  [ -d "$work/$version" ] || fetch "$version"
  mkdir "$work/$version/schema"
  [ -d "$work/$facts" ] || fetch $facts
  "$TLGEN" convert --package "$work/$version" --facts "$work/$facts" --mtproto-extra "$root/schema/mtproto-extra.tl" \
    --out "$work/$version/schema" >"$work/convert.log" 2>&1 ||
    fail "$version: convert: $(cat "$work/convert.log")"
  generate "$version" "$work/$version/schema/api.tl" "$work/$version/schema/errors.tsv" \
    "$work/$version/schema/methods.tsv"
  layer=$(sed -n 's/^enum { TG_LAYER = \([0-9]*\) };/\1/p' "$work/out/$version/include/tg/schema.h")
  [ "$layer" = "${version%%.*}" ] || fail "$version: says that it is of layer $layer"
  echo "layer $layer: generated and compiled"
done
generate current "$root/schema/api.tl" "$root/schema/errors.tsv" "$root/schema/methods.tsv"
echo "the layer in schema/: generated and compiled"
