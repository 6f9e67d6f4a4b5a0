import { checkSteps } from './explain-check.ts';
import { explainRoute } from '../../alert/routes.ts';
import { holdStep } from './explain-hold.ts';
import { holdOf } from '../hold.ts';
import { explainNagios } from '../nagios-explain.ts';
import { isNagios } from '../nagios-announce.ts';
import { serviceView } from '../report.ts';
import { tellSteps } from './explain-telling.ts';
import type { ExplainRoute, ExplainStep, ExplainView, Explanation } from '../../contract/alert-views.ts';
import type { CompiledRoute, Routed } from '../../alert/routes.ts';
import type { Hold } from '../../alert/decision.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';

/** Why somebody is told, or nobody, and the links of the chain that say so. */
export interface Told {
  readonly reason: Explanation;
  readonly sentence: string;
  readonly steps: readonly ExplainStep[];
}

const HELD: Readonly<Record<Hold, Explanation>> = {
  'host-down': 'host_down',
  'parent-silent': 'parent_silent',
  'host-silent': 'host_silent',
  'mass-silence': 'mass_silence',
  'new-host': 'new_host',
  list: 'list',
  flapping: 'flapping',
  dependency: 'dependency',
  'in-downtime': 'in_downtime',
  silenced: 'silenced',
  acknowledged: 'acknowledged',
  'not-ours': 'not_ours',
};

/**
 * The chain from datagram to receipt as it stands now, or to where it ends. What was sent about it is for
 * whoever asks to look up: `notifications` is empty.
 */
export function explainService(watch: ServiceWatch, turn: Turn): ExplainView {
  const before = checkSteps(watch, turn);
  const told = tellingOf(watch, turn);
  return {
    service: serviceView(watch),
    reason: told.reason,
    sentence: told.sentence,
    steps: [...before, ...told.steps],
    routes: routesFor(watch, turn),
    notifications: [],
  };
}

function tellingOf(watch: ServiceWatch, turn: Turn): Told {
  const early = beforeHard(watch);
  if (early) return early;
  const hold = watch.status.kind === 'hard' ? holdOf(watch, turn) : null;
  const held = holdStep(watch, hold, turn);
  if (isNagios(watch)) {
    const { reason, text } = explainNagios(watch, turn);
    return { reason, sentence: `${text}.`, steps: [held, stopped('page', text)] };
  }
  const telling = tellSteps(watch, turn);
  // Whoever hears of a group of hosts is not told of each of them; others may be.
  if (hold !== null && hold !== 'mass-silence') {
    return { reason: HELD[hold], sentence: held.text, steps: [held, ...telling.steps] };
  }
  if (hold === 'mass-silence' && telling.reason === 'no_route') {
    return { reason: 'mass_silence', sentence: held.text, steps: [held, ...telling.steps] };
  }
  return { ...telling, steps: [held, ...telling.steps] };
}

/** Where there is nothing to be told of as yet. */
function beforeHard(watch: ServiceWatch): Told | null {
  const { status, told, isResting, judged, compiled } = watch;
  if (isResting) {
    const period = compiled.definition.checkPeriod ?? '';
    return ended('outside_check_period', `It is not judged now: outside its check_period "${period}".`);
  }
  if (status.kind === 'soft') {
    const { attempt } = status;
    const of = compiled.definition.maxCheckAttempts;
    const text = `Attempt ${attempt} of ${of}: nobody is told before the problem is hard.`;
    return ended('soft', text);
  }
  if (status.kind === 'hard' || told.length > 0) return null;
  return judged
    ? ended('well', 'It is well, and nobody was told otherwise.')
    : ended('pending', 'It was not judged yet.');
}

function ended(reason: Explanation, sentence: string): Told {
  return { reason, sentence, steps: [] };
}

function stopped(step: ExplainStep['step'], text: string): ExplainStep {
  return { step, verdict: 'stopped', at_ms: null, text, where: '' };
}

/**
 * Every route, and why it takes the service or does not. Of one that is well, as it would be if it were
 * CRITICAL.
 */
function routesFor(watch: ServiceWatch, turn: Turn): ExplainRoute[] {
  const { routes } = turn.alerts;
  let isTaken = false;
  return routes.map((route) => {
    const routed = routedAs(watch, turn);
    const tried = routed.map((one) => explainRoute(route, one));
    const verdict = tried.find(({ matched }) => matched) ?? tried[0];
    const matched = !isTaken && (verdict?.matched ?? false);
    const why = isTaken ? 'a route before it takes the service, and does not continue' : (verdict?.why ?? '');
    if (matched && !route.continue) isTaken = true;
    return { ...shownRoute(route), matched, why, targets: matched ? [...targetsOf(route, turn)] : [] };
  });
}

function shownRoute({
  name,
  where,
  receiver,
}: CompiledRoute): Pick<ExplainRoute, 'name' | 'where' | 'receiver'> {
  return { name, where, receiver };
}

function targetsOf(route: CompiledRoute, { alerts: { destinations }, nowMs }: Turn): readonly string[] {
  const begun = destinations.stepsOf(route.receiver)?.steps.filter(({ afterMs }) => afterMs <= 0).length ?? 0;
  return destinations.reach(route.receiver, { begun, nowMs }).targets;
}

function routedAs(watch: ServiceWatch, turn: Turn): Routed[] {
  const { cluster, host, service, status, isHost } = watch;
  const worst = isHost ? 'down' : 'critical';
  const severity = status.kind === 'ok' ? worst : status.problem.toLowerCase();
  const { facts, tags, severities = [severity] } = turn.traits(watch);
  return severities.map((one) => ({ cluster, host, service, severity: one, facts, tags }));
}
