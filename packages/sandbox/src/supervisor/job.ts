import { z } from "zod";
import { CapabilityError } from "../capability.ts";
import { SANDBOX_ERRORS, SandboxError, type SandboxErrorCode } from "../errors.ts";
import type { CapabilityTable, ExecutionFailure, ExecutionRequest, ExecutionResult } from "../execution.ts";
import { MAX_JSON_DEPTH } from "../guest/encode.ts";
import { MAX_LINES_PER_SECOND } from "../guest/log.ts";
import { MAX_CHUNK_BYTES } from "../guest/stream.ts";
import { createUsage, MAX_NOTED_CALLS, type NotedCall } from "../limits.ts";
import type { Channel } from "../protocol/channel.ts";
import { type Frame, FrameKind } from "../protocol/frame.ts";
import type { EndHead, FailureHead } from "../protocol/messages.ts";
import { dispatchCall } from "./dispatch.ts";
import { isDeeperThan } from "./json-depth.ts";
import { parseLogLines } from "./log-lines.ts";
import { OutputGatherer, OutputReader, type OutputSink } from "./output-chunks.ts";
import { describeMemoryLimit, type MemoryGrowth } from "./memory-growth.ts";
import { mapStack } from "./stack.ts";

const MEBIBYTE = 1024 * 1024;
const MAX_OPEN_CALLS = 64;
/** What ends an output that came in chunks. */
const STREAMED = "null";
/** UTF-8 needs at most three bytes for what the guest counts as one character. */
const BYTES_PER_CHAR = 3;
/** The guest counts its log lines by the seconds of its own clock, which may be set forward meanwhile. */
const SPARE_SECONDS = 2;
/** Message and stack are cut to 24,578 characters in the runner; JSON takes six bytes for a control character. */
const MAX_FAILURE_BYTES = 160 * 1024;

const endSchema = z.strictObject({
  cpuMs: z.number().nonnegative(),
  memoryBytes: z.number().nonnegative().nullable(),
}) satisfies z.ZodType<EndHead>;
const failureSchema = z.strictObject({
  code: z.string().max(100),
  message: z.string(),
  stack: z.string().optional(),
});

/** Codes that end an execution as `timeout`. */
const TIMEOUT_CODES: ReadonlySet<string> = new Set<SandboxErrorCode>(["CPU_LIMIT", "WALL_LIMIT"]);

export interface JobOptions {
  readonly id: number;
  readonly request: ExecutionRequest;
  readonly channel: Channel;
  readonly capabilities: CapabilityTable;
  readonly memory: MemoryGrowth;
  readonly onCapabilityFailure: (error: unknown, name: string, request: ExecutionRequest) => void;
  /** The runner broke the protocol and must die. */
  readonly onViolation: (reason: string) => void;
  readonly onEnd: (job: Job) => void;
}

/**
 * One execution as the supervisor sees it. Everything that comes from the runner is counted, size-checked and
 * schema-checked here; whom it belongs to is known from the request, never from a message.
 */
export class Job {
  readonly id: number;
  readonly request: ExecutionRequest;
  readonly startedAt = performance.now();
  /** What it used, as far as that can be told from outside. */
  readonly memory: MemoryGrowth;
  readonly result: Promise<ExecutionResult>;
  readonly #options: JobOptions;
  readonly #openCalls = new Set<number>();
  /** Made with the first call; most executions make none. */
  #abort: AbortController | undefined;
  readonly #usage = createUsage();
  /** Takes the output where that comes in chunks. */
  #sink: OutputSink | undefined;
  #chunkBytes = 0;
  #logLines = 0;
  #settle!: (result: ExecutionResult) => void;
  #isEnded = false;
  /** The runner answers with the end; if it does not, the deadline does. */
  readonly #cancel = (): void => this.#options.channel.send(FrameKind.Cancel, this.id);

