/** The descriptor of the socket between supervisor and runner, inside the runner. */
export const CHANNEL_FD = 3;
