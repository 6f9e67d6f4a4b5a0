import { countsBy, differenceOf, serviceOf } from '../../backtest/difference.ts';
import { minuteOf, textTable } from '../table.ts';
import type { ComparedPage, Count, Difference } from '../../backtest/difference.ts';
import type { ReplayDone } from './run.ts';

/** What a replay comes to. */
export interface Replayed {
  readonly fromS: number;
  readonly done: ReplayDone;
  /** By the definitions and routes that hold. */
  readonly now: readonly ComparedPage[];
  /** By those that are tried; null: none are. */
  readonly tried: readonly ComparedPage[] | null;
  /** Pages really sent in that time, and how those by the present definitions compare with them. */
  readonly sent: readonly ComparedPage[];
  readonly trust: Difference;
  /** What this cannot know, in words. */
  readonly limits: readonly string[];
}

/** Lines of one list; --json has all of it. */
const LINES_MAX = 200;

/** For people. */
export function replayText(replayed: Replayed): string {
  const { tried } = replayed;
  const parts = [headText(replayed)];
  parts.push(
    countsText(
      'receiver',
      countsOf(replayed, ({ receiver }) => receiver),
      tried !== null,
    ),
  );
  parts.push(countsText('service', countsOf(replayed, serviceOf), tried !== null));
  if (tried === null) parts.push(listText('Pages', replayed.now));
  else parts.push(...differenceText(differenceOf(replayed.now, tried)));
  parts.push(trustText(replayed));
  parts.push(replayed.limits.map((limit) => `Note: ${limit}.\n`).join(''));
  return parts.filter((part) => part !== '').join('\n');
}

/** As data. */
export function replayData(replayed: Replayed): object {
  const { fromS, done, now, tried, sent, trust, limits } = replayed;
  const difference = tried === null ? null : differenceOf(now, tried);
  return {
    from: fromS,
    to: done.toS,
    pages: { now: now.length, tried: tried?.length ?? null, sent: sent.length },
    by_receiver: countsOf(replayed, ({ receiver }) => receiver).map(countData(tried !== null)),
    by_service: countsOf(replayed, serviceOf).map(countData(tried !== null)),
    now: now.map(pageData),
    tried: tried?.map(pageData) ?? null,
    difference: difference && {
      same: difference.same,
      only_now: difference.onlyBefore.map(pageData),
      only_tried: difference.onlyAfter.map(pageData),
      moved: difference.moved.map(({ before, after }) => ({
        ...pageData(before),
        tried_ms: after.createdMs,
      })),
    },
    trust: {
      sent: sent.length,
      replayed: trust.same + trust.moved.length,
      not_replayed: trust.onlyBefore.map(pageData),
      not_sent: trust.onlyAfter.map(pageData),
    },
    notes: limits,
    figures: done.figures,
  };
}

function headText({ fromS, done, now, tried }: Replayed): string {
  const { hosts, series } = done.figures;
  const time = `${minuteOf(fromS * 1000)} to ${minuteOf(done.toS * 1000)}`;
  const pages =
    tried === null ? counted(now.length, 'page') : `${counted(now.length, 'page')} → ${tried.length}`;
  return `${time}, ${counted(hosts, 'host')}, ${counted(series, 'series')}: ${pages}\n`;
}

function countsOf({ now, tried }: Replayed, nameOf: (page: ComparedPage) => string): Count[] {
  return countsBy(now, tried ?? now, nameOf);
}

function countsText(head: string, counts: readonly Count[], isCompared: boolean): string {
  if (counts.length === 0) return '';
  const rows = counts.slice(0, LINES_MAX).map(({ name, before, after }) => {
    return [name, isCompared ? `${counted(before, 'page')} → ${after}` : counted(before, 'page')];
  });
  return textTable([head, ''], rows) + moreText(counts.length);
}

function differenceText({ same, moved, onlyBefore, onlyAfter }: Difference): string[] {
  const times = moved.map(({ before, after }) => `${lineOf(before)}, then at ${secondOf(after.createdMs)}`);
  return [
    `${counted(same, 'page')} the same.\n`,
    linesText('Only with those that hold now', onlyBefore.map(lineOf)),
    linesText('Only with those that are tried', onlyAfter.map(lineOf)),
    linesText('At other times', times),
  ];
}

function listText(head: string, pages: readonly ComparedPage[]): string {
  return linesText(head, pages.map(lineOf));
}

function linesText(head: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const shown = lines.slice(0, LINES_MAX).map((line) => `  ${line}\n`);
  return `${head} (${lines.length}):\n${shown.join('')}${moreText(lines.length)}`;
}

function moreText(count: number): string {
  return count > LINES_MAX ? `  and ${count - LINES_MAX} more: --json has all\n` : '';
}

/** `2026-11-21 10:14:05Z ops: problem, web-1: load is CRITICAL`. */
function lineOf({ createdMs, receiver, kind, title }: ComparedPage): string {
  return `${secondOf(createdMs)} ${receiver}: ${kind}, ${title}`;
}

function trustText({ sent, trust }: Replayed): string {
  if (sent.length === 0) return 'No pages were sent in that time, as far as is kept.\n';
  const found = trust.same + trust.moved.length;
  const more = trust.onlyAfter.length === 0 ? '' : `, and ${trust.onlyAfter.length} that were not sent`;
  return `Of ${counted(sent.length, 'page')} sent in that time the replay has ${found}${more}.\n`;
}

function pageData({ createdMs, receiver, kind, cluster, host, service, state, title }: ComparedPage): object {
  return { time_ms: createdMs, receiver, kind, cluster, host, service, state, title };
}

function countData(isCompared: boolean): (count: Count) => object {
  return ({ name, before, after }) => ({ name, now: before, ...(isCompared ? { tried: after } : {}) });
}

function secondOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 || noun === 'series' ? '' : 's'}`;
}
