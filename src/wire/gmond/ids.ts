/** Message ids of Ganglia 3.1+ (monitor-core lib/gm_protocol.x): the first u32 of a datagram. */
export const GMOND_ID = {
  metadata: 128,
  ushort: 129,
  short: 130,
  int: 131,
  uint: 132,
  string: 133,
  float: 134,
  double: 135,
  request: 136,
} as const;
export type GmondId = (typeof GMOND_ID)[keyof typeof GMOND_ID];

export function isGmondId(id: number): id is GmondId {
  return id >= GMOND_ID.metadata && id <= GMOND_ID.request;
}
