#!/bin/sh
# rpc_test.sh SERVER CLIENT: the one answers what the other asks.
set -eu
said=$(mktemp)
"$1" 0 >"$said" &
server=$!
trap 'kill $server; rm -f "$said"' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10; do
  [ -s "$said" ] && break
  sleep 1
done
"$2" "$(cat "$said")" | tee /dev/stderr | grep -q 'block 9: 1002 bytes'
