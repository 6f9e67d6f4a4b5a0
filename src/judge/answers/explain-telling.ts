import { durationWords } from '../../model/duration.ts';
import { link } from './explain-check.ts';
import { NEVER, newsDueMs, nextStepMs } from '../../alert/clock.ts';
import { toldOf, verdictOf } from '../../alert/standing.ts';
import type { ExplainStep, Explanation } from '../../contract/alert-views.ts';
import type { OpenIncident, Standing } from '../../alert/open-incident.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';

interface Telling {
  readonly reason: Explanation;
  readonly sentence: string;
  readonly steps: readonly ExplainStep[];
}

/** How far it got with one target. */
interface Reached {
  /** Empty: it comes to nobody. */
  readonly target: string;
  readonly reason: Explanation;
  readonly text: string;
  readonly atMs: number | null;
}

type Open = OpenIncident<ServiceWatch>;

/** More targets than these are counted. */
const NAMED_MAX = 5;

/** What says more of a service, where its targets stand differently. */
const ORDER: readonly Explanation[] = [
  'told',
  'sending',
  'grouped',
  'storm',
  'first_delay',
  'outside_period',
  'refused',
];

/** From the routes to the receipt: which incident it is part of, and how far that got with whom. */
export function tellSteps(watch: ServiceWatch, turn: Turn): Telling {
  const standing = turn.desk.standing(watch);
  if (!standing || standing.incidents.size === 0) {
    const text =
      watch.status.kind === 'hard' ? 'No route takes it: nobody is told.' : 'Nobody is to be told.';
    const reason = watch.status.kind === 'hard' ? 'no_route' : 'well';
    return { reason, sentence: text, steps: [link('route', 'stopped', text, null)] };
  }
  const steps: ExplainStep[] = [];
  const reached: Reached[] = [];
  for (const incident of standing.incidents) {
    steps.push(routeStep(standing, incident), groupStep(incident, turn));
    const targets = new Set([...incident.targets, ...toldUnder(standing, incident)]);
    for (const target of targets) {
      const one = { ...reachedBy(standing, { incident, target }, turn), target };
      reached.push(one);
      steps.push(pageStep(one));
    }
    if (targets.size === 0) {
      const waiting = { ...nobodyYet(incident, turn), target: '' };
      reached.push(waiting);
      steps.push(link('page', 'waiting', waiting.text, waiting.atMs));
    }
  }
  const [first] = reached.toSorted((a, b) => ORDER.indexOf(a.reason) - ORDER.indexOf(b.reason));
  if (!first) return { reason: 'no_route', sentence: 'No route takes it.', steps };
  return { reason: first.reason, sentence: sentenceOf(first, reached), steps };
}

