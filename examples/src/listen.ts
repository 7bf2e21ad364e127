import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** What of a server this needs; those of all frameworks have it. */
interface ListeningServer {
  readonly listening: boolean;
  address(): AddressInfo | string | null;
  once(event: string, listener: () => void): unknown;
  close(done: () => void): unknown;
}

/** Listens on `PORT`, by default 8080, until the process is asked to end; then closes the server and the product. */
export async function listenUntilSignal(
  listen: (port: number) => ListeningServer,
  product: AsyncDisposable,
): Promise<void> {
  const server = listen(Number(process.env["PORT"] ?? 8080));
  if (!server.listening) await once(server as never, "listening");
  const { port } = server.address() as AddressInfo;
  console.log(`listening on http://127.0.0.1:${port}`);

  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await new Promise<void>((resolve) => void server.close(resolve));
  await product[Symbol.asyncDispose]();
}
