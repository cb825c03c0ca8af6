#!/bin/sh
# @mtproto/core 6.3.0 (npm) wraps every call in invokeWithLayer and initConnection, not only the first one of a connection.
#
# core.telegram.org/api/invoking asks for initConnection once, after the key is there and when something in it has changed. This library sends it
# with each call: 44 bytes more each time with the short names below, more with its own. The script makes three calls on its RPC object, with a transport and a store of its own
# in place of sockets and files, and looks at what would be encrypted.
# Seen: 3 of 3 calls begin with da9b0d0d c1cd5ea9, and take 48 bytes where help.getConfig alone takes 4
set -eu
exec "$(dirname "$0")/run_in_npm" @mtproto/core@6.3.0 <<'SCRIPT'
import { createRequire } from "node:module";
import { EventEmitter } from "node:events";
const require = createRequire(import.meta.url);
const RPC = require("@mtproto/core/src/rpc");

const transport = Object.assign(new EventEmitter(), { isAvailable: true, send() {} });
const context = {
  api_id: 1, api_hash: "", crypto: { getRandomBytes: (n) => new Uint8Array(n) }, storage: { get: async () => 0, set: async () => {} },
  initConnectionParams: { device_model: "d", system_version: "s", app_version: "a", system_lang_code: "en", lang_pack: "", lang_code: "en" },
};
const rpc = new RPC({ dc: { id: 2 }, context, transport });
rpc.isAuth = true;
const sent = [];
rpc.sendEncryptedMessage = async (bytes) => { sent.push(Buffer.from(bytes)); return [0, sent.length]; };
for (let i = 0; i < 3; i++) rpc.call("help.getConfig");
for (let i = 0; i < 20 && sent.length < 3; i++) await new Promise((done) => setTimeout(done, 100));
const head = (at, bytes) => bytes.readUInt32LE(at).toString(16).padStart(8, "0");
const wrapped = sent.filter((bytes) => head(0, bytes) === "da9b0d0d" && head(8, bytes) === "c1cd5ea9");
console.log(`${wrapped.length} of ${sent.length} calls begin with da9b0d0d c1cd5ea9, and take`, ...new Set(sent.map((bytes) => bytes.length)), "bytes where help.getConfig alone takes 4");
process.exit(sent.length === 3 && wrapped.length === 3 ? 0 : 1);
SCRIPT
