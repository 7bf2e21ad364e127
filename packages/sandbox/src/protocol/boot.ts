/** The descriptor of the socket between supervisor and runner, inside the runner. */
export const CHANNEL_FD = 3;

/** Descriptors that a jailed process inherits so that it can load files in folders closed to its user. */
export const NODE_FD = CHANNEL_FD + 1;
export const ADDON_FD = CHANNEL_FD + 2;

/** The first of the descriptors that only some jailed processes inherit. */
export const FURTHER_FD = ADDON_FD + 1;
