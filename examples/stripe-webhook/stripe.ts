import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What Stripe tells a webhook. */
export interface StripeEvent {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly object: { readonly id: string } };
}

/** What stands here for Stripe, so that the example needs no account and no network. */
export interface Stripe extends AsyncDisposable {
  readonly port: number;
}

/** Answers `GET /v1/charges/{id}` for who has the key, as https://docs.stripe.com/api/charges/retrieve does. */
export async function startStripe(key: string): Promise<Stripe> {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.headers.authorization !== `Bearer ${key}`) {
      response.writeHead(401).end(JSON.stringify({ error: { message: "Invalid API Key provided" } }));
      return;
    }
    const id = request.url?.slice("/v1/charges/".length);
    response.end(JSON.stringify({ id, amount: 4_200, currency: "eur", paid: true }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/**
 * A delivery as Stripe signs it: https://docs.stripe.com/webhooks#verify-manually. Each attempt is signed anew.
 *
 * @param secondsAgo when it was signed.
 */
export function signDelivery(event: StripeEvent, secret: string, secondsAgo: number): RequestInit {
  const body = JSON.stringify(event);
  const time = Math.floor(Date.now() / 1_000) - secondsAgo;
  const signature = createHmac("sha256", secret).update(`${time}.${body}`).digest("hex");
  const headers = { "content-type": "application/json", "stripe-signature": `t=${time},v1=${signature}` };
  return { method: "POST", headers, body };
}
