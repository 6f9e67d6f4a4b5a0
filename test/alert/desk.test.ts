import { describe, expect, test } from 'vitest';
import { Scene } from './desk-scene.ts';
import type { AlertsConfig } from '../../src/contract/alerts.ts';

describe('grouping', () => {
  test('one service alone is told at once, and its end', () => {
    const s = new Scene();
    expect(s.bad('w1').turn()).toEqual(['problem ops w1/load CRITICAL']);
    s.nowS += 3;
    expect(s.well('w1').turn()).toEqual(['recovery ops w1/load OK']);
    s.turn();
    expect([...s.desk.incidents()]).toEqual([]);
    s.turn();
    expect(s.rows.size).toBe(0);
  });

  test('what comes at once is one page, what follows is gathered', () => {
    const s = new Scene();
    expect(s.bad('w1').bad('w2').turn()).toEqual(['problem ops w1/load+w2/load CRITICAL']);
    expect(s.sent[0]).toMatchObject({
      title: '2 hosts in web: load is CRITICAL',
      host: '',
      service: 'load',
      count: 2,
      open: 2,
    });
    s.bad('w3');
    expect(s.until(4)).toEqual([]);
    s.bad('w4', 'WARNING');
    expect(s.until(30)).toEqual(['10 problem ops w3/load+w4/load CRITICAL']);
    expect(s.sent[1]).toMatchObject({
      title: '2 hosts in web: load is CRITICAL or WARNING (2 more open)',
      count: 4,
      open: 4,
    });
    expect(s.sent[1]?.services.map(({ host, news }) => `${host} ${news}`)).toEqual([
      'w3 problem',
      'w4 problem',
      'w1 open',
      'w2 open',
    ]);
  });

  test('recoveries of many are gathered, and the last ends the incident', () => {
    const s = new Scene();
    s.bad('w1').bad('w2').bad('w3').turn();
    s.until(20);
    expect(s.well('w1').turn()).toEqual(['recovery ops w1/load OK']);
    expect(s.sent.at(-1)).toMatchObject({ open: 2, title: 'w1: load is OK (2 more open)' });
    s.well('w2');
    expect(s.until(25)).toEqual([]);
    s.well('w3');
    expect(s.until(40)).toEqual(['30 recovery ops w2/load+w3/load OK']);
    expect(s.sent.at(-1)).toMatchObject({ open: 0, title: '2 hosts in web: load is OK' });
    s.turn();
    expect([...s.desk.incidents()]).toEqual([]);
  });

  test('a problem and an end in one page: it is a problem', () => {
    const s = new Scene();
    s.bad('w1').bad('w2').turn();
    s.nowS += 20;
    expect(s.well('w1').bad('w3').turn()).toEqual(['problem ops w3/load+w1/load CRITICAL']);
    expect(s.sent.at(-1)).toMatchObject({
      kind: 'problem',
      title: 'w3: load is CRITICAL (1 over, 1 more open)',
      count: 3,
      open: 2,
    });
  });

  test('group_wait gathers the first page', () => {
    const s = new Scene({ routes: [{ groupWaitMs: 5000 }] });
    s.bad('w1').turn();
    s.until(2);
    s.bad('w2');
    expect(s.until(30)).toEqual(['5 problem ops w1/load+w2/load CRITICAL']);
  });

  test('what is over before it is told is told to nobody', () => {
    const s = new Scene({ routes: [{ groupWaitMs: 5000 }] });
    s.bad('w1').turn();
    s.until(2);
    s.well('w1');
    expect(s.until(30)).toEqual([]);
    s.turn();
    expect([...s.desk.incidents()]).toEqual([]);
  });

  test('brackets are of one family, other services are not', () => {
    const s = new Scene();
    s.bad('w1', 'CRITICAL', 'disk[a]').bad('w1', 'CRITICAL', 'disk[b]').bad('w1');
    expect(s.turn()).toEqual(['problem ops w1/disk[a]+w1/disk[b] CRITICAL', 'problem ops w1/load CRITICAL']);
    expect(s.sent[0]?.title).toBe('2 services of w1: disk is CRITICAL');
  });

  test('two routes to one target tell it once', () => {
    const s = new Scene({ routes: [{ continue: true }, { receiver: 'log', continue: true }, {}] });
    expect(s.bad('w1').turn()).toEqual(['problem ops w1/load CRITICAL', 'problem log w1/load CRITICAL']);
    expect(s.until(20)).toEqual([]);
    expect(s.well('w1').turn()).toEqual(['recovery ops w1/load OK', 'recovery log w1/load OK']);
  });

  test('more incidents than may be are one a route', () => {
    const s = new Scene({ routes: [{ groupBy: ['host'] }], incidentsMax: 2 });
    for (const host of ['a', 'b', 'c', 'd']) s.bad(host);
    expect(s.turn()).toEqual([
      'problem ops a/load CRITICAL',
      'problem ops b/load CRITICAL',
      'problem ops c/load+d/load CRITICAL',
    ]);
  });
});

