/**
 * Part types of collectd's network protocol (collectd 5.12, src/network.h). A part is `u16 type, u16
 * length, payload`.
 */
export const PART = {
  host: 0x0000,
  time: 0x0001,
  plugin: 0x0002,
  pluginInstance: 0x0003,
  type: 0x0004,
  typeInstance: 0x0005,
  values: 0x0006,
  interval: 0x0007,
  timeHr: 0x0008,
  intervalHr: 0x0009,
  message: 0x0100,
  severity: 0x0101,
  signature: 0x0200,
  encryption: 0x0210,
} as const;

/** Bytes of a part's header; a part's length counts it. */
export const HEADER_BYTES = 4;
/** Length of every number part: header and u64. */
export const NUMBER_PART_BYTES = 12;
/** Bytes of a name without its NUL: collectd's DATA_MAX_NAME_LEN is 128. */
export const PART_NAME_BYTES_MAX = 127;
/** Bytes of a notification's text without its NUL: collectd's NOTIF_MAX_MSG_LEN is 256. */
export const PART_MESSAGE_BYTES_MAX = 255;
