import { expect, test } from 'vitest';
import { definition } from '../../check/definition.ts';
import { bench, Fleet, HOST_CHECK, Pager, START_MS } from '../fleet.ts';
import { NO_ALERTS } from '../../../src/contract/alerts.ts';
import type { AlertRoute } from '../../../src/contract/alerts.ts';
import type { Bench } from '../fleet.ts';
import type { IncidentView } from '../../../src/contract/alert-views.ts';
import type { JudgeOptions } from '../../../src/judge/judge.ts';

const OPS: AlertRoute = { name: 'all', match: {}, receiver: 'ops', continue: false };
const STAFF = {
  ...NO_ALERTS,
  escalations: [
    {
      name: 'staff',
      where: '',
      repeatEveryMs: null,
      steps: [
        { afterMs: 0, notify: ['ops'] },
        { afterMs: 900_000, notify: ['boss'] },
      ],
    },
  ],
};

function incidents({ judge }: Bench, atS: number): readonly IncidentView[] {
  return judge.ask({ kind: 'incidents' }, START_MS + atS * 1000).answer;
}

function covers(host: string) {
  return { cluster: null, host, service: null, severity: null, facts: [], services: null };
}

function quieten({ judge }: Bench, kind: 'fixed' | 'silence', host = 'w.*'): void {
  const time = { kind, fromMs: START_MS, toMs: START_MS + 3_600_000 } as const;
  const by = { comment: 'disks', author: 'ann' };
  judge.ask({ kind: 'quieten', covers: covers(host), time, ...by }, START_MS + 2500);
}

function acknowledge({ judge }: Bench): void {
  const wish = { comment: 'on it', author: 'ann', sticky: false, untilMs: null, notify: false };
  judge.ask({ kind: 'acknowledge', covers: covers('w.*'), ...wish }, START_MS + 2500);
}

interface Row {
  readonly name: string;
  readonly expected: readonly object[];
  readonly options?: Partial<JudgeOptions>;
  /** Between the turn in which it begins and the one that is looked at. */
  readonly does?: (stand: Bench) => void;
}

const OPEN = {
  title: '2 hosts in web: load',
  state: 'CRITICAL',
  since_ms: START_MS + 1000,
  route: 'all',
  labels: { cluster: 'web', service: 'load' },
  count: 2,
  hosts: 2,
  quiet: '',
};
const TOLD = { target: 'ops', told_ms: START_MS + 1000, pages: 1, outcome: 'delivered' };

test.for<Row>([
  {
    name: 'told',
    expected: [{ ...OPEN, targets: [TOLD], next: '', next_ms: null }],
  },
  {
    name: 'not told yet: gathered with what comes',
    options: { routes: [{ ...OPS, groupWaitMs: 60_000 }] },
    expected: [
      { ...OPEN, targets: [{ outcome: '', pages: 0 }], next: 'tells ops', next_ms: START_MS + 61_000 },
    ],
  },
  {
    name: 'on its way',
    options: {
      channels: new Map([
        ['ops', Object.assign(new Pager(), { outcome: { ok: false, retryable: true, detail: 'HTTP 503' } })],
      ]),
    },
    expected: [{ ...OPEN, targets: [{ ...TOLD, outcome: 'pending' }] }],
  },
  {
    name: 'told again by a timer',
    options: { routes: [{ ...OPS, repeatEveryMs: 600_000 }] },
    expected: [{ ...OPEN, targets: [TOLD], next: 'reminds ops', next_ms: START_MS + 601_000 }],
  },
  {
    name: 'the next step of an escalation',
    options: {
      alerts: STAFF,
      routes: [{ ...OPS, receiver: 'staff' }],
      channels: new Map([
        ['ops', new Pager()],
        ['boss', new Pager()],
      ]),
    },
    expected: [{ ...OPEN, targets: [TOLD], next: 'asks boss', next_ms: START_MS + 901_000 }],
  },
  {
    name: 'acknowledged',
    options: { routes: [{ ...OPS, repeatEveryMs: 600_000 }] },
    does: acknowledge,
    expected: [{ ...OPEN, quiet: 'acknowledged', targets: [TOLD], next: '', next_ms: null }],
  },
  {
    name: 'in downtime',
    does: (stand) => quieten(stand, 'fixed'),
    expected: [{ ...OPEN, quiet: 'in_downtime' }],
  },
  {
    name: 'silenced',
    does: (stand) => quieten(stand, 'silence'),
    expected: [{ ...OPEN, quiet: 'silenced' }],
  },
  {
    name: 'a part of it silenced: somebody is bothered still',
    does: (stand) => quieten(stand, 'silence', 'w1'),
    expected: [{ ...OPEN, quiet: '' }],
  },
  {
    name: 'no route takes it: gathered all the same',
    options: { routes: [{ ...OPS, match: { cluster: 'db' } }] },
    expected: [{ ...OPEN, id: '', route: '', targets: [], next: '', next_ms: null }],
  },
  {
    name: 'one service in an incident of its own',
    options: { routes: [{ ...OPS, groupBy: ['cluster', 'host', 'service'] }] },
    expected: ['w1', 'w2'].map((host) => ({
      title: `${host}: load is CRITICAL`,
      labels: { cluster: 'web', host, service: 'load' },
      count: 1,
      hosts: 1,
    })),
  },
])('$name', async ({ options = {}, does, expected }) => {
  const fleet = new Fleet();
  const stand = bench({ fleet, routes: [OPS], definitions: [definition(), HOST_CHECK], ...options });
  for (const host of ['w1', 'w2']) fleet.sample(host, 'load_one', 9, 1);
  await stand.at(1);
  await stand.at(2);
  does?.(stand);
  await stand.at(3);
  expect(incidents(stand, 3)).toMatchObject(expected);
});

test('the worst first, then the oldest, and none that is over', async () => {
  const stand = bench({
    definitions: [definition({ name: 'a', warning: '4' }), HOST_CHECK],
    routes: [{ ...OPS, groupBy: ['host'] }],
  });
  for (const [host, value] of [
    ['w1', 5],
    ['w2', 9],
    ['w3', 9],
  ] as const) {
    stand.fleet.sample(host, 'load_one', value, Number(host.slice(1)));
    await stand.at(Number(host.slice(1)));
  }
  const hosts = () => incidents(stand, 9).map(({ labels }) => labels['host']);
  expect(hosts()).toEqual(['w2', 'w3', 'w1']);
  stand.fleet.sample('w2', 'load_one', 1, 8);
  await stand.at(8);
  expect(hosts()).toEqual(['w3', 'w1']);
});
