/** How many days back the usage page looks. */
export const PERIODS = [7, 30, 90] as const;