describe('waits', () => {
  test('first_notification_delay', () => {
    const s = new Scene({ routes: [{ firstNotificationDelayMs: 60_000 }] });
    s.desk.allHere();
    s.bad('w1').turn();
    expect(s.until(100)).toEqual(['60 problem ops w1/load CRITICAL']);
  });

  test('outside its period nothing is told, and then what still holds', () => {
    const at = (time: string) => ({
      name: 'p',
      where: '',
      timezone: 'UTC',
      times: [`monday-sunday ${time}`],
      exclude: [],
    });
    // The scene begins at 00:16:40.
    const s = new Scene({ routes: [{ period: 'p' }], periods: [at('00:20-24:00')] });
    s.bad('w1').bad('w2').turn();
    s.until(60);
    s.well('w2');
    expect(s.until(300)).toEqual(['200 problem ops w1/load CRITICAL']);
  });

  test('what is held is told when that is over, as it stands then', () => {
    const s = new Scene();
    s.bad('w1').hold('w1', 'in-downtime').bad('w2').hold('w2', 'in-downtime');
    expect(s.turn()).toEqual([]);
    s.until(10);
    s.well('w2').hold('w1', null).hold('w2', null);
    expect(s.turn()).toEqual(['problem ops w1/load CRITICAL']);
    s.hold('w1', 'silenced');
    s.until(20);
    expect(s.well('w1').turn()).toEqual(['recovery ops w1/load OK']);
  });

  test('a page that waits is taken back when it holds no more', () => {
    const s = new Scene();
    s.bad('w1').bad('w2').turn({ later: true });
    expect(s.waiting.size).toBe(1);
    s.well('w1');
    expect(s.until(30, { later: true })).toEqual(['1 problem ops w2/load CRITICAL']);
    expect(s.waiting.size).toBe(1);
    s.hold('w2', 'in-downtime').turn({ later: true });
    expect(s.waiting.size).toBe(0);
    expect(s.hold('w2', null).turn()).toEqual(['problem ops w2/load CRITICAL']);
  });

  test('a page on its way cannot be taken back: its end follows when it has arrived', () => {
    const s = new Scene();
    s.bad('w1').turn({ later: true });
    const [page] = s.sent;
    s.flying.add(page?.key ?? '');
    s.well('w1');
    expect(s.until(5)).toEqual([]);
    if (page) s.settle(page, 'delivered');
    expect(s.turn()).toEqual(['recovery ops w1/load OK']);
  });

  test('a page refused is told again after a pause', () => {
    const s = new Scene();
    s.bad('w1').turn({ later: true });
    const [page] = s.sent;
    if (page) s.settle(page, 'failed');
    expect(s.until(700)).toEqual(['600 problem ops w1/load CRITICAL']);
  });
});

test('reminders come by the timer while somebody should do something', () => {
  const s = new Scene({ routes: [{ repeatEveryMs: 60_000 }] });
  s.bad('w1').bad('w2').turn();
  expect(s.until(130)).toEqual([
    '60 reminder ops w1/load+w2/load CRITICAL',
    '120 reminder ops w1/load+w2/load CRITICAL',
  ]);
  s.hold('w1', 'acknowledged');
  // What somebody works on is open besides.
  expect(s.until(190)).toEqual(['180 reminder ops w2/load+w1/load CRITICAL']);
  expect(s.sent.at(-1)).toMatchObject({
    title: 'w2: load is still CRITICAL (1 more open)',
    host: 'w2',
    open: 2,
  });
  s.hold('w2', 'acknowledged');
  expect(s.until(400)).toEqual([]);
  // Whoever takes an acknowledgement back may make another: a group_interval is waited for.
  s.hold('w2', null);
  expect(s.until(412)).toEqual(['411 reminder ops w2/load+w1/load CRITICAL']);
  expect(new Set(s.sent.map(({ key }) => key)).size).toBe(s.sent.length);
});

