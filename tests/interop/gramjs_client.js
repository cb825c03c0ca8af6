// GramJS (npm telegram) signs in to a local data centre, on every transport that it has; or with TGDC_PROXY_URL through that proxy:
// socks5://, socks4://, or tg://proxy with a plain secret.
"use strict";
const fs = require("fs");
const { Api } = require("telegram");
const { computeCheck } = require("telegram/Password");
const { ConnectionTCPFull, ConnectionTCPAbridged, ConnectionTCPObfuscated } = require("telegram/network");
const { PromisedNetSockets } = require("telegram/extensions");
const { api, connect, expectError, trustKey } = require("./gramjs_common.js");

const { TGDC_DC, TGDC_KEY, TGDC_PHONE, TGDC_CODE, TGDC_PASSWORD, TGDC_BOT, TGDC_PROXY_URL } = process.env;
const transports = {
  abridged: ConnectionTCPAbridged,
  full: ConnectionTCPFull,
  obfuscated: ConnectionTCPObfuscated,
};

function proxyOptions() {
  if (!TGDC_PROXY_URL) return {};
  const url = new URL(TGDC_PROXY_URL), query = url.searchParams;
  if (url.protocol === "tg:")
    return { networkSocket: PromisedNetSockets, proxy: { ip: query.get("server"), port: Number(query.get("port")), secret: query.get("secret"), MTProxy: true } };
  return {
    proxy: {
      ip: url.hostname, port: Number(url.port), socksType: Number(url.protocol[5]), username: url.username || undefined,
      password: url.password || undefined,
    },
  };
}

async function user(connection) {
  const client = await connect({ connection, ...proxyOptions() });
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
  const client = await connect({ connection, ...proxyOptions() });
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
