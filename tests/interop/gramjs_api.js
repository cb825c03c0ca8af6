// What people do with GramJS once they are signed in, and the rest of its ways to sign in, against three local data centres.
"use strict";
const assert = require("assert");
const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const { Api } = require("telegram");
const { CustomFile } = require("telegram/client/uploads");
const { NewMessage } = require("telegram/events");
const { api, connect, expectError, trustKey, LocalSocket } = require("./gramjs_common.js");

const { TGDC_ADDRESS, TGDC_KEY, TGDC_PHONE, TGDC_CODE, TGDC_PASSWORD } = process.env;
const first = Number(TGDC_ADDRESS.split(":")[1]);
const second = { phone: "+15550002222", code: "22222" }; // accounts.json

// What was last sent to that number or address.
function lastCode(to) {
  const lines = fs.readFileSync(path.join(path.dirname(TGDC_KEY), "outbox"), "utf8").trim().split("\n").map((l) => JSON.parse(l));
  return lines.filter((line) => line.to === to).at(-1).code;
}

// Every client begins at the first data centre; where it is sent to, it goes by the ports of the configuration.
async function newClient() {
  LocalSocket.port = first;
  const client = await connect({ requestRetries: 3 }); // being sent elsewhere counts as one
  const { dcOptions } = await client.invoke(new Api.help.GetConfig());
  const switchDC = client._switchDC.bind(client);
  client._switchDC = (dc) => {
    LocalSocket.port = dcOptions.find((option) => option.id === dc).port;
    return switchDC(dc);
  };
  return client;
}

const fail = (error) => { throw error; };

async function signIn(phone = TGDC_PHONE, code = TGDC_CODE, password = TGDC_PASSWORD) {
  const client = await newClient();
  await client.start({ phoneNumber: phone, phoneCode: async () => code, password: async () => password, onError: fail });
  return client;
}

async function leave(...clients) {
  for (const client of clients) {
    await client.invoke(new Api.auth.LogOut());
    await client.destroy();
  }
}

const parts = {
  async messages() {
    const client = await signIn();
    const sent = await client.sendMessage("me", { message: "Hello, myself!" });
    const found = await client.getMessages("me", { limit: 10 });
    assert(found.some((m) => m.message === "Hello, myself!"));
    assert.equal((await client.getMessages("me", { ids: sent.id }))[0].message, "Hello, myself!");
    await client.deleteMessages("me", [sent.id], {});
    assert.equal((await client.getMessages("me", { ids: sent.id }))[0], undefined);
    await leave(client);
  },
  async updates() {
    const a = await signIn(), b = await signIn();
    const got = new Promise((resolve) => b.addEventHandler(resolve, new NewMessage({})));
    await a.sendMessage("me", { message: "to the other session" });
    assert.equal((await got).message.message, "to the other session");
    await leave(a, b);
  },
  async files() {
    const client = await signIn();
    for (const size of [100, 300000, 11 * 1024 * 1024]) { // the last one is big: upload.saveBigFilePart
      const data = crypto.randomBytes(size);
      const sent = await client.sendFile("me", { file: new CustomFile("x.bin", size, "", data) });
      assert(data.equals(await client.downloadMedia(sent, {})), "size " + size);
    }
    await leave(client);
  },
  async qr() {
    const a = await signIn(), b = await newClient();
    await b.signInUserWithQrCode(api, {
      qrCode: ({ token }) => a.invoke(new Api.auth.AcceptLoginToken({ token })), password: async () => TGDC_PASSWORD, onError: fail,
    });
    assert.equal(String((await b.getMe()).id), String((await a.getMe()).id));
    const rows = (await a.invoke(new Api.account.GetAuthorizations())).authorizations;
    assert.equal(rows.length, 2);
    await a.invoke(new Api.account.ResetAuthorization({ hash: rows.find((row) => !row.current).hash }));
    await expectError("AUTH_KEY_UNREGISTERED", b.invoke(new Api.updates.GetState()));
    await b.destroy();
    await leave(a);
  },
  async twoStep() {
    const client = await signIn(second.phone, second.code);
    const set = (settings) => client.updateTwoFaSettings({ isCheckPassword: false, hint: "h", ...settings });
    await set({ newPassword: "first" });
    await set({ currentPassword: "first", newPassword: "second" });
    await expectError("PASSWORD_HASH_INVALID", set({ currentPassword: "first", newPassword: "third" }));
    await set({
      currentPassword: "second", newPassword: "third", email: "me@example.org",
      emailCodeCallback: async () => lastCode("me@example.org"), onEmailCodeError: fail,
    });
    assert((await client.invoke(new Api.account.GetPassword())).hasRecovery);
    const other = await newClient(), phone = { phoneNumber: second.phone };
    const sent = await other.invoke(new Api.auth.SendCode({ ...phone, ...api, settings: new Api.CodeSettings({}) }));
    await expectError("SESSION_PASSWORD_NEEDED",
      other.invoke(new Api.auth.SignIn({ ...phone, phoneCodeHash: sent.phoneCodeHash, phoneCode: second.code })));
    await other.invoke(new Api.auth.RequestPasswordRecovery());
    await expectError("CODE_INVALID", other.invoke(new Api.auth.RecoverPassword({ code: "nothing" })));
    await other.invoke(new Api.auth.RecoverPassword({ code: lastCode("me@example.org") }));
    assert(!(await client.invoke(new Api.account.GetPassword())).hasPassword);
    await leave(other, client);
  },
  async wrongInput() {
    const client = await newClient(), errors = [];
    const codes = ["99999", TGDC_CODE], passwords = ["wrong", TGDC_PASSWORD];
    await client.start({
      phoneNumber: async () => TGDC_PHONE, phoneCode: async () => codes.shift(), password: async () => passwords.shift(),
      onError: async (error) => { errors.push(error.errorMessage); },
    });
    assert.deepEqual(errors, ["PHONE_CODE_INVALID", "PASSWORD_HASH_INVALID"]);
    await leave(client);
  },
  async migration() {
    const client = await newClient(), phone = "+9996625678"; // lives in data centre 2, and nobody has it yet
    await client.start({
      phoneNumber: phone, phoneCode: async () => "22222", firstAndLastNames: async () => ["Test", "User"], onError: fail,
    });
    assert.equal((await client.invoke(new Api.help.GetConfig())).thisDc, 2);
    assert.equal((await client.getMe()).firstName, "Test");
    await leave(client);
    const bot = await newClient();
    await bot.start({ botAuthToken: "777:" + "b".repeat(35) });
    assert.equal((await bot.invoke(new Api.help.GetConfig())).thisDc, 3);
    await leave(bot);
  },
};

async function main() {
  trustKey(fs.readFileSync(TGDC_KEY, "ascii"));
  let failed = 0;
  for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts)) {
    try {
      await parts[name]();
      console.log("gramjs", name, "ok");
    } catch (error) { // the others are to run as well
      failed = 1;
      console.log("gramjs", name, "FAILED");
      console.error(error);
    }
  }
  return failed;
}

setTimeout(() => { console.error("gramjs: no end after 250 s"); process.exit(1); }, 250000);
main().then((failed) => process.exit(failed), (error) => { console.error(error); process.exit(1); });
