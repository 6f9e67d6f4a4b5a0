/** Rejects a read that no store could answer within its bounds; the message says which, for who asked. */
export class ReadTooLarge extends Error {}
