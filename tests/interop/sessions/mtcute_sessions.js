// mtcute's strings, and @mtcute/convert as a second opinion on every format that it knows, both ways.
"use strict";
const fs = require("fs");
const path = require("path");
const convert = require("@mtcute/convert");
const { readStringSession, writeStringSession } = require("@mtcute/core/utils.js");
const { Long } = require("@mtcute/core");
const { take, give, show, makeKey, keyId, equal, newName } = require("./tool.js");

const dcs = (id, extra) => {
  const main = { id, ipAddress: "149.154.167.50", port: 443, ipv6: false, mediaOnly: false, testMode: false, ...extra };
  return { main, media: main };
};

function ownStrings() {
  const self = { userId: 7777777777, isBot: true, isPremium: false, usernames: [] };
  for (const [primaryDcs, who] of [[dcs(2), null], [dcs(4), self], [dcs(1, { testMode: true }), self],
    [dcs(5, { ipv6: true, ipAddress: "2001:b28:f23f:f005::a" }), self]]) {
    const authKey = makeKey();
    const theirs = { version: 3, primaryDcs, self: who, authKey };
    const text = writeStringSession(theirs);
    const file = take(text);
    const shown = show(file);
    equal([shown.dc, shown.test, shown.user_id, shown.bot, shown.keys[0].id],
      [primaryDcs.main.id, primaryDcs.main.testMode, who ? who.userId : null, !!who, keyId(authKey)], "show");
    equal(give(file, "mtcute"), text, "string");
    const again = readStringSession(give(file, "mtcute"));
    equal(again.authKey, authKey, "key");
    equal(again.primaryDcs.main, primaryDcs.main, "address");
  }
  // With a media address, which is not written again.
  const primaryDcs = { main: dcs(2).main, media: { ...dcs(2).main, ipAddress: "149.154.167.222", mediaOnly: true } };
  const authKey = makeKey();
  const file = take(writeStringSession({ version: 3, primaryDcs, self: null, authKey }));
  equal(readStringSession(give(file, "mtcute")).authKey, authKey, "key");
}

// Strings that convert makes of one session, each through tgcall and back.
function secondOpinion() {
  const authKey = makeKey();
  const session = {
    version: 3, primaryDcs: dcs(2, { ipAddress: "149.154.167.41" }), authKey,
    self: { userId: 7777777777, isBot: false, isPremium: false, usernames: [] },
  };
  const forms = {
    telethon: [convert.convertToTelethonSession(session), convert.convertFromTelethonSession],
    gramjs: [convert.convertToGramjsSession(session), convert.convertFromGramjsSession],
    pyrogram: [convert.convertToPyrogramSession(session, { apiId: 12345 }), convert.convertFromPyrogramSession],
    "pyrogram-old64": [convert.convertToPyrogramSession(session), null], // its reader looks for another length
    mtkruto: [convert.convertToMtkrutoSession(session), convert.convertFromMtkrutoSession],
  };
  for (const [name, [text, from]] of Object.entries(forms)) {
    const file = take(text); // guessed
    const shown = show(file);
    equal([shown.dc, shown.keys[0].id], [2, keyId(authKey)], name);
    const ours = give(file, name);
    if (name !== "mtkruto") equal(ours, text, name); // convert keeps its padding
    else equal(ours.replace(/=+$/, ""), text.replace(/=+$/, ""), name);
    if (!from) continue;
    const back = from(ours);
    equal(back.authKey, authKey, name);
    equal(back.primaryDcs.main.id, 2, name);
    if (name === "pyrogram") equal([back.self.userId, shown.user_id, shown.api_id], [7777777777, 7777777777, 12345], name);
  }
  // The longer string of newer versions of MTKruto is read by the older ones' rule.
  const file = take(forms.pyrogram[0]);
  equal(convert.convertFromMtkrutoSession(give(file, "mtkruto-user")).authKey, authKey, "mtkruto-user");
}

async function stores() {
  const authKey = makeKey(), name = newName(), again = newName();
  const session = { dcId: 4, ipAddress: "149.154.167.91", ipv6: false, port: 443, authKey };
  await convert.writeGramjsStoreSession(name, session);
  const file = take(name);
  equal([show(file).dc, show(file).keys[0].id], [4, keyId(authKey)], "store");
  give(file, "gramjs-store", [again]);
  const back = await convert.readGramjsStoreSession(again);
  equal([back.dcId, back.ipAddress, back.port], [4, "149.154.167.91", 443], "store");
  equal(back.authKey, authKey, "store");
}

// Telegram Desktop's folder, which convert can write: one account and two, with and without a passcode.
async function tdata() {
  for (const passcode of ["", "a passcode"]) {
    const folder = path.resolve(newName(), "tdata");
    fs.mkdirSync(folder, { recursive: true });
    const keys = [makeKey(), makeKey()];
    const data = await convert.Tdata.create({ path: folder, passcode, keyData: { count: 2, order: [0, 1], active: 1 } });
    for (const i of [0, 1])
      await data.writeMtpAuthorization({
        userId: Long.fromNumber(7777777777 + i), mainDcId: 2 + i,
        authKeys: [{ dcId: 2 + i, key: keys[i] }, { dcId: 5, key: makeKey() }], authKeysToDestroy: [],
      }, i);
    const options = passcode ? ["--password", passcode] : [];
    const check = (file, i) => {
      const shown = show(file);
      const home = shown.keys.find((key) => key.dc === shown.dc);
      equal([shown.dc, shown.user_id, home.id, shown.keys.length], [2 + i, 7777777777 + i, keyId(keys[i]), 2], "tdata");
    };
    check(take(folder, options), 1);
    check(take(folder, [...options, "--account", "1"]), 0);
    check(take(path.dirname(folder), [...options, "--account", "2"]), 1);
  }
}

async function main() {
  ownStrings();
  secondOpinion();
  await stores();
  await tdata();
  console.log("mtcute ok");
}

main().catch((error) => { console.error(error); process.exit(1); });
