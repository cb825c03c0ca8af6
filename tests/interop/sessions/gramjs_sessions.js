// GramJS's own session classes read what tgcall writes, and the other way round.
"use strict";
const { StringSession, StoreSession } = require("telegram/sessions");
const { AuthKey } = require("telegram/crypto/AuthKey");
const { take, give, show, makeKey, keyId, equal, newName } = require("./tool.js");

async function authKey(key) {
  const result = new AuthKey();
  await result.setKey(key);
  return result;
}

async function check(session, dc, host, port, key, what) {
  await session.load();
  equal([session.dcId, session.serverAddress, session.port], [dc, host, port], what);
  equal(session.authKey.getKey(), key, what);
}

const addresses = [[2, "149.154.167.51", 443], [4, "1.2.3.4", 80], [5, "123.123.123.123", 5222], [1, "example.org", 443],
  [3, "2001:b28:f23d:f003::a", 443]];

async function strings() {
  for (const [dc, host, port] of addresses) {
    const key = makeKey();
    const theirs = new StringSession("");
    theirs.setDC(dc, host, port);
    theirs.setAuthKey(await authKey(key));
    const text = theirs.save();
    const file = take(text);
    const shown = show(file);
    equal([shown.dc, shown.keys[0].id, shown.address], [dc, keyId(key), host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`],
      "show");
    equal(give(file, "gramjs"), text, "string");
    await check(new StringSession(give(file, "gramjs")), dc, host, port, key, "GramJS reads ours");
    if (/^[\d.]+$/.test(host)) // and Telethon's, as its own reader promises
      await check(new StringSession(give(file, "telethon")), dc, host, port, key, "GramJS reads Telethon's from us");
  }
}

async function stores() {
  for (const [dc, host, port] of addresses) {
    const key = makeKey(), name = newName();
    const theirs = new StoreSession(name);
    theirs.setDC(dc, host, port);
    theirs.setAuthKey(await authKey(key));
    const file = take(name);
    equal([show(file).dc, show(file).keys[0].id], [dc, keyId(key)], "store");
    const again = newName();
    give(file, "gramjs-store", [again]);
    await check(new StoreSession(again), dc, host, port, key, "GramJS reads our store");
  }
}

async function main() {
  await strings();
  await stores();
  console.log("gramjs ok");
}

main().catch((error) => { console.error(error); process.exit(1); });
