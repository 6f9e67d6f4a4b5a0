import { describe, expect, test } from 'vitest';
import { ANN, BOB, loadAlerts, OPS, ROTA } from './alerts-folder.ts';

describe('receivers that cannot work', () => {
  test.for([
    {
      name: 'a secret that is not there',
      receiver: '{ name: o, webhook: { url: "http://h/", secret_file: nope } }',
      error: '2:68: "DIR/nope" does not exist (expected a file that holds the secret)',
    },
    ...[
      'http://169.254.169.254/latest',
      'http://[::ffff:169.254.169.254]/',
      'http://0xa9fea9fe/',
      'http://metadata.google.internal/',
      'http://0.0.0.0:9000/',
    ].map((url) => ({
      name: `no request goes to ${url}`,
      receiver: `{ name: o, webhook: { url: "${url}" } }`,
      error:
        '2:42: no request goes to this address: link-local, a cloud’s metadata, multicast or nobody (expected ' +
        'the address of a receiver)',
    })),
    {
      name: 'a kind that there is not',
      receiver: '{ name: o, emial: { to: o@example.net } }',
      error: '2:26: unknown key "emial" (expected one of KEYS; did you mean "email"?)',
    },
    {
      name: 'mail without a sender',
      receiver: '{ name: o, email: { to: o@example.net } }',
      error: '2:33: the mail has no sender (expected "from" here, or once for all in alerts.smtp)',
    },
    {
      name: 'mail to no address',
      receiver: '{ name: o, email: { to: "o@", from: m@example.net } }',
      error:
        '2:39: "o@" is no address of mail (expected an address of mail, such as "ops@example.net" or ' +
        '"On call <ops@example.net>")',
    },
    {
      name: 'a second header in an address of mail',
      receiver: '{ name: o, email: { to: "o@example.net\\nbcc: x@example.net", from: m@example.net } }',
      error:
        '2:39: "o@example.net\\nbcc: x@example.net" is no address of mail (expected an address of mail, such as ' +
        '"ops@example.net" or "On call <ops@example.net>")',
    },
    {
      name: 'no routing key',
      receiver: '{ name: o, pagerduty: {} }',
      error: '2:37: no routing key (expected either routing_key_file: PATH or routing_key: "${NAME}")',
    },
    {
      name: 'two routing keys',
      receiver: '{ name: o, pagerduty: { routing_key: s3cret, routing_key_file: secret } }',
      error: '2:37: two routing keys (expected either routing_key_file: PATH or routing_key: "${NAME}")',
    },
    {
      name: 'a name of a label that is none',
      receiver: '{ name: o, alertmanager: { url: "http://h/", labels: { a-b: c } } }',
      error:
        '2:75: "a-b" cannot be the name of a label (expected letters, digits and _, not beginning with a digit)',
    },
    {
      name: 'a name of a header that is none',
      receiver: '{ name: o, http: { url: "http://h/", headers: { "X Token": s3cret } } }',
      error: '2:74: "X Token" cannot be the name of a header (expected a name of HTTP such as X-Token)',
    },
    {
      name: 'a header of two lines',
      receiver: '{ name: o, http: { url: "http://h/", headers: { X: "s3cret\\ny" } } }',
      error: '2:66: the value is not valid (expected one line of at most 8192 printable characters)',
    },
    {
      name: 'an unknown placeholder in a body',
      receiver: '{ name: o, http: { url: "http://h/", body: "s3cret {{sumary}}" } }',
      error: '2:58: the body has the placeholder {{sumary}}, which is not known: did you mean {{summary}}?',
    },
    {
      name: 'in a header',
      receiver: '{ name: o, http: { url: "http://h/", headers: { X: "{{sumary}}" } } }',
      error: '2:66: the header has the placeholder {{sumary}}, which is not known: did you mean {{summary}}?',
    },
    {
      name: 'in an argument',
      receiver: '{ name: o, exec: { command: [/bin/true, "{{stat}}"] } }',
      error: '2:55: the argument has the placeholder {{stat}}, which is not known: did you mean {{state}}?',
    },
    {
      name: 'in an address',
      receiver: '{ name: o, http: { url: "http://h/{{host}}" } }',
      error:
        '2:39: the address has a placeholder (expected a fixed address; headers and the body are filled in)',
    },
    {
      name: 'a program that is no path',
      receiver: '{ name: o, exec: { command: tell } }',
      error:
        '2:43: "tell" is not an absolute path (expected a list such as [/usr/local/bin/tell, "{{host}}"])',
    },
    {
      name: 'a line for a shell',
      receiver: '{ name: o, exec: { command: "/bin/tell s3cret" } }',
      error:
        '2:43: a program and its arguments in one text (expected a list: [/path/of/program, argument, …]; ' +
        'there is no shell)',
    },
    {
      name: 'a storm of nothing',
      receiver: '{ name: o, webhook: { url: "http://h/" }, storm: { pages: 0, within: 1m } }',
      error: '2:73: "0" is out of range (expected a whole number from 1 to 100000)',
    },
  ])('$name', ({ receiver, error }) => {
    const { errors } = loadAlerts(`  receivers: [${receiver}]\n  routes: [{ receiver: o }]\n`);
    expect(errors.map((one) => one.replace(/one of [a-z_, ]+;/, 'one of KEYS;'))).toEqual([
      `muster.yaml:${error}`,
    ]);
    expect(errors.join()).not.toContain('s3cret"');
  });

  test.for([
    {
      name: 'a user without a password',
      smtp: '{ user: muster }',
      error: '2:17: "user" stands without "password_file" (expected both or neither)',
    },
    {
      name: 'an unknown word for tls',
      smtp: '{ tls: start_tls }',
      error:
        '2:16: "start_tls" is not known here (expected one of off, opportunistic, starttls, implicit; did you ' +
        'mean "starttls"?)',
    },
  ])('mail: $name', ({ smtp, error }) => {
    expect(loadAlerts(`  smtp: ${smtp}\n`).errors).toEqual([`muster.yaml:${error}`]);
  });

  test('no inline secret is in a message', () => {
    const { errors, warnings } = loadAlerts(
      `  receivers:
    - { name: a, slack: { url: "ftp://s3cret" }, pagerduty: { routing_key: "s3cret s3cret" } }
    - { name: b, http: { url: "s3cret", headers: { X: [s3cret] }, body: [s3cret] }, exec: { command: [/bin/true, { s3cret: 1 }] } }
    - { name: c, pagerduty: { routing_key: s3cret } }
    - { name: d, webhook: { url: 5339 }, slack: s3cret, http: { url: "http://h/", body: 5339 } }
  handlers: [{ name: h, url: "s3cret" }]
  watcher: { heartbeat: { url: "s3cret" } }
`,
    );
    expect(errors.length).toBeGreaterThan(6);
    expect([...errors, ...warnings].join('\n')).not.toMatch(/s3cret|5339/);
  });
});

