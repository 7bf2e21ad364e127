/** Data that a host gives to a guest: any object. Functions in it become host functions. */
export type HostData = Readonly<Record<string, unknown>>;
