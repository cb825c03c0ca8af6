// Random objects of every constructor and method, encoded by mtcute's encoder, go through `tgcall decode` and `tgcall encode`: the
// proves TL-2, TL-7, TL-8, TL-16
// JSON must say what went in, and the bytes that come out must be those that went in.
//   codec_mtcute.mjs TGCALL [SEED]
import fs from "node:fs";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [tgcall, seed = "1"] = process.argv.slice(2);
const modules = process.env.NODE_MODULES;
const core = path.join(modules, "mtcute-core-228");
const load = (file) => import(pathToFileURL(path.join(modules, file)));
const { TlBinaryWriter } = await load("@mtcute/tl-runtime/index.js");
const { default: Long } = await load("long/index.js");
const { __tlWriterMap: writers } = await load("mtcute-core-228/tl/binary/writer.js");
const schema = JSON.parse(fs.readFileSync(path.join(core, "tl/api-schema.json"), "utf8"));

// What the layer in schema/ has under the same id: mtcute's may be another one. A definition that needs one of those that went does
// not count either.
const ours = new Set();
const text = fs.readFileSync(new URL("../../schema/api.tl", import.meta.url), "utf8");
for (const [, id] of text.matchAll(/^[\w.]+#([0-9a-f]{8}) /gm)) ours.add(parseInt(id, 16));
const primitive = ["#", "true", "int", "int53", "long", "double", "string", "bytes", "int128", "int256", "Bool", "!X"];
const scalars = new Set(primitive);
let entries = schema.e.filter((e) => !e.name.startsWith("mtcute.") && ours.has(e.id));
const byType = new Map();
const usable = (a) => scalars.has(a.type) || byType.has(a.type);
const needed = (a) => !a.typeModifiers?.predicate && !a.typeModifiers?.isVector;
for (let before = 0; before !== entries.length;) {
  before = entries.length;
  byType.clear();
  for (const e of entries) {
    if (e.kind !== "class") continue;
    if (!byType.has(e.type)) byType.set(e.type, []);
    byType.get(e.type).push(e);
  }
  entries = entries.filter((e) => e.arguments.every((a) => usable(a) || !needed(a)));
}

let state = Number(seed) >>> 0 || 1;
function random(n) {
  state ^= state << 13; state >>>= 0;
  state ^= state >>> 17;
  state ^= state << 5; state >>>= 0;
  return state % n;
}
const randomBytes = (n) => Uint8Array.from({ length: n }, () => random(256));
const camel = (name) => name.replace(/_([a-z0-9])/gi, (_, c) => c.toUpperCase());

// The number of levels below which every object of a type can be finite: optional fields are left out at the bottom.
const depthOf = new Map();
function minimalDepth(e) {
  let depth = 0;
  for (const a of e.arguments) {
    if (a.typeModifiers?.predicate || a.typeModifiers?.isVector) continue;
    if (byType.has(a.type) && !["Bool"].includes(a.type)) depth = Math.max(depth, 1 + (depthOf.get(a.type) ?? 1e9));
  }
  return depth;
}
for (let changed = true; changed;) {
  changed = false;
  for (const [type, list] of byType) {
    const depth = Math.min(...list.map(minimalDepth));
    if (depth < (depthOf.get(type) ?? 1e9)) { depthOf.set(type, depth); changed = true; }
  }
}

// A random value: [what mtcute's encoder takes, what our JSON says].
function scalar(type) {
  switch (type) {
    case "int": { const v = random(0xffffffff) | 0; return [v, v]; }
    case "int53": { const v = (random(2) ? 1 : -1) * (random(1 << 20) * 2 ** 32 + random(0xffffffff)); return [v, String(v)]; }
    case "long": { const v = new Long(random(0xffffffff), random(0xffffffff)); return [v, v.toString()]; }
    case "double": { const v = (random(0xffffffff) - 2 ** 31) / (1 + random(1000)); return [v, v]; }
    case "string": { const v = ["", "a", "abc", "abcd", "héllo \u0000 \"q\" \n", "x".repeat(253), "y".repeat(254), "z".repeat(300)][random(8)]; return [v, v]; }
    case "bytes": { const v = randomBytes([0, 1, 3, 4, 253, 254, 256][random(7)]); return [v, Buffer.from(v).toString("base64")]; }
    case "int128": { const v = randomBytes(16); return [v, Buffer.from(v).toString("hex")]; }
    case "int256": { const v = randomBytes(32); return [v, Buffer.from(v).toString("hex")]; }
    case "Bool": { const v = random(2) === 1; return [v, v]; }
  }
}

function value(type, room) {
  const plain = scalar(type);
  if (plain) return plain;
  if (type === "!X") return object(entries.find((e) => e.name === "help.getConfig"), room - 1);
  const list = byType.get(type).filter((e) => minimalDepth(e) <= Math.max(room, depthOf.get(type)));
  return object(list[random(list.length)], room - 1);
}

function object(e, room) {
  const theirs = { _: e.name }, ours = { _: e.name };
  const bits = new Map();
  for (const a of e.arguments) {
    const m = a.typeModifiers ?? {};
    if (a.type === "#") continue;
    if (m.predicate) { // fields of one bit come together
      const all = e.arguments.filter((other) => other.typeModifiers?.predicate === m.predicate).every(usable);
      if (!bits.has(m.predicate)) bits.set(m.predicate, all && room > 0 && random(2) === 1);
      if (!bits.get(m.predicate)) continue;
    }
    let pair;
    if (a.type === "true") pair = [true, true];
    else if (m.isVector) {
      // (mtcute's encoder takes an optional vector without items for an absent one)
      const least = m.predicate ? 1 : 0;
      const items = Array.from({ length: room > 0 && usable(a) ? least + random(3) : least }, () => value(a.type, room - 1));
      pair = [items.map((i) => i[0]), items.map((i) => i[1])];
    } else pair = value(a.type, room);
    theirs[camel(a.name)] = pair[0];
    ours[a.name] = pair[1];
  }
  return [theirs, ours];
}

function run(command, input) {
  const done = spawnSync(tgcall, [command], { input });
  if (done.status !== 0) throw new Error(`tgcall ${command}: ${done.signal ?? done.stderr}`);
  return done.stdout;
}

function same(a, b, at) {
  if (a !== null && typeof a === "object" && b !== null && typeof b === "object") {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) same(a[key], b[key], `${at}.${key}`);
  } else if (a !== b) throw new Error(`${at}: ${JSON.stringify(a)} is not ${JSON.stringify(b)}`);
}

let passed = 0;
const failed = [];
for (const e of entries) {
  if (["boolTrue", "boolFalse", "true", "null"].includes(e.name) || (!writers[e.name])) continue;
  const [theirs, ours] = object(e, 3);
  try {
    const bytes = TlBinaryWriter.serializeObject(writers, theirs);
    const json = run("decode", bytes);
    same(JSON.parse(json), ours, e.name);
    const again = run("encode", json);
    if (Buffer.compare(Buffer.from(bytes), again) !== 0) throw new Error("other bytes");
    passed++;
  } catch (error) {
    failed.push(`${e.name}: ${error.message}`);
    if (process.env.KEEP) fs.writeFileSync(path.join(process.env.KEEP, e.name), TlBinaryWriter.serializeObject(writers, theirs));
  }
}
for (const line of failed.slice(0, 20)) console.error(line);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length || passed < 2300 ? 1 : 0);
