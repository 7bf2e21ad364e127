/** Code is not of the kind that is evaluated directly. It never leaves this folder. */
export class NotDirect extends Error {}
