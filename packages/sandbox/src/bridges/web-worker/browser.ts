/**
 * What the bridge uses of a browser. The DOM's own types would put `document` into scope of all code for Node.
 */

export interface Frame {
  hidden: boolean;
  srcdoc: string;
  src: string;
  readonly contentWindow: Receiver | null;
  setAttribute(name: string, value: string): void;
  addEventListener(type: "load", listener: () => void): void;
  remove(): void;
}

export interface Document {
  readonly body: { append(node: Frame): void };
  createElement(name: "iframe"): Frame;
}

export interface Receiver {
  postMessage(message: unknown, targetOrigin: string, transfer: readonly Port[]): void;
}

export interface MessageEvent {
  readonly data: unknown;
  readonly ports: readonly Port[];
}

/** One end of a channel: a port, a worker as its maker sees it, or a worker's own scope. */
export interface Endpoint {
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  postMessage(message: unknown): void;
}

export interface Port extends Endpoint {
  start(): void;
  close(): void;
}

export interface Worker extends Endpoint {
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  addEventListener(type: "error", listener: (event: { readonly message?: string }) => void): void;
}

export type MessageChannelConstructor = new () => { readonly port1: Port; readonly port2: Port };
