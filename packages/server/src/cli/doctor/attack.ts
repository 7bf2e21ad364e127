import { ATTACKS, type Attack, selectAttacks } from "../../attacks/catalogue.ts";
import { type AttackReport, isAllContained, reportAttacks } from "../../attacks/report.ts";
import { describeReport } from "../../attacks/report-text.ts";
import { type AttackResult, createAttackSuite } from "../../attacks/suite.ts";
import { readConfig } from "../../config.ts";
import { SKERRY_VERSION } from "../../main/version.ts";
import { EXIT_FAILURE, EXIT_INTERRUPTED, EXIT_OK, UsageError } from "../command.ts";
import { escapeControls } from "../terminal/text.ts";

const TELL_EVERY = 50;
/** ECMA-48: to the start of the line, and erase it. */
const REWRITE_LINE = "\r\u001b[K";
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Which attacks run, and how they are reported. */
export interface AttackOptions {
  /** Beginnings of classes or ids with commas between; undefined is all. */
  readonly only: string | undefined;
  readonly asJson: boolean;
}

/**
 * Runs the attacks of the catalogue against this installation and reports on stdout, with progress on stderr.
 *
 * @throws UsageError when `only` names nothing.
 */
export async function attackInstallation({ only, asJson }: AttackOptions): Promise<number> {
  const attacks = chooseAttacks(only);
  using stop = watchStopSignals();
  const startedAt = performance.now();
  await using suite = createAttackSuite({ isolation: readConfig().isolation });
  const results: AttackResult[] = [];
  for (const attack of attacks) {
    results.push(await suite.run(attack));
    if (stop.isRequested()) break;
    tellProgress(results, attacks.length);
  }
  if (stop.isRequested()) {
    process.stderr.write(`stopped after ${results.length} of ${attacks.length} attacks\n`);
    return EXIT_INTERRUPTED;
  }
  const run = {
    version: SKERRY_VERSION,
    node: process.version,
    isolation: suite.isolation,
    durationMs: performance.now() - startedAt,
  };
  const report = reportAttacks(run, results);
  printReport(report, asJson);
  return isAllContained(report) ? EXIT_OK : EXIT_FAILURE;
}

function chooseAttacks(only: string | undefined): readonly Attack[] {
  if (only === undefined) return ATTACKS;
  try {
    return selectAttacks(only.split(","));
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--only: ${error.message}`);
    throw error;
  }
}

function printReport(report: AttackReport, asJson: boolean): void {
  const text = asJson ? `${JSON.stringify(report, null, 2)}\n` : describeReport(report);
  process.stdout.write(escapeControls(text));
}

/** One line that is written again and again on a terminal, else a line now and then. */
function tellProgress(results: readonly AttackResult[], total: number): void {
  const done = results.length;
  const bad = results.filter(({ verdict }) => verdict === "not-contained").length;
  const line = `${done} of ${total} attacks${bad === 0 ? "" : `, ${bad} not contained`}`;
  if (process.stderr.isTTY) {
    process.stderr.write(`${REWRITE_LINE}${done === total ? "" : `${line}: ${results.at(-1)?.attack.id}`}`);
  } else if (done % TELL_EVERY === 0 || done === total) {
    process.stderr.write(`${line}\n`);
  }
}

interface StopWatch extends Disposable {
  isRequested(): boolean;
}

/** The first signal ends the run after the attack that runs, the second one ends the process as it always does. */
function watchStopSignals(): StopWatch {
  let isRequested = false;
  const stopWatching = (): void => {
    for (const signal of STOP_SIGNALS) process.off(signal, request);
  };
  const request = (): void => {
    isRequested = true;
    stopWatching();
    process.stderr.write(`${process.stderr.isTTY ? REWRITE_LINE : ""}stopping after this attack\n`);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, request);
  return { isRequested: () => isRequested, [Symbol.dispose]: stopWatching };
}
