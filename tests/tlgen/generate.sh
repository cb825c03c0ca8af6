#!/bin/sh
# What `tlgen generate` writes, as files: one case per run.
#
#     TLGEN=build/tlgen/tlgen LIBTL_INCLUDE=runtime/tl/include generate.sh CASE
#
# Works in a temporary folder of its own. A case fails by `fail` or by a command that fails.
set -eu
case=$1
here=$(cd "$(dirname "$0")" && pwd)
schemas=$here/schemas
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
  echo "generate.sh: $case: $*" >&2
  exit 1
}

# The library of the golden files, into the folder $1.
library() {
  out=$1
  shift
  "$TLGEN" generate --schema "$schemas/library.tl" --errors "$schemas/library-errors.tsv" \
    --methods "$schemas/library-methods.tsv" --prefix lib --doc-url https://example.org/tl \
    --out "$out" "$@"
}

# Telegram's API, into the folder $1.
api() {
  out=$1
  shift
  "$TLGEN" generate --quiet --schema "$root/schema/api.tl" --errors "$root/schema/errors.tsv" \
    "$root/schema/errors-extra.tsv" --methods "$root/schema/methods.tsv" "$root/schema/methods-extra.tsv" \
    --doc-url https://core.telegram.org --out "$out" "$@"
}

# Runs tlgen with the arguments, wants the exit status $1, and the text $2 in what it prints.
refuses() {
  status=$1
  text=$2
  shift 2
  got=0
  "$TLGEN" generate "$@" >said 2>&1 || got=$?
  [ $got -eq "$status" ] || fail "exit status $got, not $status, for: $*: $(cat said)"
  grep -qF -- "$text" said || fail "nothing about \"$text\" for: $*: $(cat said)"
}

warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Werror"

# Every compiler there is, one a line; at least one for C and one for C++.
compilers() {
  for c in gcc clang cc; do
    command -v $c >/dev/null && echo "$c -x c -std=c11"
  done
  for c in g++ clang++ c++; do
    command -v $c >/dev/null && echo "$c -x c++ -std=c++17"
  done
}

# Compiles each header below $1/include alone, with every compiler.
compile_headers() {
  compilers >compilers
  grep -q "x c " compilers || fail "no compiler for C"
  grep -q "x c++" compilers || fail "no compiler for C++"
  for header in "$1"/include/*/*.h; do
    include=${header#"$1"/include/}
    while read -r compiler; do
      printf '#include <%s>\ntypedef int not_empty;\n' "$include" | $compiler $warnings -I"$1/include" -I"$LIBTL_INCLUDE" \
        -fsyntax-only - || fail "$include alone: $compiler"
    done <compilers
  done
}

# Compiles the tables below $1/src as C.
compile_tables() {
  for source in "$1"/src/*.c; do
    cc -std=c11 -O1 $warnings -Wstrict-prototypes -Wmissing-prototypes -I"$1/include" \
      -I"$LIBTL_INCLUDE" -c -o tables.o "$source" || fail "$source"
  done
}

case $case in
golden)
  # To renew: generate as `library` does into tests/tlgen/golden, and read the diff.
  library "$here/golden" --check || fail "not as in tests/tlgen/golden"
  ;;
deterministic)
  api one
  api two
  diff -r one two || fail "two runs differ"
  mkdir elsewhere && cp "$root"/schema/*.t* elsewhere
  "$TLGEN" generate --quiet --schema elsewhere/api.tl --errors elsewhere/errors.tsv \
    elsewhere/errors-extra.tsv --methods elsewhere/methods.tsv elsewhere/methods-extra.tsv \
    --doc-url https://core.telegram.org --out three
  diff -r one three || fail "where the schema lies makes a difference"
  if grep -rlE '/tmp/|/home/|20[2-9][0-9]-[01][0-9]-' one; then fail "a path or a date"; fi
  ;;
unchanged)
  library out
  find out -type f -exec touch -d '2001-02-03 04:05:06' {} +
  library out
  [ -z "$(find out -newermt 2001-02-04 -type f)" ] || fail "a file was written again"
  echo "// nothing new" >>out/include/lib/user.h
  touch -d '2001-02-03 04:05:06' out/include/lib/user.h
  library out
  [ "$(find out -newermt 2001-02-04 -type f)" = out/include/lib/user.h ] ||
    fail "something else than the changed file was written"
  ;;
check)
  library out --check >said && fail "an empty folder is not up to date"
  grep -q "include/lib/core.h is not up to date" said || fail "does not name what is missing"
  [ ! -e out ] || fail "--check wrote something"
  library out
  library out --check || fail "not up to date right after a run"
  echo >>out/src/lib_schema.c
  library out --check >said && fail "a changed file is not up to date"
  [ "$(cat said)" = "src/lib_schema.c is not up to date" ] || fail "named: $(cat said)"
  ;;
leftovers)
  library out
  cp out/include/lib/user.h out/include/lib/gone.h
  echo "/* mine */" >out/include/lib/mine.h
  library out --check >said && fail "a header of an earlier run is not up to date"
  grep -q "include/lib/gone.h is left" said || fail "does not name what is left"
  library out
  [ ! -e out/include/lib/gone.h ] || fail "a header of an earlier run stays"
  [ -e out/include/lib/mine.h ] || fail "a file of somebody else is gone"
  ;;
depfile)
  library out --depfile lib.d
  grep -q '^out/src/lib_schema.c:' lib.d || fail "no target"
  for file in library.tl library-errors.tsv library-methods.tsv; do
    grep -q "$schemas/$file" lib.d || fail "$file is missing"
  done
  ;;
