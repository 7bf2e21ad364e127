import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { once } from "node:events";
import { spawnRunner } from "/work/main/packages/sandbox/src/supervisor/spawn.ts";
import { probeJail } from "/work/main/packages/sandbox/src/supervisor/isolation.ts";
import { findEngineAddon } from "/work/main/packages/sandbox/src/supervisor/addon.ts";
const all = JSON.parse(readFileSync("/work/shared/data/attacks/attacks.json","utf8")).filter(a=>a.id.startsWith("jail."));
const walls = (process.argv[2]??"").split(",").filter(Boolean);
const jail = probeJail("full",{without: walls as never});
console.log(walls, jail.report.level, jail.prefix.join(" "), jail.permissions);
for (const a of all) {
  const n = Number(a.id.slice(-2)); if (n>=29 || (n===16 && !process.argv.includes("kill"))) continue;
  const program = `(async () => { ${a.code} })().then(value => ({value: value===undefined?null:value}), e => ({error:{name:e?.name,code:e?.code,message:String(e?.message).slice(0,150),cause:String(e?.cause?.code)}})).then(o => { const s = new (require("node:net").Socket)({fd:3}); s.end(JSON.stringify(o, (k,v)=> typeof v==="function"?"[fn]":v), () => setImmediate(() => process.exit(0))); });`;
  const { child, socket } = spawnRunner({ jail, program, boot: {}, addonPath: findEngineAddon() });
  const t = setTimeout(()=>child.kill("SIGKILL"), 6000);
  let err=""; child.stderr!.on("data",d=>err+=d);
  const [out] = await Promise.all([text(socket), once(child,"close")]);
  clearTimeout(t);
  console.log(a.id, child.exitCode, child.signalCode, out.slice(0,250), err.slice(0,200));
}
