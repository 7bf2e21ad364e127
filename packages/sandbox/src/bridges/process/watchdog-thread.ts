/**
 * The thread that watches runners while the host's own thread may be asleep in a read. It reads no clock of anyone
 * else, trusts nothing that a runner says, and can do one thing: kill.
 */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { findInnermost, killWithInnermost, readResidentBytes } from "../../supervisor/proc.ts";
import { Bell, Verdict, type WatchRequest, Word } from "./watch-words.ts";

const TICK_MS = 20;
/** So long after the last turn of any runner the thread goes to sleep. */
const REST_AFTER_MS = 1_000;
const MEBIBYTE = 1024 * 1024;

interface Watched {
  readonly pid: number;
  readonly words: Int32Array;
  readonly memoryCapMb: number;
  turn: number;
  turnSeenAt: number;
}

const bell = workerData as Int32Array;
const requests = parentPort as MessagePort;
const watched = new Map<number, Watched>();
let lastTurnAt = performance.now();

while (Atomics.load(bell, 0) !== Bell.Stop) {
  takeRequests();
  const now = performance.now();
  for (const runner of watched.values()) look(runner, now);
  if (now - lastTurnAt < REST_AFTER_MS) Atomics.wait(bell, 0, Bell.Awake, TICK_MS);
  else rest();
}

/** Sleeps until the bell rings. */
function rest(): void {
  Atomics.compareExchange(bell, 0, Bell.Awake, Bell.Asleep);
  // From here on the bell rings for whatever begins; this finds what began before.
  takeRequests();
  const isQuiet = watched.values().every(({ words, turn }) => Atomics.load(words, Word.Turn) === turn);
  if (isQuiet) Atomics.wait(bell, 0, Bell.Asleep);
  Atomics.compareExchange(bell, 0, Bell.Asleep, Bell.Awake);
  lastTurnAt = performance.now();
}

function takeRequests(): void {
  for (;;) {
    const received = receiveMessageOnPort(requests);
    if (!received) return;
    const message = received.message as WatchRequest;
    if ("words" in message) {
      watched.set(message.id, { ...message, turn: 0, turnSeenAt: 0 });
    } else {
      watched.delete(message.id);
    }
  }
}

function look(runner: Watched, now: number): void {
  const { words } = runner;
  const turn = Atomics.load(words, Word.Turn);
  const isNew = turn !== runner.turn;
  const isOpen = (turn & 1) === 1;
  if (isNew || isOpen) lastTurnAt = now;
  if (isNew) {
    runner.turn = turn;
    runner.turnSeenAt = now;
  } else if (isOpen) {
    lookAtTime(runner, now - runner.turnSeenAt);
    lookAtMemory(runner);
  }
}

function lookAtTime(runner: Watched, elapsedMs: number): void {
  if (elapsedMs > Atomics.load(runner.words, Word.LimitMs)) end(runner, Verdict.Deadline);
}

function lookAtMemory(runner: Watched): void {
  const resident = readResidentBytes(findInnermost(runner.pid));
  if (resident === undefined || resident <= runner.memoryCapMb * MEBIBYTE) return;
  end(runner, Verdict.Memory);
}

function end({ pid, words }: Watched, verdict: number): void {
  Atomics.compareExchange(words, Word.Verdict, Verdict.None, verdict);
  killWithInnermost(pid);
}
