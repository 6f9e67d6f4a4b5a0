/**
 * One gmond datagram (Ganglia 3.1+, monitor-core lib/gm_protocol.x) as offsets into the buffer; reused from
 * message to message. Strings exclude padding; lengths are bytes.
 */
export interface GmondMessage {
  buffer: Uint8Array;
  /** 128 metadata, 129…135 values, 136 metadata request. */
  id: number;
  hostAt: number;
  hostLength: number;
  nameAt: number;
  nameLength: number;
  spoof: boolean;
  /** 129…132, 134, 135: the number. NaN for 133. */
  value: number;
  /** 133: the string. */
  stringAt: number;
  stringLength: number;
  /** 128 only, from here on. */
  typeAt: number;
  typeLength: number;
  unitsAt: number;
  unitsLength: number;
  /** 0 zero, 1 positive, 2 negative, 3 both, 4 unspecified, 5 derivative; others as sent. */
  slope: number;
  tmaxS: number;
  dmaxS: number;
  /**
   * Extra elements: `extraCount` name and data string pairs from extrasAt on, already checked to be whole.
   */
  extraCount: number;
  extrasAt: number;
}

export type GmondFault = 'truncated' | 'unknown-id' | 'string-too-long' | 'extras-max';
