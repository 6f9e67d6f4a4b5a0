import { describe, expect, test } from 'vitest';
import { crowd, LINKS, page } from './page.ts';
import {
  labelOf,
  pageTone,
  servicesOf,
  shortened,
  sinceWords,
  summaryOf,
  timeWords,
  webLink,
  wordsOf,
} from '../../src/notify/words.ts';
import { PAGE_WORDS } from '../../src/model/page-words.ts';
import type { Page } from '../../src/model/service-state.ts';

describe('what a page is called', () => {
  test.for<{ about: Partial<Page>; label: string; tone: string }>([
    { about: {}, label: 'CRITICAL', tone: 'critical' },
    { about: { state: 'WARNING' }, label: 'WARNING', tone: 'warning' },
    { about: { state: 'UNREACHABLE' }, label: 'UNREACHABLE', tone: 'unknown' },
    { about: { kind: 'reminder', state: 'DOWN' }, label: 'STILL DOWN', tone: 'critical' },
    { about: { kind: 'recovery', state: 'OK', open: 0 }, label: 'OK', tone: 'ok' },
    { about: { kind: 'recovery', state: 'OK', open: 3 }, label: 'PARTLY OK', tone: 'note' },
    { about: { kind: 'closed', open: 0 }, label: 'CLOSED', tone: 'note' },
    { about: { kind: 'acknowledgement' }, label: 'ACKNOWLEDGED', tone: 'note' },
    { about: { kind: 'test' }, label: 'TEST', tone: 'note' },
    { about: { kind: 'downtime-cancelled' }, label: 'DOWNTIME CANCELLED', tone: 'note' },
  ])('$label', ({ about, label, tone }) => {
    expect(labelOf(page(about))).toBe(label);
    expect(pageTone(page(about))).toBe(tone);
  });

  test.for<[Partial<Page>, string]>([
    [{ title: 'web-1: load is CRITICAL' }, '[CRITICAL] web-1: load'],
    [
      { title: 'web-1: load is still DOWN (2 more open)', kind: 'reminder', state: 'DOWN' },
      '[STILL DOWN] web-1: load (2 more open)',
    ],
    [{ title: '3 hosts in web: load is OK', kind: 'recovery', open: 0 }, '[OK] 3 hosts in web: load'],
    [{ title: '3 hosts in web are DOWN or UNREACHABLE', state: 'DOWN' }, '[DOWN] 3 hosts in web'],
    [
      { title: '4 hosts in web: load is CRITICAL · 4 incidents (1 over)' },
      '[CRITICAL] 4 hosts in web: load · 4 incidents (1 over)',
    ],
    [
      { title: 'web-1: load is no longer watched', kind: 'closed', open: 0 },
      '[CLOSED] web-1: load is no longer watched',
    ],
  ])('%o: %s', ([about, summary]) => expect(summaryOf(page(about))).toBe(summary));

  test('in one line, whatever its names hold', () => {
    const title = 'a\r\nBcc: x@y\u2028\u0000\u202e b: load is CRITICAL';
    expect(summaryOf(page({ title }))).toBe('[CRITICAL] a Bcc: x@y b: load');
  });
});

test.for([
  { zone: 'UTC', text: '2026-07-01 12:00 UTC' },
  { zone: 'Europe/Berlin', text: '2026-07-01 14:00 UTC+2' },
  { zone: 'America/St_Johns', text: '2026-07-01 09:30 UTC-2:30' },
])('a time in $zone', ({ zone, text }) => expect(timeWords(Date.UTC(2026, 6, 1, 12), zone)).toBe(text));

test('since when, and for how long by then', () => {
  const about = { sinceMs: Date.UTC(2026, 6, 1, 12), createdMs: Date.UTC(2026, 6, 1, 12, 20) };
  expect(sinceWords(page(about), 'UTC')).toBe('2026-07-01 12:00 UTC (20 min)');
});

test.for([
  ['https://wiki.example.net/a b', 'https://wiki.example.net/a%20b'],
  ['javascript:alert(1)', null],
  ['see the wiki', null],
  ['', null],
] as const)('a runbook %s: %s', ([text, link]) => expect(webLink(text)).toBe(link));

test('what is cut off shows, and halves no character', () => {
  expect(shortened('abcdef', 4)).toBe('abc…');
  expect(shortened('ab😀cd', 4)).toBe('ab…');
  expect(shortened('abcd', 4)).toBe('abcd');
});

test('a page that names no services is about its own; a notice about none', () => {
  expect(servicesOf(page())).toMatchObject([{ host: 'h', service: 'load', news: 'problem' }]);
  expect(servicesOf(page({ kind: 'notice', cluster: '', host: '', service: '' }))).toEqual([]);
});

test('templates have every word', () => {
  const words = wordsOf(crowd(37), LINKS);
  expect(Object.keys(words).toSorted()).toEqual([...PAGE_WORDS].toSorted());
  expect(words).toMatchObject({ summary: '[CRITICAL] 37 hosts in c: load', count: '37', id: 'key-1' });
  expect(words.services.split('\n')).toHaveLength(20);
});
