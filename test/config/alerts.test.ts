import { describe, expect, test } from 'vitest';
import { ANN, BOB, loadAlerts, OPS, ROTA } from './alerts-folder.ts';
import type { AlertsConfig } from '../../src/contract/alerts.ts';

function valid(alerts: string, env: NodeJS.ProcessEnv = {}): AlertsConfig {
  const loaded = loadAlerts(alerts, env);
  expect(loaded.errors).toEqual([]);
  if (loaded.alerts === null) throw new Error('no alerts');
  return loaded.alerts;
}

describe('what is valid', () => {
  test('a receiver with every kind of channel', () => {
    const alerts = valid(
      `  smtp: { host: mail.example.net, tls: starttls, user: muster, password_file: secret }
  receivers:
    - name: ops
      webhook: { url: "https://h/hook?x=1", secret_file: secret }
      email: { to: [a@example.net, "B <b@example.net>"], from: muster@example.net, graph: false }
      slack: { url: "\${SLACK}", channel: "#ops" }
      pagerduty: { routing_key: "\${KEY}" }
      alertmanager: { url: "http://127.0.0.1:9093", labels: { team: db } }
      http: { url: "http://h/", method: PUT, headers: { X-Token: abc }, body: '{"t": "{{summary}}"}' }
      exec: { command: [/bin/true, "{{host}}"], timeout: 5s }
      give_up_after: 2h
      storm: { pages: 3, within: 1m }
  routes: [{ receiver: ops }]
`,
      { SLACK: 'https://hooks.example.net/s', KEY: 'k1' },
    );
    const secret = expect.stringMatching(/\/secret$/u);
    const host = { host: 'mail.example.net', port: 587, tls: 'starttls', user: 'muster' };
    expect(alerts.receivers).toEqual([
      {
        name: 'ops',
        where: 'muster.yaml:4:7',
        giveUpAfterMs: 7_200_000,
        storm: { pages: 3, withinMs: 60_000 },
        channels: [
          { kind: 'webhook', url: 'https://h/hook?x=1', secretFile: secret },
          {
            kind: 'email',
            to: ['a@example.net', 'B <b@example.net>'],
            from: 'muster@example.net',
            smtp: { ...host, passwordFile: secret },
            graph: false,
          },
          { kind: 'slack', url: 'https://hooks.example.net/s', channel: '#ops' },
          {
            kind: 'pagerduty',
            routingKey: 'k1',
            routingKeyFile: null,
            url: 'https://events.pagerduty.com/v2/enqueue',
          },
          { kind: 'alertmanager', url: 'http://127.0.0.1:9093', labels: { team: 'db' } },
          {
            kind: 'http',
            url: 'http://h/',
            method: 'PUT',
            headers: { 'X-Token': 'abc' },
            body: '{"t": "{{summary}}"}',
            contentType: 'application/json',
          },
          { kind: 'exec', command: ['/bin/true', '{{host}}'], timeoutMs: 5000 },
        ],
      },
    ]);
  });

  test.for([
    { tls: 'off', port: 25 },
    { tls: 'opportunistic', port: 25 },
    { tls: 'starttls', port: 587 },
    { tls: 'implicit', port: 465 },
  ])('the usual port of mail with tls $tls is $port', ({ tls, port }) => {
    const { receivers } = valid(
      `  smtp: { tls: ${tls}, from: m@example.net }\n  receivers: [{ name: o, email: { to: o@example.net } }]\n  routes: [{ receiver: o }]\n`,
    );
    expect(receivers[0]?.channels[0]).toMatchObject({
      from: 'm@example.net',
      graph: true,
      smtp: { host: '127.0.0.1', port },
    });
  });

  test('storms: off, and what is left to the kind of channel', () => {
    const { receivers } = valid(
      `  receivers: [{ name: a, webhook: { url: "http://h/" }, storm: off }, ${BOB}]\n  routes: [{ receiver: a, continue: true }, { receiver: bob }]\n`,
    );
    expect(receivers.map(({ storm }) => storm)).toEqual([null, undefined]);
  });

  test('a route with all its keys, and one with none', () => {
    const { routes } = valid(
      `  receivers: [${OPS}]
  routes:
    - name: databases
      match: { cluster: muster, facts: { role: db }, tags: [pager, "d."], severity: critical }
      receiver: ops
      continue: true
      group_by: [cluster, facts.role]
      group_wait: 5s
      group_interval: 1m
      repeat_every: 1h
      period: workhours
      first_notification_delay: 5m
    - { receiver: ops, group_by: [], repeat_every: off }
`,
    );
    const match = {
      cluster: 'muster',
      severity: 'critical',
      facts: [{ fact: 'role', pattern: 'db' }],
      tags: ['pager', 'd.'],
    };
    expect(routes).toEqual([
      {
        name: 'databases',
        where: 'muster.yaml:4:7',
        match,
        receiver: 'ops',
        continue: true,
        groupBy: ['cluster', 'facts.role'],
        groupWaitMs: 5000,
        groupIntervalMs: 60_000,
        repeatEveryMs: 3_600_000,
        period: 'workhours',
        firstNotificationDelayMs: 300_000,
      },
      {
        where: 'muster.yaml:14:7',
        match: {},
        receiver: 'ops',
        continue: false,
        groupBy: [],
        groupWaitMs: 0,
        groupIntervalMs: 10_000,
        repeatEveryMs: null,
        period: null,
        firstNotificationDelayMs: 0,
      },
    ]);
  });

  test('rotas and escalations', () => {
    const { rotas, escalations } = valid(
      `  receivers: [${ANN}, ${BOB}, ${OPS}]
  rotas:
    - name: primary
      timezone: Europe/London
      start: 2026-01-05
      handover: 08:30
      turn: 2d
      people: [ann, bob]
      overrides: [{ who: ops, from: 2026-12-24T09:00, to: "2026-12-27T09:00+01:00" }]
    - { name: other, start: 2026-01-05, people: ann }
  escalations:
    - name: boss
      steps: [{ notify: [primary] }, { after: 15m, notify: [other, ops] }]
      repeat_every: 30m
  routes: [{ receiver: boss }]
`,
    );
    expect(rotas).toEqual([
      {
        name: 'primary',
        where: 'muster.yaml:4:7',
        timezone: 'Europe/London',
        start: '2026-01-05',
        handoverMinute: 510,
        turnDays: 2,
        people: ['ann', 'bob'],
        overrides: [
          {
            who: 'ops',
            from: '2026-12-24T09:00',
            to: '2026-12-27T09:00+01:00',
            where: 'muster.yaml:10:19',
          },
        ],
      },
      {
        name: 'other',
        where: 'muster.yaml:11:7',
        timezone: '',
        start: '2026-01-05',
        handoverMinute: 540,
        turnDays: 7,
        people: ['ann'],
        overrides: [],
      },
    ]);
    expect(escalations).toEqual([
      {
        name: 'boss',
        where: 'muster.yaml:13:7',
        steps: [
          { afterMs: 0, notify: ['primary'] },
          { afterMs: 900_000, notify: ['other', 'ops'] },
        ],
        repeatEveryMs: 1_800_000,
      },
    ]);
  });

  test('handlers and the watcher', () => {
    const { handlers, watcher } = valid(
      `  receivers: [${OPS}]
  handlers:
    - { name: restart, match: { service: web }, command: [/bin/true, "{{host.name}}"] }
    - { name: grow, on: [soft, recovery], url: "http://h/", timeout: 1m, limit: { times: 2, within: 1h } }
  watcher: { receiver: ops, heartbeat: { url: "http://h/beat", interval: 30s }, down_after: 5m }
`,
    );
    expect(handlers).toEqual([
      {
        name: 'restart',
        where: 'muster.yaml:4:7',
        match: { service: 'web' },
        on: ['hard'],
        command: ['/bin/true', '{{host.name}}'],
        url: null,
        timeoutMs: 30_000,
        limit: { times: 10, withinMs: 600_000 },
      },
      {
        name: 'grow',
        where: 'muster.yaml:5:7',
        match: {},
        on: ['soft', 'recovery'],
        command: null,
        url: 'http://h/',
        timeoutMs: 60_000,
        limit: { times: 2, withinMs: 3_600_000 },
      },
    ]);
    expect(watcher).toEqual({
      receiver: 'ops',
      heartbeat: { url: 'http://h/beat', intervalMs: 30_000 },
      downAfterMs: 300_000,
    });
  });
});

