import { sealOf } from '../src/cli/load/collectd-seal.ts';
import { CollectdTraffic } from '../src/cli/load/collectd-traffic.ts';
import { graphiteTraffic, statsdTraffic } from '../src/cli/load/text-traffic.ts';
import { FLEET, GmondFleet } from './fleet.ts';
import type { Traffic } from '../src/cli/load/traffic.ts';

/** What collectd users of the loads sign and encrypt with. */
export const USER = { user: 'bench', password: 'bench' };

const INTERVAL_S = 10;

/** One protocol's traffic: 1000 hosts of 33 metrics, each round ten seconds after the one before. */
export interface Load {
  readonly name: string;
  /** What its group has beside name and port, in muster.yaml. */
  readonly group: string;
  /** Rates are values a second, of which a datagram holds so many. */
  readonly perDatagram: number;
  /** Before anything is measured: every series once. */
  readonly first: () => Iterable<Uint8Array>;
  /** Endless; a datagram may be overwritten by the next. */
  readonly datagrams: () => Iterable<Uint8Array>;
  /** Its receiver goes on working when nothing comes any more. */
  readonly restless: boolean;
}

/** collectd as its network plugin sends; `level`: how its datagrams are protected. */
export function collectdLoad(level: 'None' | 'Sign' | 'Encrypt'): Load {
  const seal = level === 'None' ? undefined : sealOf({ level, ...USER });
  const secured = `collectd: { security_level: ${level}, auth_file: ./bench.auth, replay_window: 0s }`;
  return trafficLoad({
    name: { None: 'collectd', Sign: 'collectd, signed', Encrypt: 'collectd, encrypted' }[level],
    group: level === 'None' ? '' : secured,
    traffic: () => new CollectdTraffic({ ...FLEET, intervalS: INTERVAL_S }, seal),
  });
}

export function statsdLoad(): Load {
  const traffic = () => statsdTraffic({ ...FLEET, intervalS: INTERVAL_S });
  // Gauges are flushed on and on.
  return { ...trafficLoad({ name: 'statsd', group: '', traffic }), restless: true };
}

export function graphiteLoad(): Load {
  const traffic = () => graphiteTraffic({ ...FLEET, intervalS: INTERVAL_S });
  return trafficLoad({
    name: 'Graphite',
    group: 'graphite_template: "servers.{host}.{metric}"',
    traffic,
  });
}

/** `spoof`: each host has an address of its own, by which gmond tells them apart. */
export function gmondLoad(spoof: boolean): Load {
  const fleet = new GmondFleet(FLEET, spoof);
  return {
    name: 'gmond',
    group: '',
    perDatagram: 1,
    first: () => fleet.descriptions(),
    datagrams: () => fleet.datagrams(),
    restless: false,
  };
}

function trafficLoad({
  name,
  group,
  traffic,
}: {
  readonly name: string;
  readonly group: string;
  readonly traffic: () => Traffic;
}): Load {
  const running = traffic();
  const startS = Math.floor(Date.now() / 1000);
  let sent = 0;
  const next = () => {
    const datagram = running.next(startS + (INTERVAL_S * sent) / (FLEET.hosts * FLEET.metrics));
    sent += datagram.values;
    return datagram;
  };
  function* some(values: number): Generator<Uint8Array> {
    for (let left = values; left > 0;) {
      const datagram = next();
      left -= datagram.values;
      yield datagram.bytes.subarray(0, datagram.length);
    }
  }
  const probe = traffic();
  const perHost: number[] = [];
  for (let at = probe.next(1); at.host === 0; at = probe.next(1)) perHost.push(at.values);
  return {
    name,
    group,
    perDatagram: FLEET.metrics / perHost.length,
    first: () => some(FLEET.hosts * FLEET.metrics),
    datagrams: () => some(Infinity),
    restless: false,
  };
}
