import { AlertDesk } from '../alert/desk.ts';
import { isOfGroup } from './group-silence.ts';
import { notesOf } from './relations.ts';
import { show } from './show.ts';
import { stateName, stateType } from './report.ts';
import type { CompiledAlerts } from '../alert/rules.ts';
import type { Portrait, Traits } from '../alert/subject.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

export interface DeskPorts {
  readonly alerts: CompiledAlerts;
  /** Of the outbox: takes back a page that is not on its way. */
  readonly withdraw: (key: string) => boolean;
}

/** The desk of the judge: it is shown watches, and what it tells is kept with them. */
export function openDesk(turn: () => Turn, { alerts, withdraw }: DeskPorts): AlertDesk<ServiceWatch> {
  return new AlertDesk<ServiceWatch>({
    rules: alerts,
    digest: (text) => turn().digest(text),
    traits: traitsOf,
    portray: (watch) => portrayed(watch, turn()),
    changed: (watch) => keepTold(watch, turn()),
    keep: (id, row) => turn().alerting.incidents.set(id, row),
    withdraw,
  });
}

const HOSTS_DOWN = ['critical', 'down'];

/** The service of a group stands for hosts that are DOWN: whoever wants to be told of those is told of it. */
export function traitsOf(watch: ServiceWatch): Traits {
  const { tags } = watch.compiled.definition;
  const { facts } = watch.on.entry;
  return isOfGroup(watch) ? { facts, tags, severities: HOSTS_DOWN } : { facts, tags };
}

/** A service as a page tells of it now. */
export function portrayed(watch: ServiceWatch, turn: Turn): Portrait {
  // Its words may say still that the page waits.
  if (watch.kind === 'host') show(watch, turn);
  const { isVolatile, warning, critical } = watch.compiled.definition;
  const { notes, runbook } = notesOf(watch);
  return {
    state: stateName(watch),
    stateType: stateType(watch),
    output: watch.output,
    sinceMs: watch.status.sinceMs,
    notes,
    runbook,
    metric: watch.series?.metric ?? '',
    warning,
    critical,
    occasion: isVolatile ? `${watch.lastCheckMs}\0${watch.output}` : null,
  };
}

/** One that was made anew meanwhile has what was told of the one before; one that is gone nothing. */
function keepTold(watch: ServiceWatch, turn: Turn): void {
  const present = turn.table.service(watch);
  if (!present) return;
  present.told = watch.told;
  turn.dirty.add(present);
  turn.told.add(present);
}
