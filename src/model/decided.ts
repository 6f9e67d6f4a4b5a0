import { printable } from './printable.ts';
import type { AlertAnswers, AlertQuestion } from './alert-question.ts';
import type { CoverageRule } from './quiet.ts';

/** What a command of Nagios decides; src/wire/nagios-decision.ts reads it. */
export type Decided =
  | {
      readonly what: 'acknowledge';
      readonly host: string;
      readonly service: string;
      readonly sticky: boolean;
      readonly notify: boolean;
      readonly untilS: number | null;
      readonly author: string;
      readonly comment: string;
    }
  | { readonly what: 'unacknowledge'; readonly host: string; readonly service: string }
  | {
      readonly what: 'downtime';
      readonly of: 'host' | 'service' | 'services-of-host';
      readonly host: string;
      readonly service: string;
      readonly fromS: number;
      readonly toS: number;
      readonly durationS: number | null;
      readonly author: string;
      readonly comment: string;
    }
  | { readonly what: 'end-downtime'; readonly id: number }
  | {
      readonly what: 'end-downtimes';
      readonly host: string;
      readonly service: string | null;
      readonly fromS: number | null;
      readonly comment: string | null;
    };

type Kind = 'acknowledge' | 'unacknowledge' | 'quieten' | 'end-quiet' | 'end-downtimes';
export type DecidedQuestion = Extract<AlertQuestion, { readonly kind: Kind }>;

/** Why nothing came of it; null: it did. */
export type DecidedOutcome =
  | 'not-a-problem'
  | 'not-acknowledged'
  | 'no-downtime'
  | 'bad-downtime'
  | 'quiets-full'
  | null;

const HOST_SERVICE = 'host';
/** Every name but `host`, on an engine that cannot say "not". */
const OTHER_SERVICES = '[^h].*|h|h[^o].*|ho|ho[^s].*|hos|hos[^t].*|host.+';
/** As the API's: nobody plans further ahead. */
const AHEAD_MS_MAX = 5 * 366 * 24 * 3_600_000;
const COMMENT_CHARS_MAX = 2000;
const AUTHOR_CHARS_MAX = 200;

/**
 * What to ask of the judge for it; null: its times make no sense. `author`: who is known to have sent it, in
 * place of whom it names.
 */
export function questionOf(
  decided: Decided,
  { nowMs, author: known }: { readonly nowMs: number; readonly author: string | null },
): DecidedQuestion | null {
  const author = (said: string) => known ?? (wordsOf(said).slice(0, AUTHOR_CHARS_MAX) || 'nobody');
  const by = known ?? 'a command';
  switch (decided.what) {
    case 'acknowledge': {
      const { host, service, sticky, notify, untilS } = decided;
      const untilMs = untilS === null ? null : untilS * 1000;
      if (untilMs !== null && untilMs <= nowMs) return null;
      const said = { author: author(decided.author), comment: commentOf(decided.comment) };
      return { kind: 'acknowledge', covers: one(host, service), sticky, notify, untilMs, ...said };
    }
    case 'unacknowledge':
      return { kind: 'unacknowledge', covers: one(decided.host, decided.service), by };
    case 'downtime': {
      const { of, host, service, fromS, toS, durationS } = decided;
      const [fromMs, toMs] = [fromS * 1000, toS * 1000];
      if (toMs <= fromMs || toMs <= nowMs || toMs > nowMs + AHEAD_MS_MAX || durationS === 0) return null;
      const time =
        durationS === null
          ? ({ kind: 'fixed', fromMs, toMs } as const)
          : ({ kind: 'flexible', fromMs, toMs, durationMs: durationS * 1000 } as const);
      const covers = of === 'services-of-host' ? named(host, OTHER_SERVICES) : one(host, service);
      const said = { author: author(decided.author), comment: commentOf(decided.comment) };
      return { kind: 'quieten', covers, time, known: true, ...said };
    }
    case 'end-downtime':
      return { kind: 'end-quiet', id: `d${decided.id}`, by };
    case 'end-downtimes': {
      const { host, service, fromS, comment } = decided;
      const fromMs = fromS === null ? null : fromS * 1000;
      return {
        kind: 'end-downtimes',
        host: literal(host),
        service: service === null ? null : literal(service),
        fromMs,
        comment,
        by,
      };
    }
  }
}

/** What became of it, by the judge's answer. */
export function outcomeOf(question: DecidedQuestion, answer: AlertAnswers[Kind]): DecidedOutcome {
  switch (question.kind) {
    case 'acknowledge':
      return isDone(answer) ? null : 'not-a-problem';
    case 'unacknowledge':
      return Array.isArray(answer) && answer.length > 0 ? null : 'not-acknowledged';
    case 'quieten':
      if (isDone(answer)) return null;
      return typeof answer === 'object' && answer !== null && 'full' in answer && answer.full
        ? 'quiets-full'
        : 'bad-downtime';
    case 'end-quiet':
      return answer === null ? 'no-downtime' : null;
    case 'end-downtimes':
      return answer === 0 ? 'no-downtime' : null;
  }
}

/** In words for the audit: `downtime web1 / load`. */
export function decidedWords(decided: Decided): { readonly action: string; readonly subject: string } {
  if (decided.what === 'end-downtime') return { action: 'downtime ended', subject: `d${decided.id}` };
  const subject = [decided.host, decided.service ?? ''].filter((name) => name !== '').join(' / ');
  const actions = {
    acknowledge: 'acknowledged',
    unacknowledge: 'acknowledgement removed',
    downtime: 'downtime made',
    'end-downtimes': 'downtimes ended',
  } as const;
  return { action: actions[decided.what], subject };
}

function isDone(answer: AlertAnswers[Kind]): boolean {
  return typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok;
}

/** An empty service: the host's own. */
function one(host: string, service: string): CoverageRule {
  return named(host, literal(service === '' ? HOST_SERVICE : service));
}

function named(host: string, service: string): CoverageRule {
  return { cluster: null, host: literal(host), service, severity: null, facts: [], services: null };
}

/** A pattern that matches this name alone. */
function literal(name: string): string {
  return name.replaceAll(/[\\^$.|?*+()[\]{}]/gu, String.raw`\$&`);
}

function commentOf(text: string): string {
  return wordsOf(text).slice(0, COMMENT_CHARS_MAX) || 'by a command';
}

function wordsOf(text: string): string {
  return printable(text).trim();
}
