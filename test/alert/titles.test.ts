import { expect, test } from 'vitest';
import { composePage, named } from '../../src/alert/pages.ts';
import type { Named } from '../../src/alert/pages.ts';
import type { PagedService, PageKind } from '../../src/model/service-state.ts';

/** `web-1/load CRITICAL`; its output says which it is. */
function one(words: string, news: PagedService['news']): Named {
  const [name = '', state = ''] = words.split(' ');
  const [host = '', service = ''] = name.split('/');
  const key = { cluster: 'web', host, service };
  const judged = { state, stateType: 'HARD', output: `${name} is bad`, sinceMs: 1, metric: '' } as const;
  return named(key, { ...judged, notes: '', runbook: '', warning: '', critical: '', occasion: null }, news);
}

function pageOf(kind: PageKind, services: readonly string[]) {
  const news = kind === 'reminder' ? 'open' : kind === 'problem' || kind === 'recovery' ? kind : 'closed';
  const draft = {
    target: 'ops',
    kind,
    incident: 'i',
    route: 'r',
    incidents: 1,
    news: services.map((words) => one(words, news)),
    others: [],
    othersCount: 0,
    occasion: null,
  };
  return composePage(draft, { nowMs: 1, digest: (text) => text });
}

test.for<{ kind: PageKind; of: readonly string[]; title: string }>([
  { kind: 'problem', of: ['web-17/host DOWN'], title: 'web-17 is DOWN' },
  { kind: 'reminder', of: ['web-17/host DOWN'], title: 'web-17 is still DOWN' },
  { kind: 'problem', of: ['a/host DOWN', 'b/host DOWN'], title: '2 hosts in web are DOWN' },
  { kind: 'reminder', of: ['a/host DOWN', 'b/host DOWN'], title: '2 hosts in web are still DOWN' },
  {
    kind: 'problem',
    of: ['a/host UNREACHABLE', 'b/host DOWN'],
    title: '2 hosts in web are DOWN or UNREACHABLE',
  },
  { kind: 'recovery', of: ['a/host UP', 'b/host UP'], title: '2 hosts in web are UP' },
  { kind: 'closed', of: ['a/host DOWN', 'b/host DOWN'], title: '2 hosts in web are no longer watched' },
  { kind: 'problem', of: ['a/load CRITICAL'], title: 'a: load is CRITICAL' },
  { kind: 'problem', of: ['a/load CRITICAL', 'b/load CRITICAL'], title: '2 hosts in web: load is CRITICAL' },
  {
    kind: 'reminder',
    of: ['a/load CRITICAL', 'b/load CRITICAL'],
    title: '2 hosts in web: load is still CRITICAL',
  },
  { kind: 'recovery', of: ['a/load OK', 'b/load OK'], title: '2 hosts in web: load is OK' },
  { kind: 'closed', of: ['a/load OK', 'b/load OK'], title: '2 hosts in web: load is no longer watched' },
  {
    kind: 'problem',
    of: ['a/load CRITICAL', 'a/disk WARNING'],
    title: '2 services of a are CRITICAL or WARNING',
  },
])('$kind: $title', ({ kind, of, title }) => expect(pageOf(kind, of).title).toBe(title));

test('a page of several says what the worst of them says', () => {
  const { output, host, state } = pageOf('problem', ['a/load WARNING', 'b/load CRITICAL']);
  expect({ output, host, state }).toEqual({ output: 'b/load is bad', host: '', state: 'CRITICAL' });
});