headers_alone)
  library out
  compile_headers out
  compile_tables out
  ;;
api_headers_alone)
  api out
  compile_headers out
  compile_tables out
  ;;
only)
  api out --only 'auth.sendCode,help.getConf*'
  [ -e out/include/tg/auth.h ] && [ -e out/include/tg/help.h ] || fail "headers are missing"
  [ ! -e out/include/tg/messages.h ] || fail "messages.* is not needed"
  grep -q 'struct tg_auth_sentCode {' out/include/tg/auth.h || fail "the result is missing"
  grep -q 'struct tg_codeSettings {' out/include/tg/core.h || fail "an argument is missing"
  if grep -q 'tg_auth_signIn' out/include/tg/auth.h; then fail "auth.signIn is not needed"; fi
  grep -q 'TG_ERR_PHONE_NUMBER_INVALID' out/include/tg/errors.h || fail "an error is missing"
  grep -q 'TG_ERR_FLOOD_WAIT_X' out/include/tg/errors.h || fail "an error of all is missing"
  grep -q 'TG_ERR_RECAPTCHA_CHECK_X' out/include/tg/errors.h || fail "an error with text is missing"
  if grep -q 'TG_ERR_WALLPAPER_INVALID' out/include/tg/errors.h; then fail "an error too many"; fi
  compile_headers out
  compile_tables out
  [ "$(wc -c <tables.o)" -lt 65536 ] || fail "the tables of two methods take $(wc -c <tables.o) bytes"
  refuses 1 "nothing in the schema is called so" --quiet --schema "$root/schema/api.tl" \
    --only 'auth.sendCode,no.suchThing' --out none
  [ ! -e none ] || fail "wrote in spite of the mistake"
  ;;
only_types)
  library out --only Book
  grep -q 'typedef struct lib_Book {' out/include/lib/types.h || fail "the type is missing"
  if grep -q 'lib_shelf' out/include/lib/types.h; then fail "Shelf is not needed"; fi
  library out --only bookEmpty
  grep -q 'lib_book_box' out/include/lib/core.h || fail "one constructor changes the type"
  ;;
collisions)
  "$TLGEN" generate --schema "$schemas/clashes.tl" --prefix c --out out 2>said
  for name in foo_bar_ schema_ layer_ errors_ vector_Foo_ foo_bar_box_ foo_bar_object_ \
    getFoo_call_ getFoo_error_ getFoo_err_; do
    grep -q "is called c_$name in C" said || fail "no word about $name"
    grep -rqE "struct c_$name \{" out/include || fail "c_$name is missing"
  done
  grep -q 'clashes.tl:[0-9]*:[0-9]*: warning' said || fail "no place"
  for header in c/foo.h c/types_.h c/core_.h c/schema_.h c/errors_.h; do
    [ -e "out/include/$header" ] || fail "$header is missing"
  done
  compile_headers out
  compile_tables out
  refuses 1 "nothing is written" --schema "$schemas/clashes.tl" --strict --out strict
  [ ! -e strict ] || fail "--strict wrote something"
  "$TLGEN" generate --quiet --schema "$schemas/clashes.tl" --prefix foo --out own 2>/dev/null
  [ -e own/include/foo/foo_.h ] || fail "a namespace like the prefix takes the umbrella's name"
  ;;
