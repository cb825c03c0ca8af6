// What people do with mtcute once they are signed in, and the rest of its ways to sign in, against three local data centres.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { MemoryStorage, TelegramClient, tl } from "@mtcute/node";
import { addPublicKey, NodeCryptoProvider } from "@mtcute/node/utils.js";

const { TGDC_ADDRESS, TGDC_DC, TGDC_KEY, TGDC_PHONE, TGDC_CODE, TGDC_PASSWORD } = process.env;
const [host, port] = TGDC_ADDRESS.split(":");
const dc = { ipAddress: host, port: Number(port), id: Number(TGDC_DC) };
const second = { phone: "+15550002222", code: "22222" }; // accounts.json

const makeClient = (options = {}) => new TelegramClient({
  apiId: 1, apiHash: "0123456789abcdef0123456789abcdef", storage: new MemoryStorage(), logLevel: 0,
  defaultDcs: { main: dc, media: dc }, ...options,
});

// What was last sent to that number or address.
function lastCode(to) {
  const lines = fs.readFileSync(path.join(path.dirname(TGDC_KEY), "outbox"), "utf8").trim().split("\n").map((l) => JSON.parse(l));
  return lines.filter((line) => line.to === to).at(-1).code;
}

async function signIn(phone = TGDC_PHONE, code = TGDC_CODE, password = TGDC_PASSWORD, options = {}) {
  const client = makeClient(options);
  await client.start({ phone, code, password });
  return client;
}

async function expectError(name, promise) {
  await assert.rejects(promise, (error) => tl.RpcError.is(error, name));
}

const parts = {
  async messages() {
    const client = await signIn();
    const sent = await client.sendText("self", "Hello, myself!");
    const history = await client.getHistory("self", { limit: 10 });
    assert(history.some((m) => m.text === "Hello, myself!"));
    assert.equal((await client.getMessages("self", sent.id))[0].text, "Hello, myself!");
    await client.deleteMessagesById("self", [sent.id]);
    assert.equal((await client.getMessages("self", sent.id))[0], null);
    await client.logOut();
    await client.destroy();
  },
  async updates() {
    const a = await signIn(), b = await signIn();
    const got = new Promise((resolve) => b.onNewMessage.add(resolve));
    await b.startUpdatesLoop();
    await a.sendText("self", "to the other session");
    assert.equal((await got).text, "to the other session");
    await a.logOut();
    await a.destroy();
    await b.logOut();
    await b.destroy();
  },
  async files() {
    const client = await signIn();
    for (const size of [100, 300000, 11 * 1024 * 1024]) {
      const data = crypto.randomBytes(size);
      const sent = await client.sendMedia("self", { type: "document", file: data, fileName: "x.bin" });
      assert(data.equals(await client.downloadAsBuffer(sent.media)), "size " + size);
    }
    await client.logOut();
    await client.destroy();
  },
  async qr() {
    const a = await signIn(), b = makeClient();
    await b.signInQr({
      onUrlUpdated: (url) => a.call({ _: "auth.acceptLoginToken", token: Buffer.from(new URL(url).searchParams.get("token"), "base64url") }),
      password: TGDC_PASSWORD,
    });
    assert.equal((await b.getMe()).id, (await a.getMe()).id);
    const rows = (await a.call({ _: "account.getAuthorizations" })).authorizations;
    assert.equal(rows.length, 2);
    await a.call({ _: "account.resetAuthorization", hash: rows.find((row) => !row.current).hash });
    await expectError("AUTH_KEY_UNREGISTERED", b.call({ _: "updates.getState" }));
    await b.destroy();
    await a.logOut();
    await a.destroy();
  },
  async twoStep() {
    const client = await signIn(second.phone, second.code);
    await client.enableCloudPassword({ password: "first", hint: "h" });
    await client.changeCloudPassword({ currentPassword: "first", newPassword: "second", hint: "h" });
    await expectError("PASSWORD_HASH_INVALID", client.changeCloudPassword({ currentPassword: "first", newPassword: "third", hint: "h" }));
    await client.removeCloudPassword("second");
    await expectError("EMAIL_UNCONFIRMED_%d", client.enableCloudPassword({ password: "third", hint: "h", email: "me@example.org" }));
    await client.verifyPasswordEmail(lastCode("me@example.org"));
    const other = makeClient();
    await other.connect();
    const sent = await other.sendCode({ phone: second.phone });
    await expectError("SESSION_PASSWORD_NEEDED",
      other.signIn({ phone: second.phone, phoneCodeHash: sent.phoneCodeHash, phoneCode: second.code }));
    await other.call({ _: "auth.requestPasswordRecovery" });
    await other.recoverPassword({ recoveryCode: lastCode("me@example.org") });
    assert.equal((await client.call({ _: "account.getPassword" })).hasPassword ?? false, false);
    await other.logOut();
    await other.destroy();
    await client.logOut();
    await client.destroy();
  },
  async codes() {
    const client = makeClient();
    await client.connect();
    const sent = await client.sendCode({ phone: second.phone });
    assert.equal(sent.type, "app");
    const again = await client.resendCode({ phone: second.phone, phoneCodeHash: sent.phoneCodeHash });
    assert.equal(again.type, "sms");
    await client.call({ _: "auth.cancelCode", phoneNumber: second.phone, phoneCodeHash: sent.phoneCodeHash });
    await expectError("PHONE_CODE_EXPIRED",
      client.signIn({ phone: second.phone, phoneCodeHash: sent.phoneCodeHash, phoneCode: second.code }));
    await client.destroy();
  },
  async migration() {
    const client = makeClient(), phone = "+9996624321";
    await client.connect();
    const sent = await client.sendCode({ phone });
    await assert.rejects(client.signIn({ phone, phoneCodeHash: sent.phoneCodeHash, phoneCode: "22222" })); // to be signed up
    const up = await client.call({ _: "auth.signUp", phoneNumber: phone, phoneCodeHash: sent.phoneCodeHash, firstName: "Test", lastName: "" });
    assert.equal(up._, "auth.authorization");
    assert.equal((await client.call({ _: "help.getConfig" })).thisDc, 2);
    await client.destroy();
    const bot = makeClient();
    await bot.connect();
    await bot.signInBot("777:" + "b".repeat(35));
    assert.equal((await bot.call({ _: "help.getConfig" })).thisDc, 3);
    await bot.destroy();
  },
};

async function main() {
  addPublicKey(new NodeCryptoProvider(), fs.readFileSync(TGDC_KEY, "ascii"));
  let failed = 0;
  for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts)) {
    try {
      await parts[name]();
      console.log("mtcute", name, "ok");
    } catch (error) { // the others are to run as well
      failed = 1;
      console.log("mtcute", name, "FAILED");
      console.error(error);
    }
  }
  return failed;
}

setTimeout(() => { console.error("mtcute: no end after 250 s"); process.exit(1); }, 250000);
main().then((failed) => process.exit(failed), (error) => { console.error(error); process.exit(1); });
