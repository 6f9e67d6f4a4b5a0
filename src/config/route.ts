import { mapping, optional, required, section } from './readers.ts';
import { pattern, severityPattern, text, truth } from './scalars.ts';
import type { AlertRoute } from '../contract/alerts.ts';
import type { Section } from './readers.ts';

const routeKeys = {
  match: section({
    cluster: optional(pattern, null),
    host: optional(pattern, null),
    service: optional(pattern, null),
    severity: optional(severityPattern, null),
  }),
  receiver: required(text(200)),
  continue: optional(truth, false),
};
const routeLater = ['group_by', 'group_wait', 'group_interval', 'repeat_every'];

/** One of `alerts.routes`. */
export const routeReader = mapping(routeKeys, routeLater);

/** As it is compiled; its receiver is empty where the reading has a fault. */
export function routeOf({ values }: Section<typeof routeKeys>): AlertRoute {
  const { match, receiver = '', continue: goesOn } = values;
  return { match: matchOf(match.values) ?? {}, receiver, continue: goesOn };
}

/** Undefined: no condition. */
export function matchOf(
  values: Readonly<Record<'cluster' | 'host' | 'service' | 'severity', string | null>>,
): AlertRoute['match'] | undefined {
  const names = ['cluster', 'host', 'service', 'severity'] as const;
  const match: AlertRoute['match'] = Object.fromEntries(
    names.flatMap((name) => (values[name] === null ? [] : [[name, values[name]]])),
  );
  return Object.keys(match).length === 0 ? undefined : match;
}
