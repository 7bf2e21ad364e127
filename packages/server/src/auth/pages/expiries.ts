/** When a new key may end, in days; 0 for never. */
export const EXPIRIES = { never: 0, d7: 7, d30: 30, d90: 90, d365: 365 } as const;

export type Expiry = keyof typeof EXPIRIES;