describe('names', () => {
  const all = `  receivers: [${ANN}, ${BOB}, ${OPS}]\n`;
  test.for([
    {
      name: 'a second of a kind',
      alerts: `  receivers: [${OPS}, ${OPS}]\n  routes: [{ receiver: ops }]\n`,
      error:
        '2:69: a second receiver "ops"; the first is at muster.yaml:2:23 (expected a name that no other ' +
        'receiver, rota or escalation has)',
    },
    {
      name: 'a rota that is called as a receiver',
      alerts: `${all}  rotas: [{ name: ops, start: 2026-01-05, people: [ann, bob] }]\n  routes: [{ receiver: ops }]\n`,
      error:
        '3:19: a second "ops"; a receiver of that name is at muster.yaml:2:117 (expected a name that no other ' +
        'receiver, rota or escalation has)',
    },
    {
      name: 'an unknown person',
      alerts: `${all}  rotas: [{ name: p, start: 2026-01-05, people: [ann, bop] }]\n  routes: [{ receiver: p }]\n`,
      error: '3:55: no receiver "bop" (expected the name of one of the receivers; did you mean "bob"?)',
    },
    {
      name: 'somebody unknown who takes over',
      alerts: `${all}  rotas: [{ ${ROTA}, overrides: [{ who: eve, from: 2026-12-24T09:00, to: 2026-12-25T09:00 }] }]\n  routes: [{ receiver: primary }]\n`,
      error: '3:86: no receiver "eve" (expected the name of one of the receivers)',
    },
    {
      name: 'a rota of rotas',
      alerts: `${all}  rotas: [{ ${ROTA} }, { name: q, start: 2026-01-05, people: [primary] }]\n  routes: [{ receiver: q }]\n`,
      error: '3:108: "primary" is a rota (expected the name of one of the receivers)',
    },
    {
      name: 'an escalation inside one',
      alerts: `${all}  escalations: [{ name: e, steps: [{ notify: ops }] }, { name: f, steps: [{ notify: [e] }] }]\n  routes: [{ receiver: f }]\n`,
      error: '3:86: "e" is an escalation (expected the name of one of the receivers or rotas)',
    },
    {
      name: 'a watcher who is nobody',
      alerts: `${all}  routes: [{ receiver: ops }]\n  watcher: { receiver: opps }\n`,
      error:
        '4:24: no receiver "opps" (expected the name of one of the receivers, rotas or escalations; did you ' +
        'mean "ops"?)',
    },
    {
      name: 'a second handler',
      alerts: '  handlers: [{ name: a, url: "http://h/" }, { name: a, url: "http://h/" }]\n',
      error: '2:53: a second handler "a"; the first is at muster.yaml:2:22 (expected a name of its own)',
    },
    {
      name: 'a handler that does nothing',
      alerts: '  handlers: [{ name: a }]\n',
      error:
        '2:14: the handler does nothing (expected either command: [/path/of/program, argument, …] or url: ADDRESS)',
    },
    ...[
      {
        of: 'a handler',
        alerts: '  handlers: [{ name: a, command: [/bin/true], url: "http://[fe80::1]/" }]\n',
        at: '2:52',
      },
      {
        of: 'the heartbeat',
        alerts: '  watcher: { heartbeat: { url: "http://169.254.1.1/" } }\n',
        at: '2:32',
      },
    ].map(({ of, alerts, at }) => ({
      name: `${of} at an address that no request goes to`,
      alerts,
      error:
        `${at}: no request goes to this address: link-local, a cloud’s metadata, multicast or nobody (expected ` +
        'the address of a receiver)',
    })),
    {
      name: 'an unknown placeholder of a handler',
      alerts: '  handlers: [{ name: a, command: [/bin/true, "{{host.nam}}"] }]\n',
      error:
        '2:46: the argument has the placeholder {{host.nam}}, which is not known: did you mean {{host.name}}?',
    },
  ])('$name', ({ alerts, error }) => {
    expect(loadAlerts(alerts).errors).toEqual([`muster.yaml:${error}`]);
  });

  test('a name of the environment is not suggested', () => {
    const { errors } = loadAlerts(
      '  receivers: [{ name: "${NAME}", webhook: { url: "http://h/" } }]\n  routes: [{ receiver: opss }]\n',
      { NAME: 'ops' },
    );
    expect(errors).toEqual([
      'muster.yaml:3:24: no receiver "opss" (expected the name of one of the receivers, rotas or escalations)',
    ]);
  });
});

