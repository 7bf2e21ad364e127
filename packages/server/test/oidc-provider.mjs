/**
 * A real identity provider for tests: `oidc-provider.mjs CALLBACK_URI`. Prints its issuer as a line, then lives until
 * its standard input ends. Whoever comes is signed in, without a page in between, as the account that `login_hint`
 * describes: `SUBJECT,EMAIL,verified` or `SUBJECT,EMAIL,unverified`; or is refused, by `refuse`.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [callbackUri = ""] = process.argv.slice(2);

const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;

/** Claims by subject. */
const accounts = new Map();

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "skerry",
      client_secret: "a secret between the two of them",
      redirect_uris: [callbackUri],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, id) => ({ accountId: id, claims: () => accounts.get(id) }),
});

/** Grants what was asked for, at once. */
async function interact(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  await provider.interactionFinished(request, response, await decide(params));
}

async function decide({ login_hint: hint, client_id: clientId, scope }) {
  if (hint === "refuse") return { error: "access_denied" };
  const [accountId, email, verified] = hint.split(",");
  accounts.set(accountId, { sub: accountId, email, email_verified: verified === "verified" });
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(scope);
  return { login: { accountId }, consent: { grantId: await grant.save() } };
}

const answer = provider.callback();
server.on("request", (request, response) => {
  const answering = request.url.startsWith("/interaction/")
    ? interact(request, response)
    : answer(request, response);
  answering.catch((/** @type {unknown} */ error) => response.writeHead(500).end(String(error)));
});

process.stdout.write(`${issuer}\n`);
await once(process.stdin.resume(), "end");
process.exit(0);
