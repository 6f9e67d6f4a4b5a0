import { GROUP_SERVICE, isOfGroup } from './group-silence.ts';
import { holdOf } from './hold.ts';
import { notesOf } from './relations.ts';
import { owed, withHold } from '../alert/decision.ts';
import { pagesFor } from '../alert/pages.ts';
import { receiversOf } from '../alert/routes.ts';
import { isOpen, tell, withoutIdle } from '../alert/told.ts';
import { PAGES_PER_TURN_MAX } from './turn.ts';
import { show } from './show.ts';
import { stateName, stateType } from './report.ts';
import type { Decision } from '../alert/decision.ts';
import type { Page, PageKind, SavedService, Told } from '../model/service-state.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/** Queues what the receivers are owed for this service, if anything. */
export function announce(watch: ServiceWatch, turn: Turn): void {
  forget(watch, turn);
  const due = owed(watch, { receivers: routed(watch, turn), nowMs: turn.nowMs });
  if (due.kind === 'none') return;
  const hold = holdOf(watch, turn);
  const decision = hold === 'mass-silence' ? besideGroup(due, watch, turn) : withHold(due, hold);
  switch (decision.kind) {
    case 'held':
    case 'none':
      return;
    case 'problem':
    case 'recovery': {
      if (turn.pagesBegun >= PAGES_PER_TURN_MAX) return;
      const { kind, receivers } = decision;
      // Its words may say still that the page waits.
      if (watch.kind === 'host') show(watch, turn);
      const pages = queue(watch, turn, { kind, receivers, output: watch.output });
      watch.told = tell(watch.told, pages, kind === 'problem' ? decision.problem : null);
      turn.dirty.add(watch);
    }
  }
}

/** Whoever is told of the group is not told of each of its hosts. Who is not, by the routes, is. */
function besideGroup(due: Decision, { cluster }: ServiceWatch, { table }: Turn): Decision {
  if (due.kind !== 'problem') return due;
  const told = table.service({ cluster, host: '', service: GROUP_SERVICE })?.routed?.receivers ?? NOBODY;
  const receivers = due.receivers.filter((receiver) => !told.includes(receiver));
  return receivers.length === 0 ? { kind: 'held', why: 'mass-silence' } : { ...due, receivers };
}

/** Tells those who know of an open problem that nobody watches it any more. */
export function announceClosed(watch: ServiceWatch, turn: Turn, reason: string): void {
  const receivers = reachable(watch.told, turn);
  if (receivers.length === 0 || !turn.mayPage) return;
  queue(watch, turn, { kind: 'closed', receivers, output: `${reason} · was: ${watch.output}` });
}

/** The same for a service that was kept across a restart and did not come back. */
export function announceOrphan(saved: SavedService, turn: Turn, reason: string): void {
  const { told, status, cluster, host, service } = saved;
  const receivers = reachable(told, turn);
  if (receivers.length === 0 || !turn.mayPage) return;
  const levels = told.map((one) => one.level ?? one.known);
  const incident = {
    cluster,
    host,
    service,
    kind: 'closed' as const,
    state: levels.find((level) => level !== null) ?? 'UNKNOWN',
    stateType: 'HARD' as const,
    output: `${reason} · was: ${saved.output}`,
    sinceMs: status.sinceMs,
    notes: '',
    runbook: '',
    occasion: null,
  };
  turn.pages.push(...pagesFor(incident, receivers, { nowMs: turn.nowMs, digest: turn.digest }));
}

/** Drops receivers that a reload took away and, once all is well, those that have nothing open. */
function forget(watch: ServiceWatch, turn: Turn): void {
  const isGone = ({ receiver }: Told) => !turn.receivers.has(receiver);
  const present = watch.told.some(isGone) ? watch.told.filter((one) => !isGone(one)) : watch.told;
  const told = watch.status.kind === 'ok' ? withoutIdle(present) : present;
  if (told === watch.told) return;
  watch.told = told;
  turn.dirty.add(watch);
}

/** Those the routes name for the service's hard problem; patterns are tried once a problem and reload. */
function routed(watch: ServiceWatch, turn: Turn): readonly string[] {
  const { cluster, host, service, status } = watch;
  if (status.kind !== 'hard') return NOBODY;
  const { problem } = status;
  const { routes } = turn;
  if (watch.routed?.routes !== routes || watch.routed.problem !== problem) {
    // It stands for hosts that are DOWN: whoever wants to be told of those is told of it.
    const severities = isOfGroup(watch) ? ['critical', 'down'] : [problem.toLowerCase()];
    const receivers = [
      ...new Set(severities.flatMap((severity) => receiversOf(routes, { cluster, host, service, severity }))),
    ];
    watch.routed = { routes, problem, receivers };
  }
  return watch.routed.receivers;
}

const NOBODY: readonly string[] = [];

function reachable(told: readonly Told[], turn: Turn): string[] {
  return told.filter((one) => isOpen(one) && turn.receivers.has(one.receiver)).map((one) => one.receiver);
}

function queue(
  watch: ServiceWatch,
  turn: Turn,
  said: { readonly kind: PageKind; readonly receivers: readonly string[]; readonly output: string },
): Page[] {
  const { cluster, host, service, status } = watch;
  const { isVolatile } = watch.compiled.definition;
  const { notes, runbook } = notesOf(watch);
  const incident = {
    cluster,
    host,
    service,
    kind: said.kind,
    state: stateName(watch),
    stateType: stateType(watch),
    output: said.output,
    sinceMs: status.sinceMs,
    notes,
    runbook,
    occasion: isVolatile ? `${watch.lastCheckMs}\0${watch.output}` : null,
  };
  const pages = pagesFor(incident, said.receivers, { nowMs: turn.nowMs, digest: turn.digest });
  for (const page of pages) turn.pages.push(page);
  turn.pagesBegun += pages.length;
  return pages;
}