describe('rotas and escalations that cannot work', () => {
  const people = `  receivers: [${ANN}, ${BOB}]\n`;
  test.for([
    {
      name: 'a zone that there is not',
      rota: `${ROTA}, timezone: Europe/Lundon`,
      error:
        '3:77: "Europe/Lundon" is no time zone (expected a time zone, such as Europe/London; did you mean ' +
        '"Europe/London"?)',
    },
    {
      name: 'a day that there is not',
      rota: 'name: primary, start: 2026-02-30, people: ann, overrides: []',
      error: '3:35: "2026-02-30" is no day (expected a day such as 2026-01-05)',
    },
    {
      name: 'a handover at no time',
      rota: `${ROTA}, handover: "24:00"`,
      error: '3:77: "24:00" is no time of day (expected a time of day from "00:00" to "23:59")',
    },
    {
      name: 'a turn of half a day',
      rota: `${ROTA}, turn: 36h`,
      error:
        '3:73: a turn of no whole number of days (expected whole days: turns change at the same time of day)',
    },
    {
      name: 'nobody',
      rota: 'name: primary, start: 2026-01-05, people: []',
      error: '3:55: an empty list (expected a list, each item text of at most 200 characters)',
    },
    {
      name: 'an override of no time',
      rota: `${ROTA}, overrides: [{ who: ann, from: 2026-12-24, to: 2026-12-25T09:00 }]`,
      error:
        '3:97: "2026-12-24" is no time (expected a time such as 2026-12-24T09:00, of the rota’s own zone)',
    },
    {
      name: 'an override that ends before it begins',
      rota: `${ROTA}, overrides: [{ who: ann, from: 2026-12-24T09:00, to: 2026-12-24T08:00 }]`,
      error: '3:119: the override ends before it begins (expected a time after "2026-12-24T09:00")',
    },
    {
      name: 'overrides that overlap',
      rota: `${ROTA}, overrides: [{ who: ann, from: 2026-12-24T09:00, to: 2026-12-26T09:00 }, { who: bob, from: 2026-12-26T08:00, to: 2026-12-27T09:00 }]`,
      error: '3:139: the override overlaps with the one at muster.yaml:3:79 (expected one person at a time)',
    },
  ])('a rota: $name', ({ rota, error }) => {
    const { errors } = loadAlerts(`${people}  rotas: [{ ${rota} }]\n  routes: [{ receiver: primary }]\n`);
    expect(errors).toEqual([`muster.yaml:${error}`]);
  });

  test.for([
    {
      name: 'nobody is told',
      steps: '[{ notify: [] }]',
      error: '3:46: an empty list (expected a list, each item text of at most 200 characters)',
    },
    {
      name: 'no steps',
      steps: '[]',
      error: '3:35: an empty list (expected a list, each item a mapping with after, notify)',
    },
    {
      name: 'a first step that waits',
      steps: '[{ after: 5m, notify: ann }]',
      error:
        '3:45: the first step does not begin at once, and time counts from its page (expected after: 0s; ' +
        'first_notification_delay of a route waits before the first page)',
    },
    {
      name: 'steps out of order',
      steps: '[{ notify: ann }, { after: 15m, notify: bob }, { after: 10m, notify: ann }]',
      error:
        '3:91: the step does not begin after the one before it (expected steps in the order of their times, ' +
        'each later than the one before)',
    },
  ])('an escalation: $name', ({ steps, error }) => {
    const { errors } = loadAlerts(
      `${people}  escalations: [{ name: e, steps: ${steps} }]\n  routes: [{ receiver: e }]\n`,
    );
    expect(errors).toEqual([`muster.yaml:${error}`]);
  });
});