test('what eased out of its route is reminded no more, and its end is told', () => {
  const routes = [
    { match: { severity: 'critical|down' }, receiver: 'ops', repeatEveryMs: 120_000 },
    { receiver: 'log' },
  ];
  const s = new Scene({ routes });
  expect(s.bad('w1').turn()).toEqual(['problem ops w1/load CRITICAL']);
  expect(s.until(130)).toEqual(['120 reminder ops w1/load CRITICAL']);
  s.bad('w1', 'WARNING');
  expect(s.until(600)).toEqual(['131 problem log w1/load WARNING']);
  // Told of it already; from now on it is reminded again.
  s.bad('w1');
  expect(s.until(602)).toEqual(['601 reminder ops w1/load CRITICAL']);
  expect(s.well('w1').until(603)).toEqual(['603 recovery ops w1/load OK', '603 recovery log w1/load OK']);
});

describe('escalation', () => {
  const alerts: Partial<AlertsConfig> = {
    escalations: [
      {
        name: 'up',
        where: '',
        steps: [
          { afterMs: 0, notify: ['ann'] },
          { afterMs: 60_000, notify: ['bob'] },
          { afterMs: 120_000, notify: ['boss'] },
        ],
        repeatEveryMs: 100_000,
      },
    ],
  };
  const options = { alerts, routes: [{ receiver: 'up' }] };

  test('adds targets as time passes, and reminds the last', () => {
    const s = new Scene(options);
    expect(s.bad('w1').turn()).toEqual(['problem ann w1/load CRITICAL']);
    expect(s.until(250)).toEqual([
      '60 problem bob w1/load CRITICAL',
      '120 problem boss w1/load CRITICAL',
      '220 reminder boss w1/load CRITICAL',
    ]);
    expect(s.well('w1').turn()).toEqual([
      'recovery ann w1/load OK',
      'recovery bob w1/load OK',
      'recovery boss w1/load OK',
    ]);
  });

  test('pauses while all of it is acknowledged, and recovery goes to those who know', () => {
    const s = new Scene(options);
    s.bad('w1').turn();
    s.until(30);
    s.hold('w1', 'acknowledged');
    expect(s.until(500)).toEqual([]);
    s.hold('w1', null);
    expect(s.until(560)).toEqual(['530 problem bob w1/load CRITICAL']);
    expect(s.well('w1').turn()).toEqual(['recovery ann w1/load OK', 'recovery bob w1/load OK']);
  });

  test('goes on after a restart', () => {
    const s = new Scene(options);
    s.bad('w1').turn();
    s.until(30);
    s.restart();
    expect(s.until(70)).toEqual(['60 problem bob w1/load CRITICAL']);
    s.restart();
    expect(s.until(130)).toEqual(['120 problem boss w1/load CRITICAL']);
  });

  test('a first step that comes later counts from when somebody would have been told', () => {
    const steps = [{ afterMs: 30_000, notify: ['ann'] }];
    const late = { escalations: [{ name: 'up', where: '', steps, repeatEveryMs: null }] };
    const s = new Scene({ alerts: late, routes: [{ receiver: 'up' }] });
    s.bad('w1').turn();
    expect(s.until(60)).toEqual(['30 problem ann w1/load CRITICAL']);
  });
});

test('at a handover whoever comes on is told of what is open, and those who know of its end', () => {
  const endS = 1100;
  const s = new Scene({
    alerts: {
      rotas: [
        {
          name: 'r',
          where: '',
          timezone: '',
          start: '2026-01-05',
          handoverMinute: 0,
          turnDays: 7,
          people: [],
          overrides: [],
        },
      ],
    },
    onCall: (_, atMs) =>
      atMs < endS * 1000 ? { who: 'ann', untilMs: endS * 1000 } : { who: 'bob', untilMs: null },
    routes: [{ receiver: 'r' }],
  });
  s.bad('w1').bad('w2').hold('w2', 'acknowledged');
  expect(s.turn()).toEqual(['problem ann w1/load CRITICAL']);
  expect(s.until(150)).toEqual(['100 problem bob w1/load CRITICAL']);
  expect(s.well('w1').turn()).toEqual(['recovery ann w1/load OK', 'recovery bob w1/load OK']);
});

