import { attemptOf } from '../../check/state-machine.ts';
import { durationWords } from '../../model/duration.ts';
import { stateName } from '../report.ts';
import type { ExplainStep } from '../../contract/alert-views.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';

/** From the datagram to the state: what was heard, what was read of it, and what that was found to be. */
export function checkSteps(watch: ServiceWatch, turn: Turn): ExplainStep[] {
  return [datagramStep(watch, turn), valueStep(watch, turn), checkStep(watch), stateStep(watch)];
}

function datagramStep({ host, on, kind }: ServiceWatch, { nowMs }: Turn): ExplainStep {
  if (host === '') return link('datagram', 'none', 'It is made of what many hosts send.', null);
  const { lastSeenMs, limitMs, entry } = on;
  const from = [entry.agent, entry.address === '' ? '' : `at ${entry.address}`].filter(Boolean).join(' ');
  if (lastSeenMs === 0) {
    const needs = kind !== 'command' && kind !== 'passive';
    return link('datagram', needs ? 'stopped' : 'none', `Nothing was heard of ${host} yet.`, null);
  }
  const ago = durationWords(Math.max(0, nowMs - lastSeenMs));
  const words = `${host}${from === '' ? '' : ` (${from})`} was last heard ${ago} ago`;
  if (nowMs - lastSeenMs <= limitMs) return link('datagram', 'passed', `${words}.`, lastSeenMs);
  return link('datagram', 'stopped', `${words}: it may be silent for ${durationWords(limitMs)}.`, lastSeenMs);
}

function valueStep(watch: ServiceWatch, { nowMs }: Turn): ExplainStep {
  const { kind, series, result, valueMs, stale, value } = watch;
  switch (kind) {
    case 'host':
      return link('value', 'none', 'Its silence is what is judged.', null);
    case 'command':
    case 'passive': {
      if (!result) return link('value', 'waiting', 'There was no result yet.', null);
      const by = [result.via, result.from].filter(Boolean).join(' from ');
      return link(
        'value',
        'passed',
        `The last result came by ${by === '' ? 'its plugin' : by}.`,
        result.timeMs,
      );
    }
    case 'metric':
    case 'combined':
    case 'aggregate': {
      const what = series?.metric ?? 'what it is made of';
      if (valueMs === 0) return link('value', 'waiting', `There is no value of ${what} yet.`, null);
      const ago = durationWords(Math.max(0, nowMs - valueMs));
      if (stale)
        return link('value', 'stopped', `The newest value of ${what} is ${ago} old: too old.`, valueMs);
      const is = Number.isFinite(value) ? ` is ${Number(value.toPrecision(6))}` : '';
      return link('value', 'passed', `The newest value of ${what}${is}, ${ago} old.`, valueMs);
    }
  }
}

function checkStep({ compiled, output, judged, lastCheckMs }: ServiceWatch): ExplainStep {
  const { definition } = compiled;
  const text = judged ? output : 'It was not judged yet.';
  const at = lastCheckMs === 0 ? null : lastCheckMs;
  return { ...link('check', judged ? 'passed' : 'waiting', text, at), where: definition.where };
}

function stateStep(watch: ServiceWatch): ExplainStep {
  const { status, compiled } = watch;
  const name = stateName(watch);
  const { maxCheckAttempts: of } = compiled.definition;
  switch (status.kind) {
    case 'ok':
      return link('state', 'none', `${name}.`, status.sinceMs);
    case 'soft': {
      const text = `${name}, soft: attempt ${attemptOf(status)} of ${of}.`;
      return link('state', 'waiting', text, status.sinceMs);
    }
    case 'hard':
      return link('state', 'passed', `${name}, hard.`, status.sinceMs);
  }
}

/** One link of the chain, of which no file decides. */
export function link(
  step: ExplainStep['step'],
  verdict: ExplainStep['verdict'],
  text: string,
  atMs: number | null,
): ExplainStep {
  return { step, verdict, at_ms: atMs, text, where: '' };
}
