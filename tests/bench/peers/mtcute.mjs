// mtcute's calls and uploads against a local data centre, and its codec over the objects that bench_codec wrote: CPU time, least of
// some rounds. Run by tests/bench/peers/run.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { MemoryStorage, TelegramClient } from "@mtcute/node";
import { addPublicKey, NodeCryptoProvider } from "@mtcute/node/utils.js";
import { TlBinaryReader, TlBinaryWriter } from "@mtcute/tl-runtime";
import { __tlReaderMap as readers } from "./node_modules/mtcute-core-228/tl/binary/reader.js";
import { __tlWriterMap as writers } from "./node_modules/mtcute-core-228/tl/binary/writer.js";

const { TGDC_ADDRESS, TGDC_DC, TGDC_KEY, TGDC_BOT, BENCH_OBJECTS } = process.env;
const CALLS = 4000, FLYING = 256, BATCHES = 40, MIB = 32;
const cpu = () => { const { user, system } = process.cpuUsage(); return user + system; };
const row = (...fields) => console.log(fields.join("\t"));

function least(run) {
  let n = 1, best = Infinity;
  for (let spent = 0; spent < 5000; n *= 2) { const at = cpu(); for (let i = 0; i < n; i++) run(); spent = cpu() - at; }
  for (let batch = 0; batch < BATCHES; batch++) {
    const at = cpu();
    for (let i = 0; i < n; i++) run();
    best = Math.min(best, (cpu() - at) / n);
  }
  return best;
}

for (const file of fs.readdirSync(BENCH_OBJECTS)) {
  const bytes = new Uint8Array(fs.readFileSync(path.join(BENCH_OBJECTS, file))), name = path.basename(file, ".bin");
  let object;
  try { object = new TlBinaryReader(readers, bytes, 0).object(); } catch { object = null; } // methods it only writes
  if (object) {
    row(`decode ${name}`, (least(() => new TlBinaryReader(readers, bytes, 0).object()) * 1000).toFixed(1), "ns");
    row(`encode ${name}`, (least(() => TlBinaryWriter.serializeObject(writers, object)) * 1000).toFixed(1), "ns");
  }
}

const [host, port] = TGDC_ADDRESS.split(":");
const dc = { ipAddress: host, port: Number(port), id: Number(TGDC_DC) };
const provider = new NodeCryptoProvider();
await provider.initialize?.();
addPublicKey(provider, fs.readFileSync(TGDC_KEY, "ascii"));
const client = new TelegramClient({
  apiId: 1, apiHash: "0123456789abcdef0123456789abcdef", storage: new MemoryStorage(), logLevel: 0, disableUpdates: true,
  crypto: provider, defaultDcs: { main: dc, media: dc },
});
await client.start({ botToken: TGDC_BOT });
const question = { _: "users.getUsers", id: [{ _: "inputUserSelf" }] };
for (const [name, flying, calls] of [["call alone", 1, CALLS / 10], ["call, 256 in flight", FLYING, CALLS]]) {
  for (let round = 0; round < 3; round++) {
    let left = calls;
    const at = cpu(), start = performance.now();
    await Promise.all(Array.from({ length: flying }, async () => { while (left-- > 0) await client.call(question); }));
    row(name, ((cpu() - at) / calls).toFixed(2), "us");
    row(`${name}, a second`, (calls / (performance.now() - start) * 1000).toFixed(0), "calls");
  }
}
const file = crypto.randomBytes(MIB << 20), at = cpu();
await client.uploadFile({ file, fileName: "bench" });
row("upload", ((cpu() - at) / 1000 / MIB).toFixed(3), "ms/MiB");
await client.destroy();
process.exit(0);
