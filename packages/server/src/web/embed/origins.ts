import { z } from "zod";
import { StartError } from "../../main/errors.ts";

/** Whose pages may embed pages of ours. */
export interface EmbedOptions {
  /** E.g. `https://app.example.com`, or `https://*.example.com` for all hosts below that one. None: nobody's may. */
  readonly origins: readonly string[];
}

const HELP = "must be an origin such as https://app.example.com or https://*.example.com";

/** Sources of `frame-ancestors` (CSP Level 3, section 6.4.2) that name a scheme and a host. */
const embedOrigin = z.string().refine(isEmbedOrigin, HELP);

/** Origins with spaces or commas between, as the environment has them. */
export const embedOriginList = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((each) => each !== ""))
  .pipe(z.array(embedOrigin));

/** @throws StartError `CONFIG_INVALID`. */
export function requireEmbedOrigins({ origins }: EmbedOptions): readonly string[] {
  const wrong = origins.find((each) => !isEmbedOrigin(each));
  if (wrong === undefined) return origins;
  throw new StartError("CONFIG_INVALID", `embed.origins: ${JSON.stringify(wrong)} ${HELP}.`);
}

/** Nothing of it may end the directive that it comes into. */
const PATTERN = /^https?:\/\/(?:\*\.)?(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?$/;

function isEmbedOrigin(text: string): boolean {
  const example = text.replace("*.", "any.");
  return PATTERN.test(text) && URL.parse(example)?.origin === example;
}
