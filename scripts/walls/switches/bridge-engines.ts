import type { WallSwitch } from "../wall-switch.ts";

const BRIDGES = "packages/sandbox/src/bridges";
const RUNNER_TESTS = `${BRIDGES}/process/bridge-runner.test.ts`;
const QUICKJS_TESTS = `${BRIDGES}/quickjs-bridge.test.ts`;
const WORKER_TESTS = `${BRIDGES}/web-worker-bridge.test.ts`;

/** What each engine of a bridge holds by itself: processes, QuickJS, a worker in a page. */
export const BRIDGE_ENGINE_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "bridges",
    what: "a frame's length is refused before its content is kept",
    file: `${BRIDGES}/process/wire.ts`,
    find: "if (length > this.#maxFrameBytes) {",
    replace: "if (false) {",
    tests: [`${BRIDGES}/process/wire.test.ts`, "a length out of bounds"],
  },
  {
    wall: "bridges",
    what: "a runner's answer is bounded by its memory limit",
    file: `${BRIDGES}/process/bridge-runner.ts`,
    find: "Math.min(options.memoryLimitMb * TEXT_GROWTH * MEBIBYTE, MAX_FRAME_BYTES)",
    replace: "MAX_FRAME_BYTES",
    tests: [RUNNER_TESTS, "asked later over a socket > is killed when it announces too long"],
  },
  {
    wall: "bridges",
    what: "a runner that speaks unasked is killed",
    file: `${BRIDGES}/process/bridge-runner.ts`,
    find: "if (!turn) return this.#violate(`it sent a frame of kind ${kind} when nothing was asked of it`);",
    replace: "if (!turn) return;",
    tests: [RUNNER_TESTS, "asked later over a socket > is killed when it speaks unasked"],
  },
  {
    wall: "bridges",
    what: "a runner that invents a kind of frame is killed",
    file: `${BRIDGES}/process/bridge-runner.ts`,
    find: "return this.#violate(`it sent a frame of kind ${kind}, which does not exist`);",
    replace: "return;",
    tests: [RUNNER_TESTS, "asked later over a socket > is killed when it invents"],
  },
  {
    wall: "bridges",
    what: "the watchdog looks at the time",
    file: `${BRIDGES}/process/watchdog-thread.ts`,
    find: "if (elapsedMs > Atomics.load(runner.words, Word.LimitMs))",
    replace: "if (elapsedMs > Atomics.load(runner.words, Word.LimitMs) + 20_000)",
    tests: [RUNNER_TESTS, "asked later over a socket > is stopped in time: what V8 cannot stop"],
  },
  {
    wall: "bridges",
    what: "the watchdog looks at the memory",
    file: `${BRIDGES}/process/watchdog-thread.ts`,
    find: "    lookAtMemory(runner);\n",
    replace: "",
    tests: [RUNNER_TESTS, "asked later over a socket > is stopped when it takes memory beside its heap"],
  },
  {
    wall: "bridges",
    what: "the watchdog kills with a signal that cannot be ignored",
    file: "packages/sandbox/src/supervisor/proc.ts",
    find: 'process.kill(target, "SIGKILL");',
    replace: 'process.kill(target, "SIGTERM");',
    tests: [`${BRIDGES}/process/watchdog.test.ts`, "a turn that lasts too long"],
  },
  {
    wall: "bridges",
    what: "time in host functions counts",
    file: `${BRIDGES}/isolated-vm-bridge.ts`,
    find: "this.#isLate = performance.now() > deadline;",
    replace: "",
    tests: [
      `${BRIDGES}/isolated-vm-bridge.test.ts`,
      "IsolatedVmBridge as every bridge > limits > count the time inside host functions",
    ],
  },
  {
    wall: "bridges",
    what: "QuickJS has a memory with a maximum",
    file: `${BRIDGES}/quickjs/bounded-memory.ts`,
    find: "Math.max(initial, Math.ceil(maximumMb * PAGES_PER_MB))",
    replace: "4_096",
    tests: [QUICKJS_TESTS, "of 16 MiB holds > (an array that grows|texts that differ)"],
  },
  {
    wall: "bridges",
    what: "QuickJS is stopped in its native loops",
    file: `${BRIDGES}/quickjs/instance.ts`,
    find: "if (performance.now() >= this.stopAt) throw",
    replace: "if (performance.now() >= this.stopAt + 2_000) throw",
    tests: [QUICKJS_TESTS, "stops > a search in an array of holes"],
  },
  {
    wall: "bridges",
    what: "the meter takes a unit for each turn of a loop",
    file: `${BRIDGES}/quickjs/wasm-meter.ts`,
    find: "if (op === Op.Loop) {",
    replace: "if (false) {",
    tests: [`${BRIDGES}/quickjs/wasm-meter.test.ts`, "pays one unit for each turn"],
  },
  {
    wall: "bridges",
    what: "QuickJS is put back to what it was after a failure",
    file: `${BRIDGES}/quickjs/quickjs-engine.ts`,
    find: "    this.#instance.restore();\n",
    replace: "",
    tests: [QUICKJS_TESTS, "take too long or give too much"],
  },
  {
    wall: "bridges",
    what: "what a worker says is bounded in length",
    file: `${BRIDGES}/web-worker/web-worker-engine.ts`,
    find: "text.length > this.#maxLength",
    replace: "false",
    tests: [WORKER_TESTS, "page /plain > says what is wrong instead of answering too much"],
  },
  {
    wall: "bridges",
    what: "a worker's frame has an origin of its own",
    file: `${BRIDGES}/web-worker/frame.ts`,
    find: 'frame.setAttribute("sandbox", "allow-scripts");',
    replace: 'frame.setAttribute("sandbox", "allow-scripts allow-same-origin");',
    tests: [WORKER_TESTS, "the frame on /plain holds alone"],
  },
  {
    wall: "bridges",
    what: "a worker's frame loads nothing from anywhere",
    file: "packages/sandbox/src/bundles/web-worker-frame.ts",
    find: "const POLICY = \"default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; worker-src blob:\";",
    replace: 'const POLICY = "";',
    tests: [WORKER_TESTS, "the frame on /plain holds alone"],
  },
];
