/**
 * The guest runtime of the platform: the web platform's globals, `ctx`, and the entry for HTTP. It is evaluated
 * once, into a V8 snapshot; nothing here may depend on time, chance or the host.
 */
import "./realm.ts";
import { defineContext, defineEntry, defineGlobal } from "@skerry/sandbox/guest";
import { AbortController, AbortSignal } from "./abort.ts";
import { atob, btoa } from "./base64.ts";
import { Blob, File } from "./blob.ts";
import { buildContext } from "./context.ts";
import { Crypto, createCrypto } from "./crypto.ts";
import { CryptoKey } from "./crypto-key.ts";
import { DOMException } from "./dom-exception.ts";
import { handleHttp } from "./entry-http.ts";
import { Event, EventTarget } from "./event-target.ts";
import { fetch } from "./fetch.ts";
import { FormData } from "./form-data.ts";
import { Headers } from "./headers.ts";
import { Performance, createPerformance, startClock } from "./performance.ts";
import {
  ReadableStream,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
} from "./readable-stream.ts";
import { Request } from "./request.ts";
import { Response } from "./response.ts";
import { structuredClone } from "./structured-clone.ts";
import { SubtleCrypto } from "./subtle-crypto.ts";
import { TextDecoder, TextEncoder } from "./text-encoding.ts";
import { URL, URLSearchParams } from "./url.ts";

const INTERFACES = {
  AbortController,
  AbortSignal,
  Blob,
  Crypto,
  CryptoKey,
  DOMException,
  Event,
  EventTarget,
  File,
  FormData,
  Headers,
  Performance,
  ReadableStream,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
  Request,
  Response,
  SubtleCrypto,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
};

const FUNCTIONS = { atob, btoa, fetch, structuredClone };

for (const [name, constructor] of Object.entries(INTERFACES)) {
  setName(constructor, name);
  const tag = { value: name, writable: false, configurable: true, enumerable: false };
  Object.defineProperty(constructor.prototype, Symbol.toStringTag, tag);
  defineGlobal(name, constructor);
}
for (const [name, value] of Object.entries(FUNCTIONS)) {
  setName(value, name);
  defineGlobal(name, value);
}
defineGlobal("crypto", createCrypto());
defineGlobal("performance", createPerformance());

defineContext((ctx, meta) => {
  startClock();
  buildContext(ctx, meta);
});
defineEntry("http", handleHttp);

/** Minifying renames classes and functions; scripts and stacks shall see the names of the standards. */
function setName(target: object, name: string): void {
  Object.defineProperty(target, "name", { value: name, configurable: true });
}
