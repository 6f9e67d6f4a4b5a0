import { acknowledgementPages } from '../../alert/quiet/acknowledgement-pages.ts';
import { acknowledgementView } from '../quiet/quiet-views.ts';
import { compileCoverage, saysSomething } from '../../alert/quiet/coverage.ts';
import { COVERED_SHOWN_MAX } from '../../alert-limits.ts';
import { coverageView, coveredBy } from '../quiet/covered.ts';
import { isOpen } from '../../alert/told.ts';
import { notesOf } from '../relations.ts';
import { stateName, stateType } from '../report.ts';
import type { AlertAnswers, AlertQuestion, Done } from '../../model/alert-question.ts';
import type { AcknowledgementView, CoverageView, QuietView } from '../../contract/alert-views.ts';
import type { CoverageRule } from '../../model/quiet.ts';
import type { PagedService } from '../../model/service-state.ts';
import type { QuietBook } from '../quiet/quiet-book.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';
import type { Watched } from '../quiet/covered.ts';

const QUIET_KINDS = [
  'cover',
  'told-of',
  'quiets',
  'quieten',
  'end-quiet',
  'end-downtimes',
  'acknowledge',
  'unacknowledge',
] as const;
type QuietKind = (typeof QUIET_KINDS)[number];
export type QuietQuestion = Extract<AlertQuestion, { readonly kind: QuietKind }>;
type QuestionOf<K extends QuietKind> = Extract<QuietQuestion, { readonly kind: K }>;

export interface QuietRespondents {
  readonly book: QuietBook;
  readonly watched: Watched;
  readonly turn: Turn;
}

/** What is asked of downtimes, silences and acknowledgements, and decided about them. */
export function answerQuiet(question: QuietQuestion, of: QuietRespondents): AlertAnswers[QuietKind] {
  const { book, turn } = of;
  switch (question.kind) {
    case 'cover':
      return cover(question, of);
    case 'told-of':
      return toldOf(question, of);
    case 'quiets':
      return book.views(question.sort, turn.nowMs);
    case 'quieten':
      return quieten(question, of);
    case 'end-quiet': {
      const ended = book.end(question.id, question.by, turn);
      return ended ? book.viewOf(ended, turn.nowMs) : null;
    }
    case 'end-downtimes':
      return endDowntimes(question, of);
    case 'acknowledge':
      return acknowledge(question, of);
    case 'unacknowledge':
      return unacknowledge(question, of);
  }
}

function cover(question: QuestionOf<'cover'>, { watched }: QuietRespondents): CoverageView {
  const compiled = compileCoverage(question.covers, question);
  if (!compiled.ok) return { count: 0, hosts: 0, services: [] };
  const covered = [...coveredBy(compiled.coverage, watched)];
  return coverageView(question.problems ? covered.filter(isProblem) : covered);
}

function quieten(
  question: QuestionOf<'quieten'>,
  { book, watched, turn }: QuietRespondents,
): Done<QuietView> {
  const { covers, time, comment, author, known = false, preview = false } = question;
  const fault = faultOf(covers);
  if (fault !== null) return { ok: false, full: false, fault };
  if (known && coversNothing(covers, watched)) {
    return { ok: false, full: false, fault: 'it covers nothing that is known here' };
  }
  const wish = { covers, time, comment, author };
  const made = preview ? book.draft(wish, turn) : book.quieten(wish, turn);
  return made.ok ? { ok: true, value: book.viewOf(made.value, turn.nowMs) } : made;
}

function toldOf({ covers }: QuestionOf<'told-of'>, { watched }: QuietRespondents): readonly string[] {
  const told = coveredNow(covers, watched).flatMap((watch) => watch.told.filter(isOpen));
  return [...new Set(told.map(({ receiver }) => receiver))].toSorted();
}

function coversNothing(covers: CoverageRule, watched: Watched): boolean {
  const compiled = compileCoverage(covers, { wholeHosts: true });
  return !compiled.ok || coveredBy(compiled.coverage, watched).next().done === true;
}

/** By names as they were written; Nagios' command means those of one host, whatever their services. */
function endDowntimes(question: QuestionOf<'end-downtimes'>, { book, turn }: QuietRespondents): number {
  const { host, service, fromMs, comment, by } = question;
  const isMeant = ({ covers, time, ...quiet }: ReturnType<QuietBook['live']>[number]['saved']) =>
    covers.host === host &&
    (service === null || covers.service === service) &&
    (fromMs === null || time.fromMs === fromMs) &&
    (comment === null || quiet.comment === comment);
  const meant = book.live().filter((quiet) => !quiet.isSilence && isMeant(quiet.saved));
  for (const { id } of meant) book.end(id, by, turn);
  return meant.length;
}

function acknowledge(
  { covers, comment, author, sticky, untilMs, notify }: QuestionOf<'acknowledge'>,
  { book, watched, turn }: QuietRespondents,
): Done<readonly AcknowledgementView[]> {
  const fault = faultOf(covers);
  if (fault !== null) return { ok: false, full: false, fault };
  const problems = coveredNow(covers, watched).filter(isProblem);
  if (problems.length === 0) return { ok: false, full: false, fault: 'nothing of it has a problem' };
  const views: AcknowledgementView[] = [];
  for (const watch of problems) {
    const given = book.acknowledgements.give(watch, { comment, author, sticky, untilMs }, turn);
    if (!given) continue;
    book.noted(watch);
    if (views.length < COVERED_SHOWN_MAX) views.push(acknowledgementView(given));
  }
  if (notify && turn.mayPage) {
    const told = problems.map((watch) => ({ service: pagedService(watch), told: watch.told }));
    const { nowMs, digest } = turn;
    const pages = acknowledgementPages(told, { author, comment, nowMs, digest }, (target) =>
      turn.receivers.has(target),
    );
    for (const page of pages) turn.pages.push(page);
  }
  return { ok: true, value: views };
}

function unacknowledge(
  { covers, by }: QuestionOf<'unacknowledge'>,
  { book, watched, turn }: QuietRespondents,
): readonly AcknowledgementView[] {
  const taken: AcknowledgementView[] = [];
  for (const watch of coveredNow(covers, watched)) {
    const given = book.acknowledgements.take(watch, by, turn);
    if (!given) continue;
    book.noted(watch);
    if (taken.length < COVERED_SHOWN_MAX) taken.push(acknowledgementView(given));
  }
  return taken;
}

/** Why such a rule is none, in words; null: it is. */
function faultOf(covers: CoverageRule): string | null {
  if (!saysSomething(covers)) return 'covers says nothing: name a cluster, host, service, facts or services';
  const compiled = compileCoverage(covers, { wholeHosts: false });
  return compiled.ok ? null : compiled.fault;
}

function coveredNow(covers: CoverageRule, watched: Watched): ServiceWatch[] {
  const compiled = compileCoverage(covers, { wholeHosts: false });
  return compiled.ok ? [...coveredBy(compiled.coverage, watched)] : [];
}

function isProblem({ status }: ServiceWatch): boolean {
  return status.kind !== 'ok';
}

function pagedService(watch: ServiceWatch): PagedService {
  const { cluster, host, service, output, status, series } = watch;
  const { notes, runbook } = notesOf(watch);
  const { warning, critical } = watch.compiled.definition;
  return {
    cluster,
    host,
    service,
    state: stateName(watch),
    stateType: stateType(watch),
    output,
    sinceMs: status.sinceMs,
    notes,
    runbook,
    news: 'open',
    metric: series?.metric ?? '',
    warning,
    critical,
  };
}
