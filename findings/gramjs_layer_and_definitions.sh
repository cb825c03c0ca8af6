#!/bin/sh
# telegram (GramJS) 2.23.2: says layer 181 to the server and has the definitions of a later layer.
#
# A server answers a client in the layer that it named. In layer 181 draftMessage is 3fccf7ef and messages.saveDraft 7ff3b806; GramJS 2.23.2,
# which names 181, knows only 2d65321f and d372c5ce, so an exact answer cannot be read there. 2.22.2, which names 181 too, has 181's ids.
# Seen: 2.23.2 says 181: 11 names have other ids than in layer 181, draftMessage 2d65321f for 3fccf7ef; 2.22.2: none
set -eu
exec "$(dirname "$0")/run_in_npm" newer@npm:telegram@2.23.2 older@npm:telegram@2.22.2 @mtcute/tl@181.0.0 <<'SCRIPT'
import fs from "node:fs";
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const layer181 = JSON.parse(fs.readFileSync("node_modules/@mtcute/tl/api-schema.json", "utf8")).e;

const look = (alias) => {
  const text = String(require(`./node_modules/${alias}/tl/apiTl.js`));
  const ids = new Map([...text.matchAll(/^([\w.]+)#([0-9a-f]+) /gm)].map((m) => [m[1], parseInt(m[2], 16)]));
  const { LAYER } = require(`./node_modules/${alias}/tl/AllTLObjects.js`);
  return { layer: LAYER, others: layer181.filter((e) => ids.has(e.name) && ids.get(e.name) !== e.id >>> 0), ids };
};
const hex = (id) => (id >>> 0).toString(16).padStart(8, "0");
const newer = look("newer"), older = look("older");
for (const e of newer.others)
  console.log(`2.23.2: ${e.name} ${hex(newer.ids.get(e.name))}, in layer 181 ${hex(e.id)}`);
console.log(`2.23.2 says layer ${newer.layer}: ${newer.others.length} other ids; 2.22.2 says ${older.layer}: ${older.others.length}`);
process.exit(newer.layer === 181 && newer.others.some((e) => e.name === "draftMessage") && !older.others.length ? 0 : 1);
SCRIPT
