import { readdirSync } from "node:fs";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { SKERRY_VERSION } from "../../main/version.ts";
import type { Metrics } from "./metrics.ts";

const RESOLUTION_MS = 20;
/** Who asks again sooner is told the same: two who ask would else take each other's figures away. */
const WINDOW_MS = 10_000;
const MICROSECONDS = 1e6;
const NANOSECONDS = 1e9;
/** Linux has a link there for each open descriptor. */
const DESCRIPTORS = "/proc/self/fd";

/** Lets the metrics tell what this process is and uses, and how late its event loop is. */
export function observeProcess(metrics: Metrics, role: string): Disposable {
  const loop = watchEventLoop();
  using stack = new DisposableStack();
  stack.use(loop);
  stack.use(
    metrics.observe(
      [
        "skerry_build_info",
        "skerry_event_loop_delay_seconds",
        "skerry_event_loop_utilization",
        "process_cpu_seconds",
        "process_resident_memory_bytes",
        "process_heap_bytes",
        "process_open_fds",
        "process_start_time_seconds",
      ],
      (observe) => {
        const { p50, p99, max, utilization } = loop.read();
        const { user, system } = process.cpuUsage();
        const { rss, heapUsed } = process.memoryUsage();
        const descriptors = countDescriptors();
        observe("skerry_build_info", 1, { version: SKERRY_VERSION, node_version: process.version, role });
        observe("skerry_event_loop_delay_seconds", p50, { statistic: "p50" });
        observe("skerry_event_loop_delay_seconds", p99, { statistic: "p99" });
        observe("skerry_event_loop_delay_seconds", max, { statistic: "max" });
        observe("skerry_event_loop_utilization", utilization, {});
        observe("process_cpu_seconds", (user + system) / MICROSECONDS, {});
        observe("process_resident_memory_bytes", rss, {});
        observe("process_heap_bytes", heapUsed, {});
        if (descriptors !== undefined) observe("process_open_fds", descriptors, {});
        observe("process_start_time_seconds", performance.timeOrigin / 1_000, {});
      },
    ),
  );
  return stack.move();
}

interface LoopReading {
  /** Seconds beyond the interval of the measurement. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** From 0 to 1. */
  readonly utilization: number;
}

/** Measures the event loop from now on, each reading since the one before. */
function watchEventLoop(): Disposable & { read(): LoopReading } {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let utilization = performance.eventLoopUtilization();
  let readAt = -Infinity;
  let reading: LoopReading | undefined;

  /** The histogram holds the time from one look to the next. */
  function delayOf(nanoseconds: number): number {
    return Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1_000) || 0;
  }

  function readAnew(): LoopReading {
    const now = performance.eventLoopUtilization();
    const { utilization: used } = performance.eventLoopUtilization(now, utilization);
    utilization = now;
    readAt = performance.now();
    const [p50, p99] = [delays.percentile(50), delays.percentile(99)].map(delayOf) as [number, number];
    const max = delayOf(delays.max);
    const hasNone = delays.count === 0;
    delays.reset();
    return hasNone ? { p50: 0, p99: 0, max: 0, utilization: used } : { p50, p99, max, utilization: used };
  }

  return {
    read() {
      if (reading === undefined || performance.now() - readAt >= WINDOW_MS) reading = readAnew();
      return reading;
    },
    [Symbol.dispose]: () => void delays.disable(),
  };
}

function countDescriptors(): number | undefined {
  try {
    return readdirSync(DESCRIPTORS).length;
  } catch {
    return undefined;
  }
}
