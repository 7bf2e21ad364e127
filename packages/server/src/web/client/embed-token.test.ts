import { expect, onTestFinished, test, vi } from "vitest";
import { createAuthorizedFetch, createEmbedToken } from "./embed-token.ts";

const SELF = "https://skerry.example";

function setUp(accepted: string) {
  const seen: (string | null)[] = [];
  let asked = 0;
  const token = createEmbedToken(() => asked++);
  const send: typeof fetch = async (input) => {
    const request = input as Request;
    const shown = request.headers.get("authorization");
    seen.push(shown);
    const isAccepted = shown === `Bearer ${accepted}`;
    return new Response(await request.text(), { status: isAccepted ? 200 : 401 });
  };
  return { token, fetch: createAuthorizedFetch(token, send, SELF), seen, countAsked: () => asked };
}

test("requests wait for the first token, and for another one when it has expired", async () => {
  const { token, fetch, seen, countAsked } = setUp("new");
  const answers = Promise.all([
    fetch(`${SELF}/one`, { method: "POST", body: "1" }),
    fetch(`${SELF}/two`, { method: "POST", body: "2" }),
  ]);
  expect(countAsked()).toBe(1);
  token.set("old");
  await expect.poll(countAsked).toBe(2);
  token.set("new");
  expect(await Promise.all((await answers).map((answer) => answer.text()))).toEqual(["1", "2"]);
  expect(seen).toEqual(["Bearer old", "Bearer old", "Bearer new", "Bearer new"]);
  expect((await fetch(`${SELF}/three`)).status).toBe(200);
  expect(countAsked()).toBe(2);
});

test("where every token is refused, the server is not asked without end", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let asked = 0;
  const token = createEmbedToken(() => queueMicrotask(() => token.set(`wrong ${++asked}`)));
  const send: typeof fetch = () => Promise.resolve(new Response(null, { status: 401 }));
  void createAuthorizedFetch(token, send, SELF)(`${SELF}/one`);
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).toBe(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(7);
});

test("no other server is shown the token", async () => {
  const { token, fetch, seen } = setUp("secret");
  token.set("secret");
  expect((await fetch("https://elsewhere.example/")).status).toBe(401);
  expect((await fetch("https://skerry.example.evil.example/")).status).toBe(401);
  expect(seen).toEqual([null, null]);
});