describe('what is only a warning', () => {
  const receivers = `  receivers: [${OPS}]\n`;
  const last = '{ receiver: ops }';
  test.for([
    {
      name: 'a receiver that no route leads to',
      alerts: `  receivers: [${OPS}, ${ANN}]\n  routes: [${last}]\n`,
      warning: '2:69: no route leads to the receiver "ann": it is never told',
    },
    {
      name: 'a rota that no route leads to; its people are spoken of',
      alerts: `  receivers: [${OPS}, ${ANN}, ${BOB}]\n  rotas: [{ ${ROTA} }]\n  routes: [${last}]\n`,
      warning: '3:19: no route leads to the rota "primary": it is never told',
    },
    {
      name: 'receivers without any route',
      alerts: receivers,
      warning: '2:14: receivers without routes are never called',
    },
    {
      name: 'a group that there is not',
      alerts: `${receivers}  routes: [{ receiver: ops, match: { cluster: mustr } }, ${last}]\n`,
      warning: '3:47: no group is called "mustr": the route takes nothing; did you mean "muster"?',
    },
    {
      name: 'a tag that no service has',
      alerts: `${receivers}  routes: [{ receiver: ops, match: { tags: [pagr] } }, ${last}]\n`,
      warning: '3:45: no service has a tag "pagr": this matches nothing; did you mean "pager"?',
    },
    {
      name: 'a routing key in the file',
      alerts: '  receivers: [{ name: o, pagerduty: { routing_key: s3cret } }]\n  routes: [{ receiver: o }]\n',
      warning: '2:52: the routing key stands in this file: routing_key_file: PATH or "${NAME}" keeps it out',
    },
    {
      name: 'a password that anybody can read on its way',
      alerts: '  smtp: { host: mail.example.net, user: u, password_file: secret }\n',
      warning:
        '2:41: the password may go to another machine unencrypted: only tls: starttls and implicit prevent it',
    },
    {
      name: 'a program that is not here',
      alerts: '  handlers: [{ name: a, command: /no/such/program }]\n',
      warning: '2:34: "/no/such/program" is not on this machine',
    },
  ])('$name', ({ alerts, warning }) => {
    expect(loadAlerts(alerts)).toMatchObject({ errors: [], warnings: [`muster.yaml:${warning}`] });
  });
});
