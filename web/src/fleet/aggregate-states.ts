import { exactly } from './pattern.ts';
import type { ServicesRequest } from '../live/api.ts';
import type { ServiceDetail } from '../../../src/contract/api.ts';

/** What an aggregate of states looks for, and the questions that find it. */
export interface CountedBy {
  readonly service: string;
  readonly states: readonly string[];
  /** One a state. */
  readonly requests: readonly ServicesRequest[];
  /** Its hosts could be named; else all of the cluster are asked for. */
  readonly isExact: boolean;
}

/** Null: it is no aggregate of states. */
export function countedBy({ service: view, definition, members }: ServiceDetail): CountedBy | null {
  const { aggregate: service, state } = definition.settings;
  if (view.kind !== 'aggregate' || service === undefined || state === undefined) return null;
  const states = state.split(', ');
  const hosts = members ?? (view.cluster === '' ? {} : { cluster: exactly(view.cluster) });
  return {
    service,
    states,
    requests: states.map((one) => ({ ...hosts, service: exactly(service), state: one })),
    isExact: members !== null,
  };
}
