import { describe, expect, test } from 'vitest';
import { Scene } from './desk-scene.ts';
import type { AlertsConfig } from '../../src/contract/alerts.ts';
import type { Page, PageOutcome } from '../../src/model/service-state.ts';

function close(s: Scene, host: string): void {
  s.desk.closed(s.at(host), 'gone', s.nowS * 1000);
  s.subjects.delete(`${host}/load`);
}

describe('what nobody watched for a while', () => {
  test('is told of again, though its target went with it', () => {
    const s = new Scene();
    s.bad('w1').turn();
    close(s, 'w1');
    s.use({ targets: ['log'] });
    expect(s.turn()).toEqual([]);
    s.turn();
    expect([...s.desk.incidents()]).toEqual([]);
    s.use({ targets: ['log', 'ops'] });
    expect(s.bad('w1').until(5)).toEqual(['1 problem ops w1/load CRITICAL']);
  });

  test('does not escalate', () => {
    const steps = [
      { afterMs: 0, notify: ['ann'] },
      { afterMs: 60_000, notify: ['bob'] },
    ];
    const alerts = { escalations: [{ name: 'up', where: '', steps, repeatEveryMs: null }] };
    const s = new Scene({ alerts, routes: [{ receiver: 'up' }] });
    s.bad('w1').turn();
    close(s, 'w1');
    s.use({ targets: ['bob'] });
    expect(s.until(200)).toEqual([]);
    expect(s.rows.size).toBe(0);
  });

  test('goes on as it was where its end was not told yet', () => {
    const receivers: AlertsConfig['receivers'] = [
      {
        name: 'ops',
        channels: [{ kind: 'slack', url: '', channel: null }],
        storm: { pages: 3, withinMs: 600_000 },
      },
    ];
    const s = new Scene({ alerts: { receivers }, routes: [{ groupBy: ['host'] }] });
    for (const host of ['w1', 'w2', 'w3']) s.bad(host);
    expect(s.turn()).toHaveLength(3);
    expect(s.bad('w4').turn()).toHaveLength(1);
    const { status } = s.at('w1');
    close(s, 'w1');
    expect(s.turn()).toEqual([]);
    s.at('w1').status = status;
    expect(s.until(100)).toEqual([]);
    expect(s.well('w1').until(200)).toEqual(['101 recovery ops w1/load OK']);
  });
});

describe('two routes to one target', () => {
  const period = {
    name: 'day',
    where: '',
    timezone: 'UTC',
    times: ['monday-sunday 00:20-24:00'],
    exclude: [],
  };
  const options = { routes: [{ period: 'day', continue: true }, {}], periods: [period] };

  test('outside the period of the first the second tells it', () => {
    // The scene begins at 00:16:40.
    const s = new Scene(options);
    expect(s.bad('w1').turn()).toEqual(['problem ops w1/load CRITICAL']);
    expect(s.until(300)).toEqual([]);
    expect(s.well('w1').turn()).toEqual(['recovery ops w1/load OK']);
    s.turn();
    expect(s.rows.size).toBe(0);
  });

  test('once the period of the first is over the second does', () => {
    const s = new Scene({ ...options, periods: [{ ...period, times: ['monday-sunday 00:00-00:20'] }] });
    expect(s.bad('w1').hold('w1', 'flapping').turn()).toEqual([]);
    s.until(250);
    expect(s.hold('w1', null).turn()).toEqual(['problem ops w1/load CRITICAL']);
    expect(s.until(300)).toEqual([]);
  });
});

test('that a page was taken back is no news to the desk, which did it: the same may be on its way again', () => {
  const s = new Scene();
  s.bad('w1').turn({ later: true });
  const [first] = s.sent;
  s.hold('w1', 'in-downtime').turn({ later: true });
  expect(s.hold('w1', null).turn({ later: true })).toHaveLength(1);
  const settle = (page: Page | undefined, outcome: PageOutcome) => page && s.settle(page, outcome);
  settle(first, 'superseded');
  expect(s.turn({ later: true })).toEqual([]);
  settle(s.sent[1], 'delivered');
  expect(s.until(60)).toEqual([]);
});

describe('two pages about one service on their way, of which the second is taken back', () => {
  /** The first flies, the second waits behind it. */
  function two(s: Scene, second: () => unknown): Page | undefined {
    const first = s.sent.at(-1);
    s.flying.add(first?.key ?? '');
    s.nowS += 1;
    second();
    expect(s.turn({ later: true })).toHaveLength(1);
    s.nowS += 1;
    return first;
  }

  test('what the first said ends when it has arrived', () => {
    const s = new Scene();
    s.bad('w1', 'WARNING').turn({ later: true });
    const first = two(s, () => s.bad('w1'));
    expect(s.well('w1').turn()).toEqual([]);
    expect(s.waiting.size).toBe(1);
    if (first) s.settle(first, 'delivered');
    expect(s.until(20)).toEqual(['3 recovery ops w1/load OK']);
  });

  test('an end on its way is not told again', () => {
    const s = new Scene();
    s.bad('w1').turn();
    s.nowS += 1;
    s.well('w1').turn({ later: true });
    const end = two(s, () => s.bad('w1'));
    expect(s.well('w1').until(10)).toEqual([]);
    if (end) s.settle(end, 'delivered');
    expect(s.until(20)).toEqual([]);
    expect(s.rows.size).toBe(0);
  });

  test('the first is taken back, too, once it has failed', () => {
    const s = new Scene();
    s.bad('w1', 'WARNING').turn({ later: true });
    const first = two(s, () => s.bad('w1'));
    s.well('w1').turn();
    s.flying.clear();
    if (first) s.settle(first, 'retry');
    expect(s.until(20)).toEqual([]);
    expect([s.waiting.size, s.rows.size]).toEqual([0, 0]);
  });
});
