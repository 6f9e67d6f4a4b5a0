import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { encodeCollectd } from '../../src/wire/collectd/encode.ts';
import { encodeMetadata, encodeValue } from '../../src/wire/gmond/encode.ts';

interface Described {
  readonly units?: string;
  readonly title?: string;
  readonly group?: string;
}

const SETTLED = { slope: 3, tmaxS: 3600, dmaxS: 0, spoof: true } as const;

/** Agents that say whatever a test wants, in real datagrams to a group's port. */
export class Agents implements Disposable {
  readonly #socket = createSocket('udp4');

  private constructor() {}

  static async on(port: number): Promise<Agents> {
    const agents = new Agents();
    agents.#socket.connect(port, '127.0.0.1');
    await once(agents.#socket, 'connect');
    return agents;
  }

  /** A metric of a host as gmond sends it: its description and its value. */
  gmond(
    host: string,
    name: string,
    value: number,
    { units = '', title = '', group = '' }: Described = {},
  ): void {
    const extras = [
      { name: 'TITLE', value: title },
      { name: 'GROUP', value: group },
    ].filter((extra) => extra.value !== '');
    const metric = { host: `127.0.0.9:${host}`, name, ...SETTLED };
    this.#socket.send(encodeMetadata({ ...metric, type: 'double', units, extras }));
    this.#socket.send(encodeValue(metric, { type: 'double', value }));
  }

  /** Whatever bytes these are. */
  send(datagram: Uint8Array): void {
    this.#socket.send(datagram);
  }

  fact(host: string, name: string, value: string): void {
    const metric = { host: `127.0.0.9:${host}`, name, ...SETTLED };
    this.#socket.send(encodeMetadata({ ...metric, type: 'string', units: '', extras: [] }));
    this.#socket.send(encodeValue(metric, { type: 'string', value }));
  }

  /** Gauges as collectd sends them, as metric `PLUGIN/gauge`: seconds since the epoch and value. */
  collectd(host: string, plugin: string, points: readonly (readonly [number, number])[]): void {
    const names = { host, plugin, pluginInstance: '', type: 'gauge', typeInstance: '' };
    const lists = points.map(([timeS, value]) => ({
      ...names,
      timeS,
      intervalS: 10,
      kinds: [1],
      values: [value],
    }));
    for (const datagram of encodeCollectd(lists)) this.#socket.send(datagram);
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
