import type { View } from "../view.ts";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon.tsx";

export type Status = keyof View["t"]["parts"]["statuses"];

export type Tone = "good" | "bad" | "warn" | "busy" | "quiet";

/** Colour and shape: a status is never told by colour alone. */
const LOOKS: Readonly<Record<Status, readonly [Tone, IconName]>> = {
  pending: ["quiet", "ring-dashed"],
  running: ["busy", "ring-part"],
  completed: ["good", "check"],
  failed: ["bad", "cross"],
  timeout: ["warn", "clock"],
  cancelled: ["quiet", "ring-slash"],
  draft: ["quiet", "ring-dashed"],
  active: ["good", "dot"],
  paused: ["warn", "pause"],
  disabled: ["quiet", "ring-slash"],
  archived: ["quiet", "archive"],
  suspended: ["warn", "pause"],
  waiting: ["quiet", "ring-dashed"],
  delivered: ["good", "check"],
  dead: ["bad", "cross"],
  expired: ["warn", "clock"],
  spare: ["quiet", "ring"],
  leased: ["busy", "dot"],
  idle: ["good", "ring"],
  lost: ["bad", "cross"],
};

export interface StatusBadgeProps {
  readonly status: Status;
  readonly view: View;
}

/** A status with its word, shape and colour. */
export function StatusBadge({ status, view }: StatusBadgeProps) {
  const [tone, icon] = LOOKS[status];
  return (
    <span class={`status ${tone}`}>
      <Icon name={icon} />
      {view.t.parts.statuses[status]}
    </span>
  );
}

/** The colour that a status has in charts. */
export function statusTone(status: Status): Tone {
  return LOOKS[status][0];
}
