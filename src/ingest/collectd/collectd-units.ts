/** Units of collectd's common types as they are read (counters as rates); types.db does not say them. */
const UNITS = new Map<string, string>([
  ['percent', '%'],
  ['percent_bytes', '%'],
  ['percent_inodes', '%'],
  ['cpu', 'jiffies/s'],
  ['memory', 'bytes'],
  ['swap', 'bytes'],
  ['df_complex', 'bytes'],
  ['bytes', 'bytes'],
  ['if_octets', 'bytes/s'],
  ['if_tx_octets', 'bytes/s'],
  ['if_rx_octets', 'bytes/s'],
  ['if_packets', 'packets/s'],
  ['if_errors', 'errors/s'],
  ['if_dropped', 'packets/s'],
  ['disk_octets', 'bytes/s'],
  ['disk_ops', 'operations/s'],
  ['disk_merged', 'operations/s'],
  ['swap_io', 'pages/s'],
  ['uptime', 's'],
  ['temperature', '°C'],
  ['response_time', 's'],
  ['ping', 'ms'],
  ['latency', 's'],
  ['contextswitch', 'switches/s'],
  ['fork_rate', 'forks/s'],
]);

/** Units of a type, or an empty string. */
export function unitsOfType(type: string): string {
  return UNITS.get(type) ?? '';
}
