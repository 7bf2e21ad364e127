import { describe, expect, test } from "vitest";
import { readBody } from "./body.ts";

const MAX_BYTES = 1_000;
const CHUNK_BYTES = 100;

/** A request whose body has no end, and how much of it was read. */
function createEndlessRequest(headers: Record<string, string> = {}) {
  let read = 0;
  const body = new ReadableStream({
    pull(controller) {
      read += CHUNK_BYTES;
      if (read > MAX_BYTES * CHUNK_BYTES) controller.close();
      else controller.enqueue(new Uint8Array(CHUNK_BYTES));
    },
  });
  const request = new Request("http://skerry.test/", { method: "POST", body, headers, duplex: "half" });
  return { request, read: () => read };
}

describe("readBody", () => {
  test("reads nothing of a body that says that it is too large", async () => {
    const { request, read } = createEndlessRequest({ "content-length": `${MAX_BYTES + 1}` });
    await expect(readBody(request, MAX_BYTES)).rejects.toMatchObject({ code: "BODY_LIMIT" });
    expect(read()).toBeLessThanOrEqual(CHUNK_BYTES);
  });

  test.each([
    ["does not say how large it is", {}],
    ["lies", { "content-length": "1" }],
  ])("reads no further than the limit of a body that %s", async (_, headers) => {
    const { request, read } = createEndlessRequest(headers);
    await expect(readBody(request, MAX_BYTES)).rejects.toMatchObject({ code: "BODY_LIMIT" });
    expect(read()).toBeLessThanOrEqual(MAX_BYTES + 3 * CHUNK_BYTES);
  });

  test("takes a body of exactly the limit, whole", async () => {
    const bytes = Uint8Array.from({ length: MAX_BYTES }, (_, index) => index % 256);
    const request = new Request("http://skerry.test/", { method: "POST", body: bytes });
    expect(Buffer.from(await readBody(request, MAX_BYTES)).equals(bytes)).toBe(true);
  });
});
