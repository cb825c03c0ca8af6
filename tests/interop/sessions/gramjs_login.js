// A session that GramJS made by signing in works in tgcall without a login, and one of tgcall's in GramJS.
"use strict";
const fs = require("fs");
const crypto = require("crypto");
const { TelegramClient, Api } = require("telegram");
const { StringSession, StoreSession } = require("telegram/sessions");
const { computeCheck } = require("telegram/Password");
const { _serverKeys } = require("telegram/crypto/RSA");
const { Logger, PromisedNetSockets } = require("telegram/extensions");
const bigInt = require("big-integer");
const { take, give, equal, login, whoAmI, newName } = require("./tool.js");

const { TGDC_ADDRESS, TGDC_DC, TGDC_KEY, TGDC_PHONE, TGDC_CODE, TGDC_PASSWORD } = process.env;
const [host, port] = TGDC_ADDRESS.split(":");
const api = { apiId: 1, apiHash: "0123456789abcdef0123456789abcdef" };
const phone = TGDC_PHONE.replace("+", "");

// The client asks for port 80 or 443 whatever its session says.
class LocalSocket extends PromisedNetSockets {
  connect(_port, address) {
    return super.connect(Number(port), address);
  }
}

// A TL string of a number's bytes, for the key's fingerprint.
function tlBytes(bytes) {
  const head = bytes.length < 254 ? Buffer.from([bytes.length]) : Buffer.from([254, bytes.length & 255, bytes.length >> 8, 0]);
  const all = Buffer.concat([head, bytes]);
  return Buffer.concat([all, Buffer.alloc((4 - (all.length % 4)) % 4)]);
}

function trustKey(pem) {
  const jwk = crypto.createPublicKey(pem).export({ format: "jwk" });
  const n = Buffer.from(jwk.n, "base64url"), e = Buffer.from(jwk.e, "base64url");
  const sha1 = crypto.createHash("sha1").update(tlBytes(n)).update(tlBytes(e)).digest();
  _serverKeys.clear();
  _serverKeys.set(sha1.subarray(-8).readBigInt64LE().toString(),
    { n: bigInt(n.toString("hex"), 16), e: bigInt(e.toString("hex"), 16).toJSNumber() });
}

async function connect(session) {
  const client = new TelegramClient(session, api.apiId, api.apiHash,
    { networkSocket: LocalSocket, connectionRetries: 2, requestRetries: 1, timeout: 10, baseLogger: new Logger("none") });
  await client.connect();
  return client;
}

async function signIn(session) {
  session.setDC(Number(TGDC_DC), host, Number(port));
  const client = await connect(session);
  const sent = await client.invoke(new Api.auth.SendCode({ phoneNumber: TGDC_PHONE, ...api, settings: new Api.CodeSettings({}) }));
  try {
    await client.invoke(new Api.auth.SignIn({ phoneNumber: TGDC_PHONE, phoneCodeHash: sent.phoneCodeHash, phoneCode: TGDC_CODE }));
  } catch (error) {
    if (error.errorMessage !== "SESSION_PASSWORD_NEEDED") throw error;
    const password = await client.invoke(new Api.account.GetPassword());
    await client.invoke(new Api.auth.CheckPassword({ password: await computeCheck(password, TGDC_PASSWORD) }));
  }
  const saved = session.save();
  await client.destroy();
  return saved;
}

async function check(session) {
  const client = await connect(session);
  equal((await client.getMe()).phone, phone, "GramJS with our session");
  await client.destroy();
}

async function main() {
  trustKey(fs.readFileSync(TGDC_KEY, "ascii"));
  equal(whoAmI(take(await signIn(new StringSession("")))), phone, "string");
  const name = newName(), again = newName();
  await signIn(new StoreSession(name));
  equal(whoAmI(take(name)), phone, "store");
  const ours = login();
  await check(new StringSession(give(ours, "gramjs")));
  await check(new StringSession(give(ours, "telethon")));
  give(ours, "gramjs-store", [again]);
  await check(new StoreSession(again));
  equal(whoAmI(take(again)), phone, "and back");
  console.log("gramjs login ok");
}

setTimeout(() => { console.error("gramjs: no end after 90 s"); process.exit(1); }, 90000);
main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