  constructor(options: JobOptions) {
    this.id = options.id;
    this.request = options.request;
    this.memory = options.memory;
    this.#options = options;
    this.result = new Promise((settle) => {
      this.#settle = settle;
    });
    options.request.signal?.addEventListener("abort", this.#cancel);
  }

  /** Milliseconds since the start. */
  get elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  handle(frame: Frame): void {
    switch (frame.kind) {
      case FrameKind.Call:
        return this.#call(frame);
      case FrameKind.Log:
        return this.#log(frame);
      case FrameKind.Stream:
        return this.#stream(frame);
      case FrameKind.Chunk:
        return this.#chunk(frame);
      case FrameKind.Complete:
        return this.#complete(frame);
      case FrameKind.Fail:
        return this.#failed(frame);
      default:
        return this.#options.onViolation(`frame of unknown kind ${frame.kind}`);
    }
  }

  /** Ends the execution for its caller, whatever the runner still does. */
  fail(failure: ExecutionFailure): void {
    const { code } = failure;
    const status = code === "CANCELLED" ? "cancelled" : TIMEOUT_CODES.has(code) ? "timeout" : "failed";
    if (code === "MEMORY_LIMIT") {
      const limitBytes = this.request.limits.memoryMb * MEBIBYTE;
      this.#usage.memoryPeakBytes = Math.max(limitBytes, this.memory.look() ?? 0);
    }
    this.#end({ status, error: failure, usage: this.#usage });
  }

  #call({ call, parts }: Frame): void {
    const { onViolation, request } = this.#options;
    const [name, args, body] = parts;
    if (!name || !args || name.length > 200) return onViolation("malformed capability call");
    if (this.#openCalls.has(call)) return onViolation(`capability call ${call} was made twice`);
    if (this.#openCalls.size >= MAX_OPEN_CALLS) return onViolation("too many capability calls at once");
    if (++this.#usage.capabilityCalls > request.limits.capabilityCalls)
      return onViolation("more capability calls than allowed");
    this.#openCalls.add(call);
    void this.#answer(call, name.toString(), args, body);
  }

  async #answer(call: number, name: string, args: Buffer, body: Buffer | undefined): Promise<void> {
    const { channel, capabilities, onCapabilityFailure, request } = this.#options;
    const noted = this.#note(capabilities.has(name) ? name : "unknown");
    const context = {
      tenant: request.tenant,
      executionId: request.executionId,
      attributes: request.attributes ?? {},
      signal: (this.#abort ??= new AbortController()).signal,
    };
    let kind: typeof FrameKind.Reply | typeof FrameKind.Refuse = FrameKind.Reply;
    let parts: Array<string | Uint8Array>;
    try {
      const reply = await dispatchCall(capabilities, { name, args, body }, context);
      parts = [JSON.stringify(reply.value ?? null), ...(reply.body ? [reply.body] : [])];
    } catch (error) {
      kind = FrameKind.Refuse;
      if (error instanceof CapabilityError) {
        parts = [error.code, error.message];
      } else {
        if (!this.#isEnded) onCapabilityFailure(error, name, request);
        parts = ["CAPABILITY_FAILED", `${name} failed inside the host`];
      }
    }
    this.#openCalls.delete(call);
    if (this.#isEnded) return;
    if (noted) {
      noted.durationMs = this.elapsedMs - noted.offsetMs;
      if (kind === FrameKind.Refuse) noted.code = String(parts[0]);
    }
    channel.send(kind, this.id, call, parts);
  }

  #note(name: string): NotedCall | undefined {
    const { calls } = this.#usage;
    if (calls.length >= MAX_NOTED_CALLS) return undefined;
    const noted = { name, offsetMs: this.elapsedMs, durationMs: null, code: null };
    calls.push(noted);
    return noted;
  }

  #log({ parts }: Frame): void {
    const { onViolation, request } = this.#options;
    const [json] = parts;
    if (!json) return onViolation("malformed log message");
    this.#usage.logBytes += json.byteLength;
    if (this.#usage.logBytes > request.limits.logBytes * BYTES_PER_CHAR + MAX_FAILURE_BYTES) {
      return onViolation("more log bytes than allowed");
    }
    const lines = parseLogLines(json.toString());
    if (!lines) return onViolation("malformed log lines");
    this.#logLines += lines.length;
    if (this.#logLines > MAX_LINES_PER_SECOND * 2 * (SPARE_SECONDS + this.elapsedMs / 1_000)) {
      return onViolation("log lines faster than allowed");
    }
    request.onLog?.(lines);
  }

  #stream({ parts: [json] }: Frame): void {
    const { onViolation, channel, request } = this.#options;
    if (this.#sink) return onViolation("a second beginning of the output");
    if (!json) return onViolation("malformed beginning of the output");
    const text = this.#readOutput(json, json.byteLength);
    if (text === undefined) return;
    const control = { demand: () => channel.send(FrameKind.Demand, this.id), cancel: this.#cancel };
    if (request.onStream) {
      const reader = new OutputReader(text, control);
      this.#sink = reader;
      request.onStream(text, reader);
    } else {
      this.#sink = new OutputGatherer(text, control);
    }
  }

  #chunk({ parts: [chunk] }: Frame): void {
    const { onViolation, request } = this.#options;
    if (!this.#sink) return onViolation("a chunk of no output");
    if (!chunk || chunk.byteLength === 0 || chunk.byteLength > MAX_CHUNK_BYTES) {
      return onViolation("malformed chunk");
    }
    this.#usage.outputBytes += chunk.byteLength;
    this.#chunkBytes += chunk.byteLength;
    if (this.#chunkBytes > request.limits.outputBytes) return onViolation("chunks over their size limit");
    if (!this.#sink.put(chunk)) onViolation("a chunk that was not asked for");
  }

  #complete({ parts }: Frame): void {
    const { onViolation, request } = this.#options;
    const [head, json, body] = parts;
    if (!json || !this.#readEnd(head)) return onViolation("malformed result");
    if (this.#sink) return this.#completeStream(this.#sink, parts);
    const bytes = json.byteLength + (body?.byteLength ?? 0);
    const text = this.#readOutput(json, bytes);
    if (text === undefined) return;
    const { outputBytes } = request.limits;
    if (bytes > outputBytes) {
      return this.fail({
        code: "OUTPUT_LIMIT",
        message: `the result has ${bytes} bytes, its limit outputBytes is ${outputBytes} bytes`,
      });
    }
    this.#end({ status: "completed", output: { json: text, ...(body ? { body } : {}) }, usage: this.#usage });
  }

  #completeStream(sink: OutputSink, [, json, body]: Frame["parts"]): void {
    if (json?.toString() !== STREAMED || body) return this.#options.onViolation("a result beside its chunks");
    this.#end({ status: "completed", output: sink.complete(), usage: this.#usage });
  }

  /** The text of an output. @returns undefined for one that no honest runner sends, which is a violation. */
  #readOutput(json: Buffer, bytes: number): string | undefined {
    const { outputBytes } = this.request.limits;
    this.#usage.outputBytes = bytes;
    if (bytes > outputBytes * BYTES_PER_CHAR + 1) return this.#refuse("result over its size limit");
    if (isDeeperThan(json, MAX_JSON_DEPTH)) return this.#refuse("result nested too deep");
    const text = json.toString();
    if (parseJson(text) === undefined) return this.#refuse("result is not JSON");
    return text;
  }

  #refuse(reason: string): undefined {
    this.#options.onViolation(reason);
    return undefined;
  }

  #failed({ parts }: Frame): void {
    const [head, json] = parts;
    const failure =
      json && json.byteLength <= MAX_FAILURE_BYTES
        ? failureSchema.safeParse(parseJson(json.toString()))
        : undefined;
    if (!failure?.success || !this.#readEnd(head)) return this.#options.onViolation("malformed failure");
    this.fail(this.#translate(failure.data));
  }

  /** Codes that the guest made up, or that a capability gave it, are part of the message. */
  #translate({ code, message, stack }: FailureHead): ExecutionFailure {
    const isOurs = Object.hasOwn(SANDBOX_ERRORS, code) && !SYSTEM_ONLY.has(code);
    if (code === "MEMORY_LIMIT") {
      return { code, message: describeMemoryLimit(this.request.limits.memoryMb, this.memory.look()) };
    }
    const mapped = stack === undefined ? undefined : mapStack(stack, this.request.program);
    return {
      code: isOurs ? (code as SandboxErrorCode) : "SCRIPT_ERROR",
      message: isOurs ? message : `${code}: ${message}`,
      ...(mapped === undefined ? {} : { stack: mapped }),
    };
  }

  #readEnd(head: Buffer | undefined): boolean {
    const end = endSchema.safeParse(head && parseJson(head.toString()));
    if (!end.success) return false;
    this.#usage.cpuMs = end.data.cpuMs;
    this.#usage.memoryPeakBytes = end.data.memoryBytes;
    return true;
  }

  #end(result: ExecutionResult): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#usage.durationMs = this.elapsedMs;
    this.#usage.memoryPeakBytes ??= this.memory.look();
    this.#abort?.abort();
    this.request.signal?.removeEventListener("abort", this.#cancel);
    this.#options.onEnd(this);
    if (result.status !== "completed")
      this.#sink?.fail(new SandboxError(result.error.code, result.error.message));
    this.#settle(result);
  }
}

/** Codes that only the supervisor may give. */
const SYSTEM_ONLY: ReadonlySet<string> = new Set(
  Object.entries(SANDBOX_ERRORS).flatMap(([code, { kind }]) => (kind === "system" ? [code] : [])),
);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