keywords)
  "$TLGEN" generate --schema "$schemas/clashes.tl" --prefix c --out out 2>/dev/null
  for member in default_ delete_ class_ unix_ errno_ stdin_ NULL_ bool_ alignof_ requires_ and_ \
    signed_ default__ has_x has_x_; do
    grep -qE " $member;" out/include/c/core.h || fail "no member $member"
  done
  compile_headers out
  ;;
others)
  for name in node client; do
    "$TLGEN" generate --strict --schema "$schemas/$name.tl" --prefix $name --out $name ||
      fail "$name.tl"
    compile_headers $name
    compile_tables $name
  done
  ;;
generic)
  "$TLGEN" generate --schema "$schemas/generic.tl" --prefix g --out out 2>said ||
    fail "what cannot be generated is no failure"
  for name in useEndless tooMany getMaybe; do
    grep -qE "generic.tl:[0-9]+:[0-9]+: warning: .$name. is left out: " said ||
      fail "no warning about $name"
    if grep -rq "g_$name" out; then fail "$name is there all the same"; fi
  done
  [ "$(grep -c warning: said)" -eq 3 ] || fail "other warnings: $(cat said)"
  for name in pair_string_int maybe_just_User either_right_int_Vector_string dictionary_int \
    wrapped_Vector_Wrapped_int groups_items tuple_int needsNeedsTuple matrix getTuple; do
    grep -q "struct g_$name {" out/include/g/*.h || fail "g_$name is missing"
  done
  compile_headers out
  compile_tables out
  ;;
keep_words)
  "$TLGEN" generate --quiet --schema "$schemas/node.tl" --prefix n --out without
  "$TLGEN" generate --quiet --keep-words --schema "$schemas/node.tl" --prefix n --out with
  [ "$(grep -c 'uint32_t mode; /. bits that no field' without/include/n/chain.h)" -eq 2 ] ||
    fail "bits that no field stands for are not kept"
  [ "$(grep -c 'uint32_t mode;$' with/include/n/chain.h)" -eq 3 ] || fail "a word is not stored"
  compile_headers with
  compile_tables with
  ;;
documentation)
  library out
  header=out/include/lib/core.h
  for text in 'https://example.org/tl/constructor/book' 'https://example.org/tl/method/getShelf' \
    ' * pages, weight: all there or none (flags.1).' ' * Errors: 400 BOOK_UNKNOWN.' \
    ' * For users and bots.' ' * Works before signing in.'; do
    grep -qF "$text" $header || fail "missing: $text"
  done
  grep -qF 'https://example.org/tl/type/user.Reader' out/include/lib/types.h || fail "no type link"
  grep -qF 'user.Reader, returned by user.find: ' out/include/lib/types.h || fail "no functions of the type"
  awk 'length > 100 && /^ \*/ { print FILENAME ": " $0; bad = 1 } END { exit bad }' \
    out/include/lib/*.h || fail "a comment is too wide"
  api tg
  awk 'length > 100 && /^ ?[\/*]/ && !/https:/ { print FILENAME ": " $0; bad = 1 } END { exit bad }' \
    tg/include/tg/*.h || fail "a comment is too wide"
  ;;
errors)
  library out
  header=all.h
  cat out/include/lib/errors.h out/include/lib/user.h >$header
  for text in 'LIB_ERR_UNKNOWN = 0' 'LIB_ERR_2_MANY_BOOKS, /* 400 */' 'LIB_ERR_NEVER_LISTED, /* 400 */' \
    'LIB_ERR_WAIT_X, /* 420, from any method */' 'LIB_user_lend_LENT_ALREADY = LIB_ERR_LENT_ALREADY,' \
    'LIB_user_forget_ERR_OTHER = 0,' 'LIB_ERR_LENT_ALREADY, /* 403/401 */' 'LIB_ERR_ASK_X, /* 403 */'; do
    grep -qF "$text" $header || fail "missing: $text"
  done
  printf '# code\tname\n303\tLENT_ALREADY\n' >later.tsv
  "$TLGEN" generate --schema "$schemas/library.tl" --errors "$schemas/library-errors.tsv" later.tsv \
    --prefix lib --out later
  grep -qF 'LIB_ERR_LENT_ALREADY, /* 303/403/401 */' later/include/lib/errors.h ||
    fail "a later table does not correct the code"
  if grep -q 'LIB_user_lend_WAIT_X' $header; then fail "an error of all methods is listed for one"; fi
  ;;
