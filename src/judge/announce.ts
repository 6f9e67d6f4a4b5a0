import { decide } from '../alert/decision.ts';
import { pagesFor } from '../alert/pages.ts';
import { receiversOf } from '../alert/routes.ts';
import { PAGES_PER_TURN_MAX } from './turn.ts';
import { stateName, stateType } from './report.ts';
import type { Hold } from '../alert/decision.ts';
import type { PageKind, SavedService } from '../model/service-state.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/**
 * Queues what the receivers are owed for this service, if anything. `overdueMs`: when its metric became
 * overdue.
 */
export function announce(watch: ServiceWatch, turn: Turn, overdueMs: number): void {
  const decision = decide(watch, holdOf(watch, turn, overdueMs));
  switch (decision.kind) {
    case 'none':
    case 'held':
      return;
    case 'problem': {
      if (turn.pages.length >= PAGES_PER_TURN_MAX) return;
      const { cluster, host, service } = watch;
      const severity = decision.problem.toLowerCase();
      const receivers = receiversOf(turn.routes, { cluster, host, service, severity });
      queue(watch, turn, { kind: 'problem', receivers, output: watch.output });
      watch.announced = decision.problem;
      watch.told = [...new Set([...watch.told, ...receivers])];
      break;
    }
    case 'recovery':
      if (turn.pages.length >= PAGES_PER_TURN_MAX) return;
      queue(watch, turn, { kind: 'recovery', receivers: watch.told, output: watch.output });
      watch.announced = null;
      watch.told = [];
      break;
  }
  turn.dirty.add(watch);
}

/** Tells those who know of an open problem that nobody watches it any more. */
export function announceClosed(watch: ServiceWatch, turn: Turn, reason: string): void {
  if (watch.announced === null || !turn.mayPage) return;
  queue(watch, turn, { kind: 'closed', receivers: watch.told, output: `${reason} · was: ${watch.output}` });
}

/** The same for a service that was kept across a restart and did not come back. */
export function announceOrphan(saved: SavedService, turn: Turn, reason: string): void {
  const { announced, told, status, cluster, host, service } = saved;
  if (announced === null || !turn.mayPage) return;
  const incident = {
    cluster,
    host,
    service,
    kind: 'closed' as const,
    state: announced,
    stateType: 'HARD' as const,
    output: `${reason} · was: ${saved.output}`,
    sinceMs: status.sinceMs,
    notes: '',
    runbook: '',
  };
  turn.pages.push(...pagesFor(incident, told, { nowMs: turn.nowMs, digest: turn.digest }));
}

/**
 * A missing metric is its host's silence as long as the host has not been heard since the metric became
 * overdue.
 */
function holdOf(watch: ServiceWatch, turn: Turn, overdueMs: number): Hold | null {
  if (!turn.mayPage) return 'not-ours';
  if (!watch.series) return null;
  if (watch.on.state === 'DOWN') return 'host-down';
  if (!watch.stale) return null;
  return watch.on.lastSeenMs < overdueMs ? 'host-silent' : null;
}

function queue(
  watch: ServiceWatch,
  turn: Turn,
  said: { readonly kind: PageKind; readonly receivers: readonly string[]; readonly output: string },
): void {
  const { cluster, host, service, status } = watch;
  const { notes, runbook } = watch.compiled.definition;
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
  };
  turn.pages.push(...pagesFor(incident, said.receivers, { nowMs: turn.nowMs, digest: turn.digest }));
}
