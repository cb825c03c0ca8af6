// The Model Context Protocol's own client (npm @modelcontextprotocol/sdk) talks to tgcall serve: usage mcp_client.mjs TGCALL SESSION FOLDER
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [tgcall, session, folder] = process.argv.slice(2);
const { TGDC_ADDRESS, TGDC_DC, TGDC_KEY, TGDC_PHONE } = process.env;
// As hosts start servers: nothing of the environment but what the client itself passes on, so all stands in the arguments.
const server = {
  command: tgcall,
  args: ["serve", "--dc", TGDC_ADDRESS, "--dc-id", TGDC_DC, "--public-key", TGDC_KEY, "--session", session, "--api-id", "1",
    "--api-hash", "0123456789abcdef0123456789abcdef", "--files", folder, "--allow", "help.get*,users.get*,messages.*,channels.get*,updates.get*"],
  stderr: "pipe",
};

const transport = new StdioClientTransport(server);
const client = new Client({ name: "test", version: "1" });
const odd = [];
client.onerror = (error) => odd.push(String(error));
await client.connect(transport);
assert.equal(client.getServerVersion().name, "tgcall");
assert.ok(client.getServerCapabilities().tools);
assert.match(client.getInstructions(), /explain/);
assert.deepEqual(await client.ping(), {});

const { tools } = await client.listTools();
assert.deepEqual(tools.map((tool) => tool.name).sort(), ["download", "explain", "invoke", "listen", "upload"]);

const call = (name, args) => client.callTool({ name, arguments: args });
const ok = async (name, args) => {
  const answer = await call(name, args);
  assert.ok(!answer.isError, JSON.stringify(answer));
  assert.deepEqual(JSON.parse(answer.content[0].text), answer.structuredContent);
  return answer.structuredContent;
};
const me = (await ok("invoke", { method: "users.getUsers", params: { id: ["me"] } })).value[0];
assert.equal(me.phone, TGDC_PHONE.replace("+", ""));
assert.match((await ok("explain", { name: "messages.sendMessage" })).text, /random_id/);

// What goes wrong is told the model; what is no request, the program.
const refused = await call("invoke", { method: "auth.exportAuthorization", params: { dc_id: 2 } });
assert.equal(refused.isError, true);
assert.match(refused.content[0].text, /not allowed/);
const unknown = await call("invoke", { method: "users.getUsers", params: { id: ["@nobody_at_all"] } });
assert.equal(unknown.structuredContent.error.data.name, "USERNAME_NOT_OCCUPIED");
await assert.rejects(call("nothing", {}), (error) => error.code === -32602);
await assert.rejects(client.listResources(), (error) => error.code === -32601);

// Files, there and back; umlauts and line separators survive.
fs.writeFileSync(path.join(folder, "note.txt"), "f\u00fcr\u2028alle");
const { message_ids: ids } = await ok("upload", { files: ["note.txt"], to: "me", caption: "\u2028 \u{1F600} \u202e" });
assert.deepEqual(await ok("download", { message: "me/" + ids[0], to: "back.txt" }), { file: "back.txt", bytes: 11 });
assert.equal(fs.readFileSync(path.join(folder, "back.txt"), "utf8"), "f\u00fcr\u2028alle");
assert.equal((await call("upload", { files: ["../x"], to: "me" })).isError, true);

// Updates: a call that waits is no hindrance to others, and can be taken back.
await ok("listen", { count: 0 });
const stop = new AbortController();
const taken = client.callTool({ name: "listen", arguments: { seconds: 3600 } }, undefined, { signal: stop.signal });
const several = await Promise.all([...Array(20).keys()].map(() => ok("invoke", { method: "help.getNearestDc" })));
assert.equal(several.length, 20);
stop.abort("no more");
await assert.rejects(taken);
await client.ping();
assert.ok(Array.isArray((await ok("listen", { seconds: 0, count: 5 })).updates));

assert.deepEqual(odd, []);
await client.close();
console.log("mcp: ok");
