import { describe, expect, test } from 'vitest';
import { alertsOf, Severities } from '../../src/notify/alertmanager.ts';
import { LINKS, page, pagedService } from './page.ts';
import type { Page } from '../../src/model/service-state.ts';

const NOW = Date.UTC(2026, 10, 22, 2);
const about = (changes: Partial<Page>) => page({ createdMs: NOW, sinceMs: NOW - 60_000, ...changes });

/** Severities of the alerts, `!` before those that end. */
function severitiesOf(of: Page, known = new Severities()): string[] {
  return alertsOf(of, {}, LINKS, known).map(({ labels, endsAt }) => {
    return `${Date.parse(endsAt) > NOW ? '' : '!'}${labels['severity']}`;
  });
}

test('a problem', () => {
  expect(alertsOf(about({ incident: 'i-1' }), { team: 'web' }, LINKS, new Severities())).toEqual([
    {
      labels: {
        alertname: 'load',
        cluster: 'c',
        host: 'h',
        instance: 'h',
        severity: 'critical',
        team: 'web',
      },
      annotations: {
        summary: 'h: load is CRITICAL',
        description: 'load_one is 9.61 · critical above 8',
        notes: 'look',
        runbook_url: 'https://example.net/load',
        acknowledge_url: 'http://muster.example:8600/ack/key-1',
        incident: 'i-1',
      },
      startsAt: '2026-11-22T01:59:00.000Z',
      endsAt: '2027-11-23T02:00:00.000Z',
      generatorURL: 'http://muster.example:8600/service?cluster=c&host=h&service=load',
    },
  ]);
});

describe('which alerts begin and end', () => {
  const recovery = about({ kind: 'recovery', state: 'OK', open: 0 });

  test('after a restart an end is told of all there may be', () => {
    expect(severitiesOf(recovery)).toEqual(['!critical', '!warning', '!unknown']);
    expect(severitiesOf(about({ kind: 'closed', service: 'host', open: 0 }))).toEqual([
      '!down',
      '!unreachable',
    ]);
  });

  test('what was sent is ended, and what becomes another severity', () => {
    const known = new Severities();
    known.sent(about({ state: 'WARNING' }));
    expect(severitiesOf(recovery, known)).toEqual(['!warning']);
    expect(severitiesOf(about({ state: 'CRITICAL' }), known)).toEqual(['critical', '!warning']);
    expect(severitiesOf(about({ kind: 'reminder', state: 'WARNING' }), known)).toEqual(['warning']);
    known.sent(recovery);
    expect(severitiesOf(recovery, known)).toHaveLength(3);
  });

  test('a service each, those that are open still among them', () => {
    const services = [
      pagedService({ host: 'a', news: 'recovery', state: 'OK' }),
      pagedService({ host: 'b', news: 'open', state: 'WARNING' }),
    ];
    const known = new Severities();
    known.sent(page({ services: services.map((one) => ({ ...one, state: 'WARNING', news: 'problem' })) }));
    expect(severitiesOf(about({ kind: 'recovery', count: 2, open: 1, services }), known)).toEqual([
      '!warning',
      'warning',
    ]);
  });

  test('a test ends by itself; of an acknowledgement nothing is told', () => {
    const [test] = alertsOf(about({ kind: 'test', title: 'A test' }), {}, LINKS, new Severities());
    expect(test).toMatchObject({ labels: { alertname: 'MusterTest' }, endsAt: '2026-11-22T02:05:00.000Z' });
    expect(severitiesOf(about({ kind: 'acknowledgement' }))).toEqual([]);
  });
});
