/** What a command of the same user asks a running server over its control socket: a line of JSON each way. */
export type ControlRequest =
  /**
   * Write nothing to the store until the connection closes or `release`: answered when what was under way has
   * been written, so that files can be copied.
   */
  | { readonly do: 'hold' }
  /** The hold ends; answered if it has held until now. */
  | { readonly do: 'release' }
  /** Write the waiting points of what matches now; answered when they are written. */
  | { readonly do: 'flush'; readonly cluster: string; readonly host: string; readonly metric: string };

/** Of a flush: records that had points, and points of theirs that are written, and that still wait. */
export interface Flushed {
  readonly records: number;
  readonly points: number;
  readonly left: number;
}

export interface Refused {
  readonly ok: false;
  readonly message: string;
  readonly cure: string;
}

export type ControlAnswer =
  | { readonly ok: true; readonly held: true }
  | { readonly ok: true; readonly heldMs: number }
  | ({ readonly ok: true } & Flushed)
  | Refused;

/** The request of a line; else what is wrong with it, in words. */
export function readRequest(line: string): ControlRequest | string {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return 'the line is not JSON';
  }
  if (typeof said !== 'object' || said === null || !('do' in said)) return 'it does not say what to "do"';
  switch (said.do) {
    case 'hold':
      return { do: 'hold' };
    case 'release':
      return { do: 'release' };
    case 'flush': {
      const [cluster, host, metric] = [word(said, 'cluster'), word(said, 'host'), word(said, 'metric')];
      if (cluster === undefined || host === undefined || metric === undefined) {
        return 'cluster, host and metric are patterns';
      }
      return { do: 'flush', cluster, host, metric };
    }
    default:
      return 'it asks for something this version does not do';
  }
}

/** A pattern, everything where it is not given; undefined where it is no text. */
function word(said: object, key: string): string | undefined {
  const value: unknown = Object.hasOwn(said, key) ? Reflect.get(said, key) : '.*';
  return typeof value === 'string' ? value : undefined;
}
