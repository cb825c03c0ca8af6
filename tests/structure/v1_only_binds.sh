#!/bin/sh
# proves EN-14
# The key derivation of MTProto 1.0 is called by the bind message, sealed and opened, and by nothing else.
set -eu
users=$(cd "$1" && grep -rl 'mtp_message_keys_v1' runtime auth tools tests/dc/src | grep -v 'crypto/auth_key\.[ch]$' | sort | tr '\n' ' ')
[ "$users" = 'runtime/mtp/src/crypto/bind.c tests/dc/src/crypto/bind_open.c ' ] || {
  echo "mtp_message_keys_v1 is used by: $users" >&2
  exit 1
}
