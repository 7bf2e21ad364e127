/** The token of an embedded page. It is in memory only: nothing that outlives the page ever holds it. */
export interface EmbedToken {
  /** Takes a token, and lets those go on who wait for one. */
  set(token: string): void;
  /** Gives the token that is not `refused`; asks the embedding page for another one where that is all there is. */
  get(refused?: string): Promise<string>;
}

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** @param ask Asks the embedding page for a token; called once for each time that there is none. */
export function createEmbedToken(ask: () => void): EmbedToken {
  let current: string | undefined;
  let wanted: PromiseWithResolvers<string> | undefined;
  return {
    set(token) {
      current = token;
      wanted?.resolve(token);
      wanted = undefined;
    },
    get(refused) {
      if (current !== undefined && current !== refused) return Promise.resolve(current);
      current = undefined;
      if (wanted === undefined) {
        wanted = Promise.withResolvers();
        ask();
      }
      return wanted.promise;
    },
  };
}

/**
 * `fetch` that shows the token to our own server, and to nobody else. When the server refuses it, the request is made
 * again with another one; requests that cannot be made twice are told so by their failure. When that one is refused as
 * well, it is made more and more seldom.
 */
export function createAuthorizedFetch(token: EmbedToken, send: typeof fetch, self: string): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).origin !== self) return send(request);
    let shown = await token.get();
    for (let pauseMs = 0; ; pauseMs = Math.min(pauseMs * 2 || FIRST_PAUSE_MS, MAX_PAUSE_MS)) {
      const response = await send(authorize(request.clone(), shown));
      if (response.status !== 401) return response;
      if (pauseMs > 0) await pause(pauseMs);
      shown = await token.get(shown);
    }
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function authorize(request: Request, token: string): Request {
  request.headers.set("authorization", `Bearer ${token}`);
  return request;
}