describe('routes that cannot work', () => {
  const receivers = `  receivers: [${OPS}]\n`;
  const CURE = '(expected "continue: true" there, or the narrower route first)';
  test.for([
    {
      name: 'behind one that takes everything',
      routes: '[{ receiver: ops }, { receiver: ops, match: { host: a } }]',
      error: `3:31: the route is never reached: the one at muster.yaml:3:12 takes everything before ${CURE}`,
    },
    {
      name: 'behind the very same',
      routes:
        '[{ receiver: ops, match: { host: a } }, { receiver: ops, match: { host: a } }, { receiver: ops }]',
      error: `3:51: the route is never reached: the one at muster.yaml:3:12 takes everything before ${CURE}`,
    },
    {
      name: 'behind one that asks for less of the same',
      routes:
        '[{ receiver: ops, match: { tags: pager } }, { receiver: ops, match: { host: a, tags: [db, pager] } }, { receiver: ops }]',
      error: `3:55: the route is never reached: the one at muster.yaml:3:12 takes everything before ${CURE}`,
    },
    {
      name: 'behind a pattern that takes its name',
      routes:
        '[{ receiver: ops, match: { host: "web-.*" } }, { receiver: ops, match: { host: web-1 } }, { receiver: ops }]',
      error: `3:58: the route is never reached: the one at muster.yaml:3:12 takes everything before ${CURE}`,
    },
    {
      name: 'behind one of every severity',
      routes:
        '[{ receiver: ops, match: { severity: ".*" } }, { receiver: ops, match: { severity: critical } }]',
      error: `3:58: the route is never reached: the one at muster.yaml:3:12 takes everything before ${CURE}`,
    },
    {
      name: 'behind one that takes its fact',
      routes:
        '[{ receiver: ops, match: { facts: { role: "d.*" } } }, { receiver: ops, match: { facts: { role: db } } }, { receiver: ops }]',
      error: `3:66: the route is never reached: the one at muster.yaml:3:12 takes everything before ${CURE}`,
    },
    {
      name: 'a time period that there is not',
      routes: '[{ receiver: ops, period: workhour }]',
      error:
        '3:37: no time period "workhour" (expected the name of an entry under timeperiods: of a file of checks; ' +
        'did you mean "workhours"?)',
    },
    {
      name: 'a label that is none',
      routes: '[{ receiver: ops, group_by: [cluster, servce] }]',
      error:
        '3:49: "servce" is nothing to gather by (expected one of cluster, host, service, severity, or ' +
        'facts.NAME such as facts.role; did you mean "service"?)',
    },
    {
      name: 'a label of facts, misspelt',
      routes: '[{ receiver: ops, group_by: [fact.role] }]',
      error:
        '3:40: "fact.role" is nothing to gather by (expected one of cluster, host, service, severity, or ' +
        'facts.NAME such as facts.role; did you mean "facts.role"?)',
    },
    {
      name: 'two of one name',
      routes: '[{ name: a, receiver: ops, match: { host: a } }, { name: a, receiver: ops }]',
      error:
        '3:68: a second route "a"; the first is at muster.yaml:3:20 (expected a name of its own, or none)',
    },
    {
      name: 'a time without a unit',
      routes: '[{ receiver: ops, group_wait: 5 }]',
      error:
        '3:41: "5" has no unit (expected a duration of at least 0s, at most 1h, such as 20s, with ms, s, m, h, ' +
        'd or y; did you mean "5s"?)',
    },
  ])('$name', ({ routes, error }) => {
    expect(loadAlerts(`${receivers}  routes: ${routes}\n`).errors).toEqual([`muster.yaml:${error}`]);
  });

  test.for([
    {
      name: 'a wider one after a narrower',
      routes: '{ host: web-1 } }, { receiver: ops, match: { host: "web-.*" }',
    },
    {
      name: 'patterns that may have names in common',
      routes: '{ host: "w.*" } }, { receiver: ops, match: { host: "web.*" }',
    },
    {
      name: 'another fact',
      routes: '{ facts: { role: db } } }, { receiver: ops, match: { facts: { rack: db } }',
    },
    {
      name: 'other severities',
      routes: '{ severity: critical } }, { receiver: ops, match: { severity: "c.*|down" }',
    },
    { name: 'one asks for more', routes: '{ host: a, tags: db } }, { receiver: ops, match: { host: a }' },
  ])('what may be reached is no fault: $name', ({ routes }) => {
    const { errors } = loadAlerts(
      `${receivers}  routes: [{ receiver: ops, match: ${routes} }, { receiver: ops }]\n`,
    );
    expect(errors).toEqual([]);
  });

  test('one that continues takes nothing away', () => {
    const { errors } = loadAlerts(
      `${receivers}  routes: [{ receiver: ops, continue: true }, { receiver: ops, match: { host: a } }, { receiver: ops }]\n`,
    );
    expect(errors).toEqual([]);
  });
});
