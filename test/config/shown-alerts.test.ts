import { expect, test } from 'vitest';
import { NO_ALERTS } from '../../src/contract/alerts.ts';
import { shownAlerts } from '../../src/config/shown-alerts.ts';
import type { AlertsConfig, ChannelConfig } from '../../src/contract/alerts.ts';

const ADDRESS = 'https://user:hidden@h.example.net/hidden?hidden=1';
const CHANNELS: readonly {
  readonly name: string;
  readonly channel: ChannelConfig;
  readonly shows: object;
}[] = [
  {
    name: 'webhook',
    channel: { kind: 'webhook', url: ADDRESS, secretFile: '/etc/muster/hook' },
    shows: { url: 'https://h.example.net', secretFile: '/etc/muster/hook' },
  },
  {
    name: 'slack',
    channel: { kind: 'slack', url: ADDRESS, channel: '#ops' },
    shows: { url: 'https://h.example.net', channel: '#ops' },
  },
  {
    name: 'pagerduty',
    channel: { kind: 'pagerduty', routingKey: 'hidden', routingKeyFile: null, url: ADDRESS },
    shows: { url: 'https://h.example.net', routingKey: '[not shown]' },
  },
  {
    name: 'alertmanager',
    channel: { kind: 'alertmanager', url: ADDRESS, labels: { team: 'hidden' } },
    shows: { url: 'https://h.example.net', labels: ['team'] },
  },
  {
    name: 'http',
    channel: {
      kind: 'http',
      url: ADDRESS,
      method: 'POST',
      headers: { 'X-Token': 'hidden' },
      body: 'hidden',
      contentType: 'text/plain',
    },
    shows: { url: 'https://h.example.net', headers: ['X-Token'], bodyChars: 6, contentType: 'text/plain' },
  },
  {
    name: 'exec',
    channel: { kind: 'exec', command: ['/bin/tell', 'hidden'], timeoutMs: 1 },
    shows: { command: ['/bin/tell', '[not shown]'] },
  },
];

function shown(alerts: Partial<AlertsConfig>): unknown {
  const all = shownAlerts({ ...NO_ALERTS, ...alerts });
  expect(JSON.stringify(all)).not.toContain('hidden');
  return all;
}

test.for(CHANNELS)('a receiver by $name is shown without secrets', ({ channel, shows }) => {
  expect(shown({ receivers: [{ name: 'ops', channels: [channel] }] })).toMatchObject({
    receivers: [{ name: 'ops', channels: [{ kind: channel.kind, ...shows }] }],
  });
});

test('handlers and the heartbeat, too', () => {
  const rest = {
    match: {},
    on: ['hard'],
    timeoutMs: 1,
    limit: { times: 1, withinMs: 1 },
    where: '',
  } as const;
  const alerts = shown({
    handlers: [
      { ...rest, name: 'a', command: ['/bin/cure', 'hidden'], url: null },
      { ...rest, name: 'b', command: null, url: ADDRESS },
    ],
    watcher: { receiver: 'ops', heartbeat: { url: ADDRESS, intervalMs: 1 }, downAfterMs: 1 },
  });
  expect(alerts).toMatchObject({
    handlers: [
      { name: 'a', command: ['/bin/cure', '[not shown]'], url: null },
      { name: 'b', command: null, url: 'https://h.example.net' },
    ],
    watcher: { receiver: 'ops', heartbeat: { url: 'https://h.example.net', intervalMs: 1 } },
  });
});
