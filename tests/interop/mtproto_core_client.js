// @mtproto/core, which speaks layer 158, signs in to a local data centre, and uses what it got.
"use strict";
const crypto = require("crypto");
const fs = require("fs");
const os = require("os");
const path = require("path");
const MTProto = require("@mtproto/core");

const { TGDC_ADDRESS, TGDC_DC, TGDC_KEY, TGDC_PHONE, TGDC_CODE, TGDC_PASSWORD, TGDC_BOT } = process.env;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tgdc-mtproto-core-"));

function tlBytes(bytes) {
  const head = bytes.length < 254 ? Buffer.from([bytes.length])
    : Buffer.from([254, bytes.length & 255, (bytes.length >> 8) & 255, bytes.length >> 16]);
  const all = Buffer.concat([head, bytes]);
  return Buffer.concat([all, Buffer.alloc((4 - (all.length % 4)) % 4)]);
}

// The library has its keys and addresses built in: these take their place.
function key() {
  const jwk = crypto.createPublicKey(fs.readFileSync(TGDC_KEY, "ascii")).export({ format: "jwk" });
  const n = Buffer.from(jwk.n, "base64url"), e = Buffer.from(jwk.e, "base64url");
  const sha1 = crypto.createHash("sha1").update(tlBytes(n)).update(tlBytes(e)).digest();
  const fingerprint = sha1.subarray(-8).readBigUInt64LE().toString();
  return { fingerprint, modulus: n.toString("hex"), exponent: e.toString("hex") };
}

function client(name) {
  const made = new MTProto({ api_id: 1, api_hash: "0123456789abcdef0123456789abcdef", storageOptions: { path: path.join(folder, name) } });
  const [ip, port] = TGDC_ADDRESS.split(":");
  made.dcList = [{ id: Number(TGDC_DC), ip, port: Number(port) }];
  made.crypto.rsa.getRsaKeyByFingerprints = async () => key();
  return { call: (method, parameters) => made.call(method, parameters, { dcId: Number(TGDC_DC) }), crypto: made.crypto };
}

async function expectError(text, promise) {
  try {
    await promise;
  } catch (error) {
    if (error.error_message === text) return;
    throw error;
  }
  throw new Error("no " + text);
}

function expect(what, got, wanted) {
  if (got !== wanted) throw new Error(`${what}: ${got}, not ${wanted}`);
}

async function user() {
  const { call, crypto: ours } = client("user.json");
  const config = await call("help.getConfig");
  expect("this_dc", config.this_dc, Number(TGDC_DC));
  const { phone_code_hash } = await call("auth.sendCode", { phone_number: TGDC_PHONE, settings: { _: "codeSettings" } });
  const signIn = (phone_code) => call("auth.signIn", { phone_number: TGDC_PHONE, phone_code_hash, phone_code });
  await expectError("PHONE_CODE_INVALID", signIn(TGDC_CODE === "99999" ? "88888" : "99999"));
  await expectError("SESSION_PASSWORD_NEEDED", signIn(TGDC_CODE));
  const { srp_id, current_algo: { salt1, salt2, g, p }, srp_B } = await call("account.getPassword");
  const { A, M1 } = await ours.getSRPParams({ g, p, salt1, salt2, gB: srp_B, password: TGDC_PASSWORD });
  const authorization = await call("auth.checkPassword", { password: { _: "inputCheckPasswordSRP", srp_id, A, M1 } });
  expect("phone", authorization.user.phone, TGDC_PHONE.replace("+", ""));
  const [me] = await call("users.getUsers", { id: [{ _: "inputUserSelf" }] });
  expect("self", me.self, true);
  const sent = await call("messages.sendMessage", { peer: { _: "inputPeerSelf" }, message: "of layer 158", random_id: "7" });
  if (!/^update/.test(sent._)) throw new Error("sendMessage: " + sent._);
  const history = await call("messages.getHistory", { peer: { _: "inputPeerSelf" }, limit: 5 });
  expect("message", history.messages[0].message, "of layer 158");
  await call("updates.getState");
  await call("auth.logOut");
}

async function bot() {
  const { call } = client("bot.json");
  const authorization = await call("auth.importBotAuthorization", { flags: 0, bot_auth_token: TGDC_BOT });
  expect("bot", authorization.user.bot, true);
}

async function main() {
  await user();
  await bot();
  console.log("mtproto-core ok");
}

function end(status) {
  fs.rmSync(folder, { recursive: true });
  process.exit(status);
}

setTimeout(() => { console.error("mtproto-core: no end after 90 s"); end(1); }, 90000);
main().then(() => end(0), (error) => { console.error(error); end(1); });
