import { setTimeout as sleep } from "node:timers/promises";
import { listRunners } from "../processes.ts";
import type { SoakSuite } from "./suite.ts";

const PAUSE_MS = 2_000;

/** Kills one of this process's runners after the other, whatever it does, as a system out of memory would. */
export const crashSuite: SoakSuite = {
  name: "crashes",
  async run({ signal, tally }) {
    for (let turn = 0; !signal.aborted; turn++) {
      const runners = listRunners();
      const pid = runners[turn % runners.length];
      if (pid !== undefined) tally.count(kill(pid));
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  },
};

function kill(pid: number): string {
  try {
    process.kill(pid, "SIGKILL");
    return "killed";
  } catch {
    return "gone before";
  }
}
