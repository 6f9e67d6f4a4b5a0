import { encodeCollectd, PACKET_BYTES } from '../../wire/collectd/encode.ts';
import { HEADER_BYTES, PART } from '../../wire/collectd/part.ts';
import { HostNames, Rota } from './traffic.ts';
import { HostValues, isCounter } from './values.ts';
import type { OutgoingValues } from '../../wire/collectd/encode.ts';
import type { Seal } from './collectd-seal.ts';
import type { Datagram, LoadFleet, Traffic } from './traffic.ts';

const GAUGE = 1;
const DERIVE = 2;
const TWO_30 = 2 ** 30;
const TWO_32 = 2 ** 32;
/** Behind a part's header stand a count of one and its kind. */
const VALUE_AT = HEADER_BYTES + 3;

/** One datagram of a host's turn, written once; what differs between hosts and turns is patched. */
interface Template {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly hostAt: number;
  readonly timeAt: number;
  readonly valuesAt: readonly number[];
  /** Of its first value. */
  readonly firstMetric: number;
}

/** A host's values in as few datagrams as collectd would send, three gauges to a derive. */
export class CollectdTraffic implements Traffic {
  readonly #templates: readonly Template[];
  readonly #rota: Rota;
  readonly #names: HostNames;
  readonly #values = new HostValues();
  readonly #seal: Seal | undefined;

  constructor({ hosts, metrics, intervalS }: LoadFleet, seal?: Seal) {
    this.#names = new HostNames(hosts);
    this.#seal = seal;
    const lists = Array.from({ length: metrics }, (_, metric) =>
      valueList(metric, { host: this.#names.name(0), intervalS }),
    );
    let firstMetric = 0;
    this.#templates = encodeCollectd(lists, PACKET_BYTES - (seal?.overheadBytes ?? 0)).map((bytes) => {
      const template = { ...layOut(bytes), firstMetric };
      firstMetric += template.valuesAt.length;
      return template;
    });
    this.#rota = new Rota(hosts, this.#templates.length);
  }

  next(timeS: number): Datagram {
    const { host, part } = this.#rota;
    this.#rota.advance();
    const template = this.#templates[part];
    if (template === undefined) throw new Error(`no datagram ${part}`);
    const { bytes, view, valuesAt, firstMetric } = template;
    this.#names.patch(bytes, template.hostAt, host);
    view.setUint32(template.timeAt, Math.floor(timeS / 4));
    view.setUint32(template.timeAt + 4, Math.floor((timeS % 4) * TWO_30));
    this.#values.set(host, timeS);
    for (let i = 0; i < valuesAt.length; i += 1) this.#patch(view, valuesAt[i] ?? 0, firstMetric + i);
    const sealed = this.#seal === undefined ? bytes : this.#seal.close(bytes);
    return { bytes: sealed, length: sealed.length, values: valuesAt.length, host };
  }

  #patch(view: DataView, at: number, metric: number): void {
    if (!isCounter(metric)) {
      view.setFloat64(at, this.#values.gauge(metric), true);
      return;
    }
    const total = this.#values.counter(metric);
    view.setUint32(at, Math.floor(total / TWO_32));
    view.setUint32(at + 4, total >>> 0);
  }
}

function valueList(metric: number, of: { host: string; intervalS: number }): OutgoingValues {
  const counter = isCounter(metric);
  return {
    ...of,
    timeS: 1,
    plugin: 'load',
    pluginInstance: '',
    type: counter ? 'derive' : 'gauge',
    typeInstance: String(metric).padStart(3, '0'),
    kinds: [counter ? DERIVE : GAUGE],
    values: [0],
  };
}

/** Where what changes stands in a datagram of value lists of one value, all of one host and time. */
function layOut(bytes: Uint8Array): Omit<Template, 'firstMetric'> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const valuesAt: number[] = [];
  let [hostAt, timeAt] = [0, 0];
  for (let at = 0; at < bytes.length; at += view.getUint16(at + 2)) {
    const part = view.getUint16(at);
    if (part === PART.host) hostAt = at + HEADER_BYTES;
    if (part === PART.timeHr) timeAt = at + HEADER_BYTES;
    if (part === PART.values) valuesAt.push(at + VALUE_AT);
  }
  return { bytes, view, hostAt, timeAt, valuesAt };
}
