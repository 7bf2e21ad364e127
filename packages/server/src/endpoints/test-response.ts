import { readResponseStart } from "./response-start.ts";

/** What came back, as far as it is shown. */
export interface TestResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The beginning of the body; undefined for one that is no text. */
  readonly text: string | undefined;
  /** Of the body that arrived. */
  readonly bytes: number;
  /** Whether there was more, or would have been. */
  readonly isCut: boolean;
  /** Until the body had arrived. */
  readonly durationMs: number;
  /** Null where the request did not come so far. */
  readonly executionId: string | null;
}

/** Reads a response as far as it is shown, and lets go of the rest. */
export async function readTestResponse(response: Response, begunAt: number): Promise<TestResponse> {
  const { body, isCut } = await readResponseStart(response);
  return {
    status: response.status,
    headers: [...response.headers],
    text: decodeText(body),
    bytes: body.byteLength,
    isCut,
    durationMs: performance.now() - begunAt,
    executionId: response.headers.get("skerry-execution-id"),
  };
}

/** A character that is cut at the end is left out. */
function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}
