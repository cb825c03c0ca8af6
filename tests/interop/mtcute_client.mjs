// mtcute (npm @mtcute/node) signs in to a local data centre, on every transport that it has, with and without temporary keys.
import fs from "node:fs";
import {
  IntermediatePacketCodec, MemoryStorage, ObfuscatedPacketCodec, PaddedIntermediatePacketCodec, TcpTransport,
  TelegramClient, proxyTransportFromUrl, tl,
} from "@mtcute/node";
import { addPublicKey, NodeCryptoProvider } from "@mtcute/node/utils.js";

// TGDC_PROXY_URL: the way to the data centre, by any of mtcute's proxy transports.
const { TGDC_ADDRESS, TGDC_DC, TGDC_KEY, TGDC_PHONE, TGDC_CODE, TGDC_PASSWORD, TGDC_BOT, TGDC_PROXY_URL } = process.env;
const [host, port] = TGDC_ADDRESS.split(":");
const dc = { ipAddress: host, port: Number(port), id: Number(TGDC_DC) };
const codecs = {
  intermediate: () => new IntermediatePacketCodec(),
  padded: () => new PaddedIntermediatePacketCodec(),
  obfuscated: () => new ObfuscatedPacketCodec(new IntermediatePacketCodec()),
  "obfuscated-padded": () => new ObfuscatedPacketCodec(new PaddedIntermediatePacketCodec()),
};

class Transport extends TcpTransport {
  constructor(codec) { super(); this.packetCodec = codec; }
}

function makeClient(codec, usePfs) {
  return new TelegramClient({
    apiId: 1, apiHash: "0123456789abcdef0123456789abcdef", storage: new MemoryStorage(), logLevel: 0,
    transport: TGDC_PROXY_URL ? proxyTransportFromUrl(TGDC_PROXY_URL) : new Transport(codec),
    defaultDcs: { main: dc, media: dc }, disableUpdates: true, network: { usePfs },
  });
}

async function expectError(name, promise) {
  try {
    await promise;
  } catch (error) {
    if (tl.RpcError.is(error, name)) return;
    throw error;
  }
  throw new Error("no " + name);
}

async function user(codec, usePfs) {
  const client = makeClient(codec, usePfs);
  await client.connect();
  const config = await client.call({ _: "help.getConfig" });
  if (config.thisDc !== dc.id) throw new Error("thisDc " + config.thisDc);
  const sent = await client.sendCode({ phone: TGDC_PHONE });
  const signIn = (phoneCode) => client.signIn({ phone: TGDC_PHONE, phoneCodeHash: sent.phoneCodeHash, phoneCode });
  await expectError("PHONE_CODE_INVALID", signIn(TGDC_CODE === "99999" ? "88888" : "99999"));
  await expectError("SESSION_PASSWORD_NEEDED", signIn(TGDC_CODE));
  await expectError("PASSWORD_HASH_INVALID", client.checkPassword("not " + TGDC_PASSWORD));
  await client.checkPassword(TGDC_PASSWORD);
  const me = await client.getMe();
  if (me.phoneNumber !== TGDC_PHONE.replace("+", "")) throw new Error("phone " + me.phoneNumber);
  await client.logOut();
  await client.destroy();
}

async function bot(codec, usePfs) {
  const client = makeClient(codec, usePfs);
  await client.connect();
  await expectError("ACCESS_TOKEN_INVALID", client.signInBot("1:" + "x".repeat(35)));
  const me = await client.signInBot(TGDC_BOT);
  if (!me.isBot) throw new Error("no bot");
  await client.destroy();
}

async function main() {
  const crypto = new NodeCryptoProvider();
  await crypto.initialize?.();
  addPublicKey(crypto, fs.readFileSync(TGDC_KEY, "ascii"));
  const wanted = TGDC_PROXY_URL ? ["through " + TGDC_PROXY_URL] : process.argv.length > 2 ? process.argv.slice(2) : Object.keys(codecs);
  for (const name of wanted) {
    for (const pfs of [false, true]) {
      await user(codecs[name], pfs);
      await bot(codecs[name], pfs);
      console.log("mtcute", name, pfs ? "with temporary keys" : "", "ok");
    }
  }
}

setTimeout(() => { console.error("mtcute: no end after 120 s"); process.exit(1); }, 120000);
main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
