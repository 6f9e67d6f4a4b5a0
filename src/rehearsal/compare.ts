import { compilePattern } from '../model/pattern.ts';
import type { CheckTest, ExpectedPage, ExpectedService } from '../contract/check-tests.ts';
import type { Happenings, HistoryLine, SentPage } from './happenings.ts';
import type { ServiceView } from '../contract/api.ts';

/** What was not as a test expects. */
export interface Failure {
  /** `file:line:column` of the expectation. */
  readonly where: string;
  readonly message: string;
  /** Of the service that is meant, around that time. */
  readonly history: readonly HistoryLine[];
}

/** Lines of history before the time in question, and after. */
const BEFORE = 4;
const AFTER = 2;

/** Whether a service is now what is expected of it; undefined: it is. */
export function compareService(expected: ExpectedService, happened: Happenings): Failure | undefined {
  const found = [...happened.services.values()].filter((view) => isMeant(expected, view));
  const when = `at ${written(expected.atMs)}, ${expected.service}`;
  const [view] = found;
  if (view === undefined) {
    if (expected.state === 'NONE') return undefined;
    const message = `${when}: expected ${described(expected)}, but there is no such service${others(expected, happened)}`;
    return { where: expected.where, message, history: [] };
  }
  if (found.length > 1) {
    const names = found
      .map(({ cluster, host }) => `${host || 'no host'} of ${cluster || 'the grid'}`)
      .join(', ');
    return { where: expected.where, message: `${when}: it is there for ${names}; say which`, history: [] };
  }
  const wrong = differences(expected, view);
  if (wrong.length === 0) return undefined;
  const history = around(happened.historyOf(view), expected.atMs);
  return { where: expected.where, message: `${when}${ofHost(view)}: ${wrong.join(', ')}`, history };
}

/** Pages that are missing, and those that nobody expected. */
export function comparePages(test: CheckTest, happened: Happenings): Failure[] {
  if (test.pages === null) return [];
  const unexpected = [...happened.pages];
  const failures: Failure[] = [];
  for (const expected of test.pages) {
    const at = unexpected.findIndex((sent) => isPage(expected, sent));
    if (at >= 0) unexpected.splice(at, 1);
    else failures.push(missing(expected, happened));
  }
  for (const { atMs, page } of unexpected) {
    const message = `at ${written(atMs)}, ${page.service}${ofHost(page)}: a page that is not expected, ${pageWords(page)}`;
    failures.push({ where: test.where, message, history: around(happened.historyOf(page), atMs) });
  }
  return failures;
}

function missing(expected: ExpectedPage, happened: Happenings): Failure {
  const { kind, service, atMs, receiver, state } = expected;
  const about = happened.pages.filter(({ page }) => isMeant(expected, page));
  const sent = about.map((one) => `${pageWords(one.page)} at ${written(one.atMs)}`);
  const there = sent.length === 0 ? 'there was none' : `there were: ${sent.join('; ')}`;
  const wanted = [kind, state ?? '', receiver === null ? '' : `to ${receiver}`]
    .filter((word) => word !== '')
    .join(' ');
  const view = [...happened.services.values()].find((one) => isMeant(expected, one));
  const history = view === undefined ? [] : around(happened.historyOf(view), atMs);
  const message = `at ${written(atMs)}, ${service}: expected a page, ${wanted}, but ${there}`;
  return { where: expected.where, message, history };
}

function pageWords({ kind, state, receiver }: SentPage['page']): string {
  return `${kind} ${state} to ${receiver}`;
}

interface Meant {
  readonly cluster: string | null;
  readonly host: string | null;
  readonly service: string;
}

function isMeant(meant: Meant, one: { cluster: string; host: string; service: string }): boolean {
  if (one.service !== meant.service) return false;
  return (meant.host ?? one.host) === one.host && (meant.cluster ?? one.cluster) === one.cluster;
}

function isPage(expected: ExpectedPage, { atMs, page }: SentPage): boolean {
  if (expected.atMs !== atMs || expected.kind !== page.kind || !isMeant(expected, page)) return false;
  return (
    (expected.state ?? page.state) === page.state && (expected.receiver ?? page.receiver) === page.receiver
  );
}

function differences(expected: ExpectedService, view: ServiceView): string[] {
  const { state, type, attempt, output } = expected;
  const wrong: string[] = [];
  const told = (name: string, wanted: string | number, there: string | number) => {
    wrong.push(`expected ${name} ${wanted}, it is ${there}`);
  };
  if (state !== null && state !== view.state) told('state', state, view.state);
  if (type !== null && type !== view.state_type) told('type', type, view.state_type);
  if (attempt !== null && attempt !== view.attempt) told('attempt', attempt, view.attempt);
  if (output !== null && !finds(output, view.output))
    told('output', `/${output}/`, JSON.stringify(view.output));
  return wrong;
}

function finds(pattern: string, text: string): boolean {
  const compiled = compilePattern(pattern, { anchored: false });
  return compiled.ok && compiled.pattern.matches(text);
}

function described({ state, type, attempt, output }: ExpectedService): string {
  const found = output === null ? null : `output /${output}/`;
  return [state, type, attempt === null ? null : `attempt ${attempt}`, found]
    .filter((word) => word !== null)
    .join(' ');
}

function others({ cluster, host }: ExpectedService, { services }: Happenings): string {
  const there = [...services.values()].filter((view) =>
    isMeant({ cluster, host, service: view.service }, view),
  );
  const names = [...new Set(there.map(({ service }) => service))].slice(0, 8);
  return names.length === 0 ? '; there is none at all' : `; there are ${names.join(', ')}`;
}

function ofHost({ host, cluster }: { host: string; cluster: string }): string {
  if (host !== '') return ` of ${host}`;
  return cluster === '' ? '' : ` of ${cluster}`;
}

function around(history: readonly HistoryLine[], atMs: number): readonly HistoryLine[] {
  const after = history.findIndex((line) => line.atMs > atMs);
  const end = after < 0 ? history.length : after;
  return history.slice(Math.max(0, end - BEFORE), end + AFTER);
}

/** As it would be written in a test: `90s`, `5m`. */
export function written(ms: number): string {
  if (ms === 0 || ms % 60_000 !== 0) return `${ms / 1000}s`;
  return ms % 3_600_000 === 0 ? `${ms / 3_600_000}h` : `${ms / 60_000}m`;
}
