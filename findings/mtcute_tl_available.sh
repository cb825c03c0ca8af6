#!/bin/sh
# @mtcute/tl 223.0.0: its schema says of every documented method that it is for users only, auth.importBotAuthorization included.
#
# api-schema.json has a field "available" a method: user, bot, both. In 223.0.0 (as in 218 to 221) the value is "user" for all that have
# one, those that only bots may call among them; 216.0.0 tells them apart. Who generates from the package and refuses methods by it
# refuses bots everything.
# Seen: 223: 761 user, 0 bot, 0 both; 216: 565 user, 23 bot, 118 both
set -eu
exec "$(dirname "$0")/run_in_npm" new@npm:@mtcute/tl@223.0.0 old@npm:@mtcute/tl@216.0.0 <<'SCRIPT'
import fs from "node:fs";
const count = (alias) => {
  const methods = JSON.parse(fs.readFileSync(`node_modules/${alias}/api-schema.json`, "utf8")).e.filter((e) => e.kind === "method");
  const of = (who) => methods.filter((e) => e.available === who).length;
  const login = methods.find((e) => e.name === "auth.importBotAuthorization").available;
  return { user: of("user"), bot: of("bot"), both: of("both"), login };
};
const now = count("new"), before = count("old");
console.log("223.0.0", JSON.stringify(now), "216.0.0", JSON.stringify(before));
process.exit(now.user > 700 && now.bot + now.both === 0 && now.login === "user" && before.bot && before.both ? 0 : 1);
SCRIPT
