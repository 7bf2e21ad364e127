/** How one evaluation runs; the host writes it into the code as a JSON literal. */
export interface Settings {
  /** IANA name. Default: the zone of the engine's process. */
  readonly timezone?: string;
  /** BCP 47 tag for Luxon. Default `en-US`. */
  readonly locale?: string;
  /** What becomes of what a chunk throws. Default `throw`. */
  readonly errors?: "throw" | "undefined";
}
