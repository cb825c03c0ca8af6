// A session that mtcute made by signing in works in tgcall without a login, and one of tgcall's in mtcute.
"use strict";
const fs = require("fs");
const { MemoryStorage, TelegramClient, TcpTransport, IntermediatePacketCodec, tl } = require("@mtcute/node");
const { addPublicKey, NodeCryptoProvider } = require("@mtcute/node/utils.js");
const { take, give, equal, login, whoAmI } = require("./tool.js");

const { TGDC_ADDRESS, TGDC_DC, TGDC_KEY, TGDC_PHONE, TGDC_CODE, TGDC_PASSWORD } = process.env;
const [host, port] = TGDC_ADDRESS.split(":");
const dc = { ipAddress: host, port: Number(port), id: Number(TGDC_DC) };
const phone = TGDC_PHONE.replace("+", "");

class Transport extends TcpTransport {
  constructor() { super(); this.packetCodec = () => new IntermediatePacketCodec(); }
}

const makeClient = () => new TelegramClient({
  apiId: 1, apiHash: "0123456789abcdef0123456789abcdef", storage: new MemoryStorage(), logLevel: 0,
  transport: new Transport(), defaultDcs: { main: dc, media: dc }, disableUpdates: true,
});

async function signIn() {
  const client = makeClient();
  await client.connect();
  const sent = await client.sendCode({ phone: TGDC_PHONE });
  try {
    await client.signIn({ phone: TGDC_PHONE, phoneCodeHash: sent.phoneCodeHash, phoneCode: TGDC_CODE });
  } catch (error) {
    if (!tl.RpcError.is(error, "SESSION_PASSWORD_NEEDED")) throw error;
    await client.checkPassword(TGDC_PASSWORD);
  }
  const text = await client.exportSession();
  await client.destroy();
  return text;
}

async function check(text) {
  const client = makeClient();
  await client.importSession(text);
  await client.connect();
  equal((await client.getMe()).phoneNumber, phone, "mtcute with our session");
  const again = await client.exportSession();
  await client.destroy();
  return again;
}

async function main() {
  const provider = new NodeCryptoProvider();
  await provider.initialize?.();
  addPublicKey(provider, fs.readFileSync(TGDC_KEY, "ascii"));
  equal(whoAmI(take(await signIn())), phone, "string");
  const ours = login();
  equal(whoAmI(take(await check(give(ours, "mtcute")))), phone, "and back");
  console.log("mtcute login ok");
}

setTimeout(() => { console.error("mtcute: no end after 90 s"); process.exit(1); }, 90000).unref();
main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
