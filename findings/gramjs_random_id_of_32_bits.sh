#!/bin/sh
# telegram (GramJS) 2.26.22 and teleproto 1.229.0: a random_id that is left out is filled with 64 random bits, whatever its type.
#
# Most methods have random_id:long, but messages.requestEncryption and phone.createGroupCall have random_id:int. Left out there, as
# both libraries invite one to do, the request cannot be encoded: the number does not fit and RangeError is raised when it is sent. Given
# by hand it works. With messages.sendMessage, whose field is a long, leaving it out works.
# Seen, for both: sendMessage without: encoded; createGroupCall with: encoded; createGroupCall without: ERR_OUT_OF_RANGE
# (of a thousand tries all but some fail: about one number in four thousand million fits).
set -eu
exec "$(dirname "$0")/run_in_npm" telegram@2.26.22 teleproto@1.229.0 <<'SCRIPT'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
let right = true;

function tried(request) {
  try {
    request().getBytes();
    return "encoded";
  } catch (error) {
    return error.code ?? error.message;
  }
}
for (const library of ["telegram", "teleproto"]) {
  const { Api } = require(library);
  const peer = new Api.InputPeerSelf();
  const long = tried(() => new Api.messages.SendMessage({ peer, message: "x" }));
  const given = tried(() => new Api.phone.CreateGroupCall({ peer, randomId: 5 }));
  const left = tried(() => new Api.phone.CreateGroupCall({ peer }));
  console.log(`${library}: sendMessage without: ${long}; createGroupCall with: ${given}; createGroupCall without: ${left}`);
  right &&= long === "encoded" && given === "encoded" && left === "ERR_OUT_OF_RANGE";
}
process.exit(right ? 0 : 1);
SCRIPT
