import { encodeMetadata, encodeValue } from '../../wire/gmond/encode.ts';
import { HostNames, Rota } from './traffic.ts';
import { HostValues, isCounter } from './values.ts';
import type { Datagram, LoadFleet, Traffic } from './traffic.ts';

/** Every which turn everything is described again. */
const DESCRIBE_EVERY = 20;
/** Message id, and the length of the host's name. */
const HOST_AT = 8;
const POSITIVE = 1;
const BOTH = 3;

interface Template {
  readonly description: Uint8Array;
  readonly value: Uint8Array;
  readonly view: DataView;
  /** The value ends the message: eight bytes of a double, four of a float. */
  readonly valueAt: number;
  readonly counter: boolean;
}

/** A metric a datagram, as gmond sends: floats, and growing totals as doubles of positive slope. */
export class GmondTraffic implements Traffic {
  readonly #templates: readonly Template[];
  readonly #rota: Rota;
  readonly #names: HostNames;
  readonly #values = new HostValues();
  #described = false;

  constructor(fleet: LoadFleet) {
    this.#names = new HostNames(fleet.hosts);
    const host = this.#names.name(0);
    this.#templates = Array.from({ length: fleet.metrics }, (_, metric) => template(metric, host, fleet));
    this.#rota = new Rota(fleet.hosts, fleet.metrics);
  }

  /** A metric's description goes right before its value. */
  next(timeS: number): Datagram {
    const { host, part: metric, turn } = this.#rota;
    const template = this.#templates[metric];
    if (template === undefined) throw new Error(`no metric ${metric}`);
    if (turn % DESCRIBE_EVERY === 0 && !this.#described) {
      this.#described = true;
      return this.#datagram(template.description, host, 0);
    }
    this.#described = false;
    this.#rota.advance();
    const { view, valueAt } = template;
    this.#values.set(host, timeS);
    if (template.counter) view.setFloat64(valueAt, this.#values.counter(metric));
    else view.setFloat32(valueAt, this.#values.gauge(metric));
    return this.#datagram(template.value, host, 1);
  }

  #datagram(bytes: Uint8Array, host: number, values: number): Datagram {
    this.#names.patch(bytes, HOST_AT, host);
    return { bytes, length: bytes.length, values, host };
  }
}

function template(metric: number, host: string, { intervalS }: LoadFleet): Template {
  const counter = isCounter(metric);
  const own = { host, name: `load_${String(metric).padStart(3, '0')}`, spoof: false };
  const type = counter ? 'double' : 'float';
  const description = encodeMetadata({
    ...own,
    type,
    units: '',
    slope: counter ? POSITIVE : BOTH,
    tmaxS: Math.max(1, Math.ceil(intervalS)),
    dmaxS: 0,
    extras: [{ name: 'GROUP', value: 'load' }],
  });
  const value = encodeValue(own, { type, value: 0 });
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  return { description, value, view, valueAt: value.length - (counter ? 8 : 4), counter };
}