facts)
  printf 'name\tcode\nA\t400\n' >no-header.tsv
  refuses 1 "no-header.tsv:1: no line above names a column" --schema "$schemas/library.tl" \
    --errors no-header.tsv --out out
  printf '# code\tname\n4oo\tA\n' >code.tsv
  refuses 1 "code.tsv:2: not an error" --schema "$schemas/library.tl" --errors code.tsv --out out
  printf '# code\tname\n400\tA_%%d_%%d\n' >template.tsv
  refuses 1 "template.tsv:2: not an error" --schema "$schemas/library.tl" --errors template.tsv \
    --out out
  for name in 'A_%%s_B' 'A%%s' '%%s' 'A_%%d_%%s' 'A_%%x'; do
    printf "# code\tname\n400\t$name\n" >template.tsv
    refuses 1 "template.tsv:2: not an error" --schema "$schemas/library.tl" --errors template.tsv \
      --out out
  done
  printf '# code\tname\n400\tA"B\n' >quote.tsv
  refuses 1 "quote.tsv:2: not an error" --schema "$schemas/library.tl" --errors quote.tsv --out out
  refuses 1 "absent.tsv" --schema "$schemas/library.tl" --errors absent.tsv --out out
  printf '# code\tname\n400\tA\0B\n' >nul.tsv
  refuses 1 "a NUL byte" --schema "$schemas/library.tl" --errors nul.tsv --out out
  [ ! -e out ] || fail "wrote in spite of the mistakes"
  ;;
arguments)
  refuses 2 "--schema is missing" --out out
  refuses 2 "--out is missing" --schema "$schemas/library.tl"
  refuses 2 "no such option" --schema "$schemas/library.tl" --out out --colour
  refuses 2 "did you mean --legacy" --schema "$schemas/library.tl" --out out --leagcy x
  refuses 2 "--out needs a value" --schema "$schemas/library.tl" --out
  refuses 2 "--out is given twice" --schema "$schemas/library.tl" --out a --out b
  refuses 2 "--check takes no value" --schema "$schemas/library.tl" --out out --check=yes
  refuses 2 "--prefix" --schema "$schemas/library.tl" --out out --prefix Tg
  refuses 2 "--prefix" --schema "$schemas/library.tl" --out out --prefix int
  refuses 2 "--prefix" --schema "$schemas/library.tl" --out out --prefix 'a b'
  refuses 1 "absent.tl" --schema absent.tl --out out
  echo 'a b:NoSuch = A;' >wrong.tl
  refuses 1 "wrong.tl:1:5: error" --schema wrong.tl --out out
  : >empty.tl
  refuses 1 "no definition" --schema empty.tl --out out
  : >file
  refuses 1 "file" --quiet --schema "$schemas/library.tl" --out file
  [ ! -e out ] || fail "wrote in spite of the mistakes"
  "$TLGEN" generate --help | grep -q '^usage: tlgen generate' || fail "no help"
  ;;
limits)
  awk 'BEGIN { for (i = 0; i < 66000; i++) print "a" i " = A;" }' >defs.tl
  refuses 1 "the tables have room for 65534" --quiet --schema defs.tl --out out
  awk 'BEGIN { for (i = 0; i < 700; i++) { printf "a" i; for (k = 0; k < 100; k++) printf " f" k ":int";
    print " = A" i ";" } }' >fields.tl
  refuses 1 "70000 fields" --quiet --schema fields.tl --out out
  awk 'BEGIN { printf "a"; for (k = 0; k < 1500; k++) printf " f" k ":int"; print " = A; b = B;" }' >wide.tl
  refuses 0 "more than 1,000 fields" --schema wide.tl --out wide
  awk 'BEGIN { printf "a"; for (k = 0; k < 8; k++) printf " w" k ":# f" k ":w" k ".0?int"; print " = A; b = B;" }' \
    >words.tl
  refuses 0 "more than 7 # words" --schema words.tl --out words
  awk 'BEGIN { for (i = 0; i < 600; i++) { printf "a" i; for (k = 0; k < 100; k++)
    printf " a_rather_long_name_for_a_field_%d_%d:int", i, k % 100; print " = A" i ";" } }' >names.tl
  refuses 1 "names of the fields" --quiet --schema names.tl --out out
  [ ! -e out ] || fail "wrote in spite of the mistakes"
  ;;
*) fail "no such case" ;;
esac
