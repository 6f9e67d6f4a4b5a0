import { describe, expect, test } from 'vitest';
import { decide } from '../../src/alert/decision.ts';
import { compileRoutes, receiversOf } from '../../src/alert/routes.ts';
import { pagesFor } from '../../src/alert/pages.ts';
import type { Hold } from '../../src/alert/decision.ts';
import type { Problem, Status } from '../../src/model/service-state.ts';

const OK: Status = { kind: 'ok', sinceMs: 1 };
const SOFT: Status = { kind: 'soft', problem: 'CRITICAL', attempt: 1, sinceMs: 1, triedMs: 1, evidenceMs: 1 };
const HARD: Status = { kind: 'hard', problem: 'CRITICAL', attempt: 3, sinceMs: 1 };

describe('what is owed', () => {
  test.for<{ name: string; status: Status; announced: Problem | null; hold: Hold | null; is: string }>([
    { name: 'all well', status: OK, announced: null, hold: null, is: 'none' },
    { name: 'soft', status: SOFT, announced: null, hold: null, is: 'none' },
    { name: 'soft while another is open', status: SOFT, announced: 'WARNING', hold: null, is: 'none' },
    { name: 'hard', status: HARD, announced: null, hold: null, is: 'problem' },
    { name: 'told already', status: HARD, announced: 'CRITICAL', hold: null, is: 'none' },
    { name: 'told of another', status: HARD, announced: 'WARNING', hold: null, is: 'problem' },
    { name: 'host down', status: HARD, announced: null, hold: 'host-down', is: 'held' },
    { name: 'recovery', status: OK, announced: 'CRITICAL', hold: null, is: 'recovery' },
    {
      name: 'recovery beside a silent host',
      status: OK,
      announced: 'CRITICAL',
      hold: 'host-down',
      is: 'recovery',
    },
    { name: 'not ours', status: OK, announced: 'CRITICAL', hold: 'not-ours', is: 'held' },
  ])('$name: $is', ({ status, announced, hold, is }) => {
    expect(decide({ status, announced }, hold).kind).toBe(is);
  });
});

describe('routes', () => {
  const outcome = compileRoutes([
    { match: { service: 'noise.*' }, receiver: 'log', continue: true },
    { match: { cluster: 'mysql.*', severity: 'critical|down' }, receiver: 'oncall', continue: false },
    { match: { host: 'db-1' }, receiver: 'log', continue: false },
    { match: {}, receiver: 'ops', continue: false },
  ]);
  const routes = outcome.ok ? outcome.routes : [];
  test.for([
    { name: 'first match wins', at: ['mysql-eu', 'db-1', 'load', 'critical'], to: ['oncall'] },
    { name: 'severity decides', at: ['mysql-eu', 'db-2', 'load', 'warning'], to: ['ops'] },
    { name: 'whole values', at: ['mysql-eu', 'db-10', 'load', 'warning'], to: ['ops'] },
    { name: 'continue', at: ['web', 'w', 'noise x', 'unknown'], to: ['log', 'ops'] },
    { name: 'each receiver once', at: ['web', 'db-1', 'noise', 'unknown'], to: ['log'] },
  ])('$name', ({ at: [cluster = '', host = '', service = '', severity = ''], to }) => {
    expect(receiversOf(routes, { cluster, host, service, severity })).toEqual(to);
  });

  test('no route, nobody', () => {
    expect(receiversOf([], { cluster: 'a', host: 'b', service: 'c', severity: 'down' })).toEqual([]);
  });

  test('a fault says where', () => {
    const broken = compileRoutes([{ match: { host: '(' }, receiver: 'a', continue: false }]);
    expect(broken.ok ? '' : broken.faults[0]).toMatch(/^alerts\.routes\[0\]\.match\.host: /);
  });
});

test("a page's key is made of what it is about", () => {
  const incident = {
    cluster: 'c',
    host: 'h',
    service: 's',
    kind: 'problem',
    state: 'CRITICAL',
    stateType: 'HARD',
    output: 'o',
    sinceMs: 5,
    notes: '',
    runbook: '',
  } as const;
  const key = (changes: object, receiver: string, nowMs: number) =>
    pagesFor({ ...incident, ...changes }, [receiver], { nowMs, digest: (text) => text })[0]?.key;
  expect(key({ output: 'other' }, 'a', 9)).toBe(key({}, 'a', 1));
  const different = [
    key({}, 'a', 1),
    key({}, 'b', 1),
    key({ kind: 'recovery' }, 'a', 1),
    key({ sinceMs: 6 }, 'a', 1),
    key({ state: 'WARNING' }, 'a', 1),
    key({ host: 'h2' }, 'a', 1),
  ];
  expect(new Set(different).size).toBe(different.length);
});
