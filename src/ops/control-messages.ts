import type { ReceiverTestAnswer, ReceiverView } from '../contract/alert-views.ts';
import type { DiagnosisAnswer, ReconcilerView } from '../contract/instances.ts';

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
  | { readonly do: 'flush'; readonly cluster: string; readonly host: string; readonly metric: string }
  /** Who talks to the server, and what is amiss: everything, or of a group or host. */
  | ({ readonly do: 'diagnose' } & Diagnosed)
  /** How the lists of instances stand. */
  | { readonly do: 'reconcilers' }
  /** Take the list that is held, if it is still that one. */
  | ({ readonly do: 'confirm' } & Confirmed)
  /** How the receivers stand. */
  | { readonly do: 'receivers' }
  /** A test page to a receiver, or to whoever a rota or an escalation comes to now. */
  | { readonly do: 'test-receiver'; readonly name: string };

export interface Confirmed {
  /** The reconciler's. */
  readonly name: string;
  readonly digest: string;
}

/** Whose findings are asked for; a key that is not there lets all pass. */
export interface Diagnosed {
  readonly group?: string | undefined;
  readonly host?: string | undefined;
}

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
  | { readonly ok: true; readonly diagnosis: DiagnosisAnswer }
  | { readonly ok: true; readonly reconcilers: readonly ReconcilerView[] }
  | { readonly ok: true; readonly confirmed: string }
  | { readonly ok: true; readonly receivers: readonly ReceiverView[] }
  | { readonly ok: true; readonly tested: ReceiverTestAnswer }
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
    case 'diagnose': {
      const [group, host] = [name(said, 'group'), name(said, 'host')];
      return group === null || host === null ? 'group and host are names' : { do: 'diagnose', group, host };
    }
    case 'reconcilers':
      return { do: 'reconcilers' };
    case 'confirm': {
      const [list, digest] = [name(said, 'name'), name(said, 'digest')];
      if (typeof list !== 'string' || typeof digest !== 'string') return 'name and digest are texts';
      return { do: 'confirm', name: list, digest };
    }
    case 'receivers':
      return { do: 'receivers' };
    case 'test-receiver': {
      const receiver = name(said, 'name');
      return typeof receiver === 'string' ? { do: 'test-receiver', name: receiver } : 'name is a text';
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

/** A name, undefined where it is not given; null where it is no text. */
function name(said: object, key: string): string | undefined | null {
  const value: unknown = Object.hasOwn(said, key) ? Reflect.get(said, key) : undefined;
  return value === undefined || typeof value === 'string' ? value : null;
}