/** What holds for one target, with all for whom the same does. */
function sentenceOf({ text }: Reached, reached: readonly Reached[]): string {
  const targets = [...new Set(reached.filter((one) => one.text === text).map(({ target }) => target))];
  const named = targets.filter((target) => target !== '').slice(0, NAMED_MAX);
  if (named.length === 0) return text;
  const more = targets.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}: ${text}`;
}

function toldUnder({ subject }: Standing<ServiceWatch>, { id }: Open): string[] {
  return subject.told.filter(({ incident }) => incident === id).map(({ receiver }) => receiver);
}

/** Told of a problem under a route that does not take it as it stands now: it eased, or its tags changed. */
function isTakenNoMore({ stands, claims }: Standing<ServiceWatch>, incident: Open): boolean {
  return stands === 'hard' && !claims.includes(incident);
}

function routeStep(standing: Standing<ServiceWatch>, incident: Open): ExplainStep {
  const { route, routeName } = incident;
  if (!route) return link('route', 'none', `The route ${routeName} is gone; ends are told still.`, null);
  if (isTakenNoMore(standing, incident)) {
    const text = `${route.name} takes it no more; its end is told still.`;
    return { ...link('route', 'none', text, null), where: route.where };
  }
  return {
    ...link('route', 'passed', `${route.name} takes it, to ${route.receiver}.`, null),
    where: route.where,
  };
}

function groupStep({ labels, members, openedMs }: Open, { nowMs }: Turn): ExplainStep {
  const under = labels.map(([name, value]) => `${name} ${value === '' ? '–' : value}`).join(', ');
  const many = members.size === 1 ? 'It is alone' : `It is one of ${members.size} services`;
  const text = `${many} in the incident of ${under === '' ? 'the whole route' : under}.`;
  return link('group', 'passed', text, Math.min(openedMs, nowMs));
}

function pageStep({ target, reason, text, atMs }: Reached): ExplainStep {
  const verdict =
    reason === 'told'
      ? 'passed'
      : reason === 'refused' || reason === 'outside_period'
        ? 'stopped'
        : 'waiting';
  return link(reason === 'told' ? 'receipt' : 'page', verdict, `${target}: ${text}`, atMs);
}

function reachedBy(
  standing: Standing<ServiceWatch>,
  { incident, target }: { readonly incident: Open; readonly target: string },
  { alerts: rules, nowMs, desk }: Turn,
): Omit<Reached, 'target'> {
  const told = toldOf(standing, target);
  const lane = incident.lanes.get(target);
  const pagedMs = lane && lane.pagedMs > 0 ? lane.pagedMs : null;
  if (told?.key) return { reason: 'sending', text: 'its page is on its way.', atMs: pagedMs };
  const verdict = verdictOf(standing, { incident, target }, { rules, nowMs });
  if (verdict.kind === 'tell') {
    const stormMs = desk.stormUntil(target, nowMs);
    if (stormMs !== null && stormMs > nowMs) {
      return { reason: 'storm', text: 'many pages go to it: told with others as one.', atMs: stormMs };
    }
    const dueMs = lane ? newsDueMs(incident, lane) : NEVER;
    const inWords = Number.isFinite(dueMs)
      ? ` in ${durationWords(Math.max(0, dueMs - nowMs))}`
      : ' in a moment';
    return { reason: 'grouped', text: `told with what comes meanwhile,${inWords}.`, atMs: finite(dueMs) };
  }
  switch (verdict.why) {
    case 'outside-period':
      return {
        reason: 'outside_period',
        text: 'told when the period of its route begins.',
        atMs: verdict.untilMs,
      };
    case 'first-delay':
      return {
        reason: 'first_delay',
        text: 'told if it lasts (first_notification_delay).',
        atMs: verdict.untilMs,
      };
    case 'refused':
      return {
        reason: 'refused',
        text: 'its page was refused or given up; tried again.',
        atMs: verdict.untilMs,
      };
    case 'elsewhere':
      return { reason: 'told', text: 'another route tells it.', atMs: null };
    case 'held':
    case 'nothing':
      if (told?.known && isTakenNoMore(standing, incident)) {
        const text = `told that it is ${told.known}; its route takes it no more, and its end is told.`;
        return { reason: 'told', text, atMs: pagedMs };
      }
      return told?.known
        ? { reason: 'told', text: `told that it is ${told.known}; the receiver took it.`, atMs: pagedMs }
        : { reason: 'grouped', text: 'nothing is to be told for now.', atMs: null };
  }
}

/** An escalation that begins later, or a rota that is nobody's turn. */
function nobodyYet(incident: Open, { alerts, nowMs }: Turn): Omit<Reached, 'target'> {
  const nextMs = nextStepMs(incident, alerts);
  if (!Number.isFinite(nextMs))
    return { reason: 'no_route', text: 'The route comes to nobody now.', atMs: null };
  const text = `The first step of its escalation begins in ${durationWords(Math.max(0, nextMs - nowMs))}.`;
  return { reason: 'first_delay', text, atMs: nextMs };
}

function finite(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}
