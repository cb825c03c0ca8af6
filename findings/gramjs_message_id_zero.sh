#!/bin/sh
# telegram (GramJS) 2.26.22: a message whose id is 0 cannot be read.
#
# messageEmpty#90a6ca84 flags:# id:int peer_id:flags.0?Peer allows any int, and 0 is what a server may give for a message that
# does not exist. GramJS encodes such an object and cannot decode what it encoded: its class of messages takes 0 for "no id was given" and
# raises, so everything that holds the message (a list of messages, an update) is lost with it. The same with id 1 works.
# Seen: id 1: read; id 0: id is a required attribute for Message
set -eu
exec "$(dirname "$0")/run_in_npm" telegram@2.26.22 <<'SCRIPT'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { BinaryReader } = require("telegram/extensions");

function read(id) {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32LE(0x90a6ca84, 0); // messageEmpty, no flags
  bytes.writeInt32LE(id, 8);
  try {
    const object = new BinaryReader(bytes).tgReadObject();
    return object.className === "MessageEmpty" && object.id === id ? "read" : "something else";
  } catch (error) {
    return error.message;
  }
}
const one = read(1), zero = read(0);
console.log(`id 1: ${one}\nid 0: ${zero}`);
process.exit(one === "read" && zero === "id is a required attribute for Message" ? 0 : 1);
SCRIPT
