// GramJS (npm telegram) signs in to a local data centre, on every transport that it has; or with TGDC_PROXY_URL through that proxy:
// socks5://, socks4://, or tg://proxy with a plain secret.
"use strict";
const fs = require("fs");
const crypto = require("crypto");
const { TelegramClient, Api } = require("telegram");
const { StringSession } = require("telegram/sessions");
const { computeCheck } = require("telegram/Password");
const { _serverKeys } = require("telegram/crypto/RSA");
const { ConnectionTCPFull, ConnectionTCPAbridged, ConnectionTCPObfuscated } = require("telegram/network");
const { Logger, PromisedNetSockets } = require("telegram/extensions");
const bigInt = require("big-integer");

const { TGDC_ADDRESS, TGDC_DC, TGDC_KEY, TGDC_PHONE, TGDC_CODE, TGDC_PASSWORD, TGDC_BOT, TGDC_PROXY_URL } = process.env;
const [host, port] = TGDC_ADDRESS.split(":");
const api = { apiId: 1, apiHash: "0123456789abcdef0123456789abcdef" };
const transports = {
  abridged: ConnectionTCPAbridged,
  full: ConnectionTCPFull,
  obfuscated: ConnectionTCPObfuscated,
};

// The client asks for port 80 or 443 whatever its session says.
class LocalSocket extends PromisedNetSockets {
  connect(_port, address) {
    return super.connect(Number(port), address);
  }
}

// A TL string of a number's bytes, for the key's fingerprint.
function tlBytes(bytes) {
  const head = bytes.length < 254 ? Buffer.from([bytes.length])
    : Buffer.from([254, bytes.length & 255, (bytes.length >> 8) & 255, bytes.length >> 16]);
  const all = Buffer.concat([head, bytes]);
  return Buffer.concat([all, Buffer.alloc((4 - (all.length % 4)) % 4)]);
}

function trustKey(pem) {
  const jwk = crypto.createPublicKey(pem).export({ format: "jwk" });
  const n = Buffer.from(jwk.n, "base64url"), e = Buffer.from(jwk.e, "base64url");
  const sha1 = crypto.createHash("sha1").update(tlBytes(n)).update(tlBytes(e)).digest();
  const fingerprint = sha1.subarray(-8).readBigInt64LE().toString();
  _serverKeys.clear();
  _serverKeys.set(fingerprint, { n: bigInt(n.toString("hex"), 16), e: bigInt(e.toString("hex"), 16).toJSNumber() });
}

async function expectError(name, promise) {
  try {
    await promise;
  } catch (error) {
    if (error.errorMessage === name) return;
    throw error;
  }
  throw new Error("no " + name);
}

function proxyOptions() {
  if (!TGDC_PROXY_URL) return { networkSocket: LocalSocket };
  const url = new URL(TGDC_PROXY_URL), query = url.searchParams;
  if (url.protocol === "tg:")
    return { proxy: { ip: query.get("server"), port: Number(query.get("port")), secret: query.get("secret"), MTProxy: true } };
  return {
    networkSocket: LocalSocket,
    proxy: {
      ip: url.hostname, port: Number(url.port), socksType: Number(url.protocol[5]), username: url.username || undefined,
      password: url.password || undefined,
    },
  };
}

async function connect(connection) {
  const session = new StringSession("");
  session.setDC(Number(TGDC_DC), host, 443); // it keeps ports below 32768 only
  const client = new TelegramClient(session, api.apiId, api.apiHash, {
    connection, ...proxyOptions(), connectionRetries: 2, requestRetries: 1, timeout: 10,
    baseLogger: new Logger(process.env.TGDC_VERBOSE ? "debug" : "none"),
  });
  await client.connect();
  return client;
}

async function user(connection) {
  const client = await connect(connection);
  const config = await client.invoke(new Api.help.GetConfig());
  if (config.thisDc !== Number(TGDC_DC)) throw new Error("thisDc " + config.thisDc);
  const phone = { phoneNumber: TGDC_PHONE };
  const sent = await client.invoke(new Api.auth.SendCode({ ...phone, ...api, settings: new Api.CodeSettings({}) }));
  const signIn = (phoneCode) => client.invoke(new Api.auth.SignIn({ ...phone, phoneCodeHash: sent.phoneCodeHash, phoneCode }));
  await expectError("PHONE_CODE_INVALID", signIn(TGDC_CODE === "99999" ? "88888" : "99999"));
  await expectError("SESSION_PASSWORD_NEEDED", signIn(TGDC_CODE));
  const check = async (password) => client.invoke(new Api.auth.CheckPassword({
    password: await computeCheck(await client.invoke(new Api.account.GetPassword()), password),
  }));
  await expectError("PASSWORD_HASH_INVALID", check("not " + TGDC_PASSWORD));
  await check(TGDC_PASSWORD);
  const me = await client.getMe();
  if (me.phone !== TGDC_PHONE.replace("+", "")) throw new Error("phone " + me.phone);
  await client.invoke(new Api.auth.LogOut());
  await client.destroy();
}

async function bot(connection) {
  const client = await connect(connection);
  await expectError("ACCESS_TOKEN_INVALID", client.signInBot(api, { botAuthToken: "1:" + "x".repeat(35) }));
  const me = await client.signInBot(api, { botAuthToken: TGDC_BOT });
  if (!me.bot) throw new Error("no bot");
  await client.destroy();
}

async function main() {
  trustKey(fs.readFileSync(TGDC_KEY, "ascii"));
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(transports);
  for (const name of wanted) {
    await user(transports[name]);
    await bot(transports[name]);
    console.log("gramjs", name, "ok");
  }
}

setTimeout(() => { console.error("gramjs: no end after 90 s"); process.exit(1); }, 90000);
main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
