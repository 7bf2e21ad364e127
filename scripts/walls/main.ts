// npm run walls: switches each wall off in turn, in a copy of the sources, and demands that its tests turn red.
//
//   --only=A,B   the switches of these walls alone
//   --json       the outcomes as JSON; progress goes to stderr either way
import { fileURLToPath } from "node:url";
import { detectIsolation } from "@skerry/sandbox";
import { WALL_SWITCHES } from "./switches.ts";
import { runWalls } from "./walls.ts";

const { walls } = detectIsolation();

process.exitCode = await runWalls(process.argv.slice(2), {
  root: fileURLToPath(new URL("../..", import.meta.url)),
  switches: WALL_SWITCHES,
  missing: new Set(walls.flatMap(({ name, active }) => (active ? [] : [name]))),
  print: (line) => console.log(line),
  note: (line) => console.error(line),
});
