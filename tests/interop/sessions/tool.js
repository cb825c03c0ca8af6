// How the checks in this folder use tgcall.
"use strict";
const { execFileSync } = require("child_process");
const crypto = require("crypto");
const fs = require("fs");

const tgcall = process.argv[2];
const run = (args, input) => execFileSync(tgcall, args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "inherit"] }).trim();
let next = 0;

// Imports a string, a file or a folder; returns the session file that came of it.
function take(source, options = []) {
  const file = `session-${next++}`;
  const isPath = source.length < 200 && fs.existsSync(source);
  const log = execFileSync("sh", ["-c", 'exec "$@" 2>&1', "sh", tgcall, "session", "import", isPath ? source : "-",
    "--session", file, ...options], { input: isPath ? "" : source, encoding: "utf8" });
  if (!log.includes("imported")) throw new Error(log);
  return file;
}

// Exports as text, or to a target.
const give = (session, format, options = []) => run(["session", "export", "--to", format, "--session", session, ...options]);
const show = (session) => JSON.parse(run(["session", "show", session, "--json"]));

// A key that also has runs of zero.
function makeKey() {
  const key = crypto.randomBytes(256);
  key.fill(0, 40, 40 + crypto.randomInt(1, 20));
  return key;
}

const keyId = (key) => crypto.createHash("sha1").update(key).digest().subarray(-8).toString("hex");

function equal(a, b, what) {
  const plain = (x) => (x instanceof Uint8Array ? Buffer.from(x).toString("hex") : JSON.stringify(x));
  if (plain(a) !== plain(b)) throw new Error(`${what}: ${plain(a)} is not ${plain(b)}`);
}

// What tgcall needs to know to reach the local data centre.
const connection = () => ["--dc", process.env.TGDC_ADDRESS, "--public-key", process.env.TGDC_KEY, "--api-id", "1",
  "--api-hash", "0123456789abcdef0123456789abcdef"];

// Signs in with tgcall; returns the session file.
function login() {
  const file = `session-${next++}`;
  run(["login", "--phone", process.env.TGDC_PHONE, "--code", process.env.TGDC_CODE, "--password", process.env.TGDC_PASSWORD,
    "--session", file, ...connection()]);
  return file;
}

// Who tgcall is with a session that it did not make, without a login.
function whoAmI(session) {
  const [me] = JSON.parse(run(["invoke", "users.getUsers", '{"id": [{"_": "inputUserSelf"}]}', "--session", session,
    ...connection()]));
  return me.phone;
}

module.exports = { run, take, give, show, makeKey, keyId, equal, login, whoAmI, newName: () => `name-${next++}` };
