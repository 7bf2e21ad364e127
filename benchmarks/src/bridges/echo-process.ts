import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FifoLine } from "./fifo-line.ts";

const PROGRAM = fileURLToPath(new URL("echo-program.ts", import.meta.url));

/** A process that sends back what it gets over FIFOs: the least that a synchronous call into a process can cost. */
export interface EchoProcess extends AsyncDisposable {
  roundTrip(bytes: Uint8Array): Uint8Array;
}

export function startEchoProcess(): EchoProcess {
  const folder = mkdtempSync(join(tmpdir(), "skerry-bench-"));
  const down = join(folder, "down");
  const up = join(folder, "up");
  execFileSync("mkfifo", [down, up]);
  const child = spawn(process.execPath, [PROGRAM, down, up], { stdio: ["ignore", "ignore", "inherit"] });
  const exited = once(child, "exit");
  const line = new FifoLine(up, down);
  return {
    roundTrip(bytes) {
      line.send(bytes);
      return line.receive();
    },
    async [Symbol.asyncDispose]() {
      line[Symbol.dispose]();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
