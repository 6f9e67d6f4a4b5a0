/** What gmond 3.7 says of the metrics it measures itself; kinds are all gauges. */
export interface KnownMetric {
  readonly units: string;
  readonly slope: 'zero' | 'both';
  readonly tmaxS: number;
  readonly group: string;
  readonly title: string;
}

/**
 * A unicast gmond with send_metadata_interval 0, as shipped, never describes its metrics to us. Its own ones
 * are known all the same (captured from gmond 3.7.2); real metadata, when it comes, takes their place.
 */
export const KNOWN_METRICS: ReadonlyMap<string, KnownMetric> = new Map(
  (
    [
      ['boottime', 's', 'zero', 1200, 'system', 'Last Boot Time'],
      ['bytes_in', 'bytes/sec', 'both', 300, 'network', 'Bytes Received'],
      ['bytes_out', 'bytes/sec', 'both', 300, 'network', 'Bytes Sent'],
      ['cpu_aidle', '%', 'both', 3800, 'cpu', 'CPU aidle'],
      ['cpu_idle', '%', 'both', 90, 'cpu', 'CPU Idle'],
      ['cpu_nice', '%', 'both', 90, 'cpu', 'CPU Nice'],
      ['cpu_num', 'CPUs', 'zero', 1200, 'cpu', 'CPU Count'],
      ['cpu_speed', 'MHz', 'zero', 1200, 'cpu', 'CPU Speed'],
      ['cpu_steal', '%', 'both', 90, 'cpu', 'CPU steal'],
      ['cpu_system', '%', 'both', 90, 'cpu', 'CPU System'],
      ['cpu_user', '%', 'both', 90, 'cpu', 'CPU User'],
      ['cpu_wio', '%', 'both', 90, 'cpu', 'CPU wio'],
      ['disk_free', 'GB', 'both', 180, 'disk', 'Disk Space Available'],
      ['disk_total', 'GB', 'both', 1200, 'disk', 'Total Disk Space'],
      ['load_fifteen', '', 'both', 950, 'load', 'Fifteen Minute Load Average'],
      ['load_five', '', 'both', 325, 'load', 'Five Minute Load Average'],
      ['load_one', '', 'both', 70, 'load', 'One Minute Load Average'],
      ['mem_buffers', 'KB', 'both', 180, 'memory', 'Memory Buffers'],
      ['mem_cached', 'KB', 'both', 180, 'memory', 'Cached Memory'],
      ['mem_free', 'KB', 'both', 180, 'memory', 'Free Memory'],
      ['mem_shared', 'KB', 'both', 180, 'memory', 'Shared Memory'],
      ['mem_total', 'KB', 'zero', 1200, 'memory', 'Memory Total'],
      ['part_max_used', '%', 'both', 180, 'disk', 'Maximum Disk Space Used'],
      ['pkts_in', 'packets/sec', 'both', 300, 'network', 'Packets Received'],
      ['pkts_out', 'packets/sec', 'both', 300, 'network', 'Packets Sent'],
      ['proc_run', '', 'both', 950, 'process', 'Total Running Processes'],
      ['proc_total', '', 'both', 950, 'process', 'Total Processes'],
      ['swap_free', 'KB', 'both', 180, 'memory', 'Free Swap Space'],
      ['swap_total', 'KB', 'zero', 1200, 'memory', 'Swap Space Total'],
    ] as const
  ).map(([name, units, slope, tmaxS, group, title]) => [name, { units, slope, tmaxS, group, title }]),
);