describe('storms', () => {
  const receivers: AlertsConfig['receivers'] = [
    {
      name: 'ops',
      channels: [{ kind: 'slack', url: '', channel: null }],
      storm: { pages: 3, withinMs: 600_000 },
    },
  ];
  const options = { alerts: { receivers }, routes: [{ groupBy: ['host'] }] };

  test('many incidents at once are one page, and at most one a minute follows', () => {
    const s = new Scene(options);
    for (const host of ['a', 'b', 'c', 'd']) s.bad(host);
    expect(s.turn()).toEqual(['problem ops a/load+b/load+c/load+d/load CRITICAL']);
    expect(s.sent[0]).toMatchObject({
      incident: '',
      title: '4 hosts in web: load is CRITICAL · 4 incidents',
    });
  });

  test('beyond its pages what follows is gathered for a minute', () => {
    const s = new Scene(options);
    for (const host of ['a', 'b', 'c']) s.bad(host);
    expect(s.turn()).toHaveLength(3);
    expect(s.bad('d').turn()).toEqual(['problem ops d/load CRITICAL']);
    s.bad('e').turn();
    s.until(20);
    s.bad('f').well('a');
    expect(s.until(90)).toEqual(['60 problem ops e/load+f/load+a/load CRITICAL']);
    expect(s.well('b').until(630)).toEqual(['120 recovery ops b/load OK']);
  });
});

describe('reload', () => {
  test('a route that moved keeps its incident, and nobody is told twice', () => {
    const s = new Scene({ routes: [{ repeatEveryMs: 60_000 }] });
    s.bad('w1').turn();
    const [before] = s.desk.incidents();
    s.use({ routes: [{ match: { host: 'x' }, receiver: 'log' }, { repeatEveryMs: 60_000 }] });
    expect(s.until(59)).toEqual([]);
    expect([...s.desk.incidents()].map(({ id, routeName }) => [id, routeName])).toEqual([
      [before?.id, 'route 2'],
    ]);
    expect(s.until(61)).toEqual(['60 reminder ops w1/load CRITICAL']);
  });

  test('another route to the same target takes the incident over, one to another tells it', () => {
    const s = new Scene();
    s.bad('w1').turn();
    s.use({ routes: [{ name: 'new', groupBy: ['host'], continue: true }, { receiver: 'log' }] });
    expect(s.until(30)).toEqual(['1 problem log w1/load CRITICAL']);
    expect(s.well('w1').turn()).toEqual(['recovery ops w1/load OK', 'recovery log w1/load OK']);
    s.turn();
    expect([...s.desk.incidents()]).toEqual([]);
  });

  test('what no route takes any more ends for those who know', () => {
    const s = new Scene();
    s.bad('w1').turn();
    s.use({ routes: [{ match: { host: 'x' } }] });
    expect(s.until(30)).toEqual([]);
    expect(s.well('w1').turn()).toEqual(['recovery ops w1/load OK']);
    s.turn();
    expect(s.rows.size).toBe(0);
  });

  test('a target that is gone is forgotten', () => {
    const s = new Scene();
    s.bad('w1').turn();
    s.use({ targets: ['log'], routes: [{ receiver: 'log' }] });
    expect(s.turn()).toEqual(['problem log w1/load CRITICAL']);
    expect(s.well('w1').turn()).toEqual(['recovery log w1/load OK']);
  });
});

test('what nobody watches any more is closed in one page', () => {
  const s = new Scene();
  s.bad('w1').bad('w2').turn();
  for (const host of ['w1', 'w2']) {
    s.desk.closed(s.at(host), 'gone', s.nowS * 1000);
    s.subjects.delete(`${host}/load`);
  }
  expect(s.turn()).toEqual(['closed ops w1/load+w2/load CRITICAL']);
  expect(s.sent.at(-1)?.output).toBe('gone · was: words');
});

describe('clocks set back', () => {
  test('nothing waits for the time there was, and nothing is told twice', () => {
    const s = new Scene({ routes: [{ repeatEveryMs: 60_000 }] });
    s.bad('w1').bad('w2').turn();
    s.nowS -= 500;
    expect(s.turn()).toEqual([]);
    expect(s.well('w1').turn()).toEqual([]);
    const ends = Array.from({ length: 12 }, () => {
      s.nowS += 1;
      return s.turn();
    }).flat();
    expect(ends).toEqual(['recovery ops w1/load OK']);
  });
});

test('restarts in every phase neither lose nor double', () => {
  const s = new Scene({ routes: [{ groupWaitMs: 5000 }] });
  s.bad('w1').turn();
  s.restart();
  expect(s.until(20)).toEqual(['6 problem ops w1/load CRITICAL']);
  s.restart();
  s.bad('w2').turn({ later: true });
  s.restart();
  expect(s.until(40, { later: true })).toEqual([]);
  const [page] = s.waiting.values();
  if (page) s.settle(page, 'delivered');
  s.restart();
  s.well('w1').well('w2');
  expect(s.until(60)).toEqual(['41 recovery ops w1/load+w2/load OK']);
  s.restart();
  s.desk.allHere();
  expect(s.until(70)).toEqual([]);
  expect(s.rows.size).toBe(0);
});
