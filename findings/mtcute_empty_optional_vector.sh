#!/bin/sh
# @mtcute/core 0.30.3: an optional vector that is given and empty is not sent; there is no way to send one.
#
# entities:flags.3?Vector<MessageEntity> of messages.editMessage can be absent or present with no elements: other bytes, and
# by TL two values. mtcute's encoder gives the same bytes for both, with the flag not set. An empty optional string is sent as present.
# GramJS and Telethon send the empty vector.
# Seen: editMessage with entities [] and without: the same bytes; updateProfile with firstName "": flag 0 is set
set -eu
exec "$(dirname "$0")/run_in_npm" @mtcute/core@0.30.3 <<'SCRIPT'
import path from "node:path";
import { pathToFileURL } from "node:url";
const load = (file) => import(pathToFileURL(path.resolve("node_modules", file)));
const { TlBinaryWriter } = await load("@mtcute/tl-runtime/index.js");
const { __tlWriterMap: writers } = await load("@mtcute/core/tl/binary/writer.js");

const hex = (object) => Buffer.from(TlBinaryWriter.serializeObject(writers, object)).toString("hex");
const edit = { _: "messages.editMessage", peer: { _: "inputPeerSelf" }, id: 1, message: "x" };
const same = hex({ ...edit, entities: [] }) === hex(edit);
const flag = hex({ _: "account.updateProfile", firstName: "" }).slice(8, 16) === "01000000";
console.log(`entities [] and none: ${same ? "the same bytes" : "other bytes"}; firstName "": ${flag ? "present" : "absent"}`);
process.exit(same && flag ? 0 : 1);
SCRIPT
