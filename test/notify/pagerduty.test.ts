import { describe, expect, test } from 'vitest';
import { crowd, LINKS, page, pagedService } from './page.ts';
import { pagerdutyEvent } from '../../src/notify/pagerduty.ts';
import type { Page } from '../../src/model/service-state.ts';

test('a problem', () => {
  expect(
    pagerdutyEvent(page({ incident: 'i-1', route: 'web', sinceMs: 0, createdMs: 60_000 }), LINKS),
  ).toEqual({
    event_action: 'trigger',
    dedup_key: 'i-1',
    client: 'Muster',
    client_url: 'http://muster.example:8600/service?cluster=c&host=h&service=load',
    links: [
      { href: 'http://muster.example:8600/ack/key-1', text: 'Acknowledge in Muster' },
      { href: 'https://example.net/load', text: 'Runbook' },
    ],
    payload: {
      summary: '[CRITICAL] h: load',
      source: 'h',
      severity: 'critical',
      timestamp: '1970-01-01T00:01:00.000Z',
      component: 'load',
      group: 'c',
      class: 'web',
      custom_details: {
        output: 'load_one is 9.61 · critical above 8',
        since: expect.stringContaining('(60 s)'),
        notes: 'look',
        count: 1,
        open: 1,
        services: ['h: load is CRITICAL: load_one is 9.61 · critical above 8'],
      },
    },
  });
});

describe('what is done', () => {
  test.for<{ name: string; about: Partial<Page>; action: string | null; severity?: string }>([
    { name: 'a warning', about: { state: 'WARNING' }, action: 'trigger', severity: 'warning' },
    { name: 'unknown', about: { state: 'UNKNOWN' }, action: 'trigger', severity: 'error' },
    { name: 'a reminder', about: { kind: 'reminder' }, action: 'trigger', severity: 'critical' },
    { name: 'a recovery', about: { kind: 'recovery', state: 'OK', open: 0 }, action: 'resolve' },
    {
      name: 'a recovery while others are open',
      about: {
        kind: 'recovery',
        state: 'OK',
        open: 2,
        services: [pagedService({ news: 'open', state: 'WARNING' })],
      },
      action: 'trigger',
      severity: 'warning',
    },
    { name: 'closed', about: { kind: 'closed', open: 0 }, action: 'resolve' },
    {
      name: 'closed while others are open',
      about: { kind: 'closed', open: 1 },
      action: 'trigger',
      severity: 'error',
    },
    { name: 'acknowledged', about: { kind: 'acknowledgement' }, action: 'acknowledge' },
    { name: 'a test', about: { kind: 'test', state: '' }, action: 'trigger', severity: 'info' },
    { name: 'flapping', about: { kind: 'flapping-start' }, action: null },
    { name: 'a downtime', about: { kind: 'downtime-end' }, action: null },
  ])('$name: $action', ({ about, action, severity }) => {
    const event = pagerdutyEvent(page(about), LINKS);
    expect(event?.['event_action'] ?? null).toBe(action);
    expect((event?.['payload'] as { severity?: string } | undefined)?.severity).toBe(severity);
  });
});

describe('what belongs together', () => {
  test.for<{ name: string; about: Partial<Page>; key: string | RegExp }>([
    { name: 'an incident', about: { incident: 'i-1' }, key: 'i-1' },
    { name: 'a service without one', about: {}, key: 'c/h/load' },
    { name: 'a long incident', about: { incident: 'x'.repeat(300) }, key: /^[0-9a-f]{64}$/u },
    { name: 'a storm of several', about: { count: 40, host: '' }, key: 'key-1' },
    { name: 'a test stands alone', about: { kind: 'test', incident: 'i-1' }, key: 'key-1' },
  ])('$name', ({ about, key }) => {
    expect(String(pagerdutyEvent(page(about), LINKS)?.['dedup_key'])).toMatch(key);
  });
});

test('a thousand services with long names stay within the bounds', () => {
  const long = 'é'.repeat(10_000);
  const services = Array.from({ length: 100 }, () => pagedService({ host: long, output: long }));
  const event = pagerdutyEvent(crowd(1000, { title: long, output: long, notes: long, services }), LINKS);
  // 512 kB are the most an event may have.
  expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(200_000);
});
