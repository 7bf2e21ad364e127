import { expect, test } from "vitest";
import { createEventParser } from "./event-stream.ts";

const STREAM =
  'retry: 1000\n\nevent: log\nid: 7\ndata: {"message":"a: b"}\n\n: still running\n\nevent: end\ndata: {}\n\ndata: cut';

test("events are the same wherever the stream is cut", () => {
  const events = [
    { type: "log", id: "7", data: '{"message":"a: b"}' },
    { type: "end", id: undefined, data: "{}" },
  ];
  for (let at = 0; at <= STREAM.length; at++) {
    const parse = createEventParser();
    expect([...parse(STREAM.slice(0, at)), ...parse(STREAM.slice(at))]).toEqual(events);
  }
});
