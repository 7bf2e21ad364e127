/** Files that are built together and change together. */
export interface AssetGroup {
  /** Changes with the content of the files. */
  readonly key: string;
  /**
   * The folder that holds the files, each with its compressed forms `.br` and `.gz` beside it. In development it is
   * made when it is first asked for.
   */
  open(): Promise<string>;
}

/** `editor` is apart because Monaco takes seconds to build, and `styles` because they change most. */
export const ASSET_GROUPS = ["client", "editor", "styles"] as const;
export type AssetGroupName = (typeof ASSET_GROUPS)[number];
