import type { PropsWithChildren } from "hono/jsx";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon.tsx";

const ICONS: Readonly<Record<"info" | "good" | "warn" | "bad", IconName>> = {
  info: "bell",
  good: "check",
  warn: "alert",
  bad: "alert",
};

export interface NoticeProps {
  /** Default `info`. */
  readonly tone?: keyof typeof ICONS;
}

/** A message that belongs to the page and stays. */
export function Notice({ tone = "info", children }: PropsWithChildren<NoticeProps>) {
  return (
    <div class={`notice ${tone}`}>
      <Icon name={ICONS[tone]} />
      <div>{children}</div>
    </div>
  );
}
