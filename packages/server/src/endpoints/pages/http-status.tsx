import { Icon } from "../../web/parts/icon.tsx";
import type { IconName } from "../../web/parts/icon.tsx";
import type { Tone } from "../../web/parts/status-badge.tsx";

/** By the first digit. */
const LOOKS: Readonly<Record<string, readonly [Tone, IconName]>> = {
  "2": ["good", "check"],
  "4": ["warn", "alert"],
  "5": ["bad", "cross"],
};

/** A status code of HTTP, with a shape and colour by its class. */
export function HttpStatus({ status }: { readonly status: number }) {
  const [tone, icon] = LOOKS[String(status).slice(0, 1)] ?? ["quiet", "dot"];
  return (
    <span class={`status ${tone} number`}>
      <Icon name={icon} />
      {status}
    </span>
  );
}
