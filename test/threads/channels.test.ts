import { describe, expect, test } from 'vitest';
import { acknowledgeLinks } from '../../src/threads/acknowledge-links.ts';
import { Channels } from '../../src/threads/channels.ts';
import { NO_GRAPHS } from '../../src/notify/graphs.ts';
import { NO_PROGRAMS } from '../../src/notify/program.ts';
import { page } from '../notify/page.ts';
import { readLink } from '../../src/access/page-link.ts';
import type { ChannelConfig } from '../../src/contract/alerts.ts';

const SMTP = { host: '127.0.0.1', port: 25, tls: 'off', user: null, passwordFile: null } as const;
const url = 'http://127.0.0.1:1/hook';
const EVERY_KIND: readonly ChannelConfig[] = [
  { kind: 'webhook', url, secretFile: null },
  { kind: 'email', to: ['ops@example.net'], from: 'muster@example.net', smtp: SMTP, graph: true },
  { kind: 'slack', url, channel: null },
  { kind: 'pagerduty', routingKey: 'key', routingKeyFile: null, url },
  { kind: 'alertmanager', url, labels: {} },
  { kind: 'http', url, method: 'POST', headers: {}, body: '{{title}}', contentType: 'text/plain' },
  { kind: 'exec', command: ['/bin/true'], timeoutMs: 1000 },
];

function channels() {
  const around = { publicUrl: 'http://muster.example/', clock: () => 0 };
  return new Channels({ ...around, graphs: NO_GRAPHS, programs: NO_PROGRAMS });
}

test('a channel of every kind, by target', () => {
  const open = channels().use([
    { name: 'ops', channels: EVERY_KIND },
    { name: 'ann', channels: EVERY_KIND.slice(0, 1) },
  ]);
  expect([...open.keys()]).toEqual([...EVERY_KIND.map(({ kind }) => `ops/${kind}`), 'ann']);
});

test('at a reload those go on that are as they were', () => {
  const all = channels();
  const [webhook, email] = EVERY_KIND as readonly [ChannelConfig, ChannelConfig];
  const before = all.use([{ name: 'ops', channels: [webhook, email] }]);
  const after = all.use([
    { name: 'ops', channels: [{ ...webhook }, { ...email, graph: false } as ChannelConfig] },
  ]);
  expect(after.get('ops/webhook')).toBe(before.get('ops/webhook'));
  expect(after.get('ops/email')).not.toBe(before.get('ops/email'));
  expect(all.use([]).size).toBe(0);
});

describe('links that acknowledge', () => {
  const secret = new Uint8Array(32).fill(7);
  const link = acknowledgeLinks('http://muster.example/', secret);
  const aboutOf = (text: string) => {
    const read = readLink(text.slice('http://muster.example/ack/'.length), secret, 0);
    return read.ok ? { about: read.link.about, target: read.link.target } : read.reason;
  };

  test.for([
    { name: 'an incident', about: { incident: 'i-1' }, is: { kind: 'incident', id: 'i-1' } },
    {
      name: 'a service',
      about: {},
      is: { kind: 'service', service: { cluster: 'c', host: 'h', service: 'load' } },
    },
  ])('$name', ({ about, is }) => {
    expect(aboutOf(link(page(about)))).toEqual({ about: is, target: 'ops' });
    expect(link(page(about))).toBe(link(page(about)));
  });

  test('of nothing in particular, or several incidents, there is none', () => {
    expect(link(page({ cluster: '', host: '', service: '' }))).toBe('');
    expect(link(page({ host: '', count: 40 }))).toBe('');
  });
});
