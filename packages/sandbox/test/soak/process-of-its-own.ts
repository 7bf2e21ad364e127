import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { SoakReport } from "./soak.ts";
import type { SoakSuite } from "./suite.ts";

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
/** Start, settling and report of the process besides its work. */
const MARGIN_MS = 60_000;

/** The same suite, soaked in a process of its own with further flags of Node, which looks at what it holds itself. */
export function inOwnProcess({ name }: SoakSuite, flags: readonly string[]): SoakSuite {
  return {
    name,
    async run({ durationMs, tally }) {
      const args = [
        ...process.execArgv,
        ...flags,
        MAIN,
        "--json",
        "--here",
        `--only=${name}`,
        `--seconds=${durationMs / 1_000}`,
      ];
      const stdout = await run(process.execPath, args, {
        timeout: durationMs + MARGIN_MS,
        killSignal: "SIGKILL",
      }).then(
        ({ stdout }) => stdout,
        // Also when it was not well: its report says how.
        (failure: unknown) => (failure as { stdout: string }).stdout,
      );
      try {
        const { counts, surprises, leaks } = JSON.parse(stdout) as SoakReport;
        for (const [outcome, count] of Object.entries(counts[name] ?? {})) tally.count(outcome, count);
        for (const text of [...surprises, ...leaks.map((leak) => `left behind ${leak}`)])
          tally.surprise(text);
      } catch {
        tally.surprise(`its process gave no report but "${stdout}"`);
      }
    },
  };
}
