import { expect, test } from 'vitest';
import { DiagnosisDesk } from '../../src/threads/diagnosis-desk.ts';
import { TestFleet } from '../live/fleet.ts';
import { group, instance, MINUTE_MS, NOW_MS, sender } from '../fleet/diagnosis/evidence.ts';
import type { DiagnosisParts } from '../../src/threads/diagnosis-desk.ts';
import type { RetiredHost } from '../../src/model/retired.ts';

/** A desk over a fleet of which web-7 registered and was not heard. */
function desk(given: Partial<DiagnosisParts> = {}) {
  const fleet = new TestFleet();
  const asked = { senders: 0, nowMs: NOW_MS };
  const logged: string[] = [];
  const parts: DiagnosisParts = {
    config: () => ({
      groups: [group('web', 0).config],
      auth: { mode: 'users' },
      boot: { servers: ['muster.example.net'], intervalMs: 10_000 },
      http: {
        listen: { address: '127.0.0.1', port: 8600 },
        publicUrl: 'https://muster.example.net',
        tls: null,
        allowFraming: [],
        trustedProxies: [],
      },
      selfMonitor: null,
    }),
    catalogue: fleet.catalogue,
    crew: {
      boundOf: () => [{ port: 40_123 }],
      senders: () => {
        asked.senders += 1;
        return Promise.resolve({ rows: [sender('10.9.9.9', { reasons: ['unsigned'] })], leftOut: 0 });
      },
    },
    retired: { host: () => undefined },
    roster: { instances: () => [instance()] },
    reconcilers: { list: () => [] },
    log: { error: (_detail, message) => void logged.push(message) },
    nowMs: () => asked.nowMs,
    ...given,
  };
  return { desk: new DiagnosisDesk(parts), fleet, asked, logged };
}

test('puts senders, hosts and instances together, with the port that the kernel gave', async () => {
  const { desk: one } = desk();
  const { findings } = await one.find({});
  expect(findings.map(({ kind }) => kind)).toEqual(['never-heard', 'wrong-key']);
  expect(findings[0]?.mend.lines.join()).toContain('--dport 40123');
});

test('looks once a second, whoever asks and for what; anew when the clock is set back', async () => {
  const { desk: one, asked, fleet } = desk();
  await Promise.all([one.find({}), one.find({ kind: 'wrong-key' }), one.find({})]);
  expect(asked.senders).toBe(1);
  fleet.host('web', 'web-7', NOW_MS);
  asked.nowMs += 999;
  expect((await one.find({})).findings.length).toBe(2);
  asked.nowMs += 1;
  expect((await one.find({})).findings.map(({ kind }) => kind)).toEqual(['wrong-key']);
  asked.nowMs -= MINUTE_MS;
  await one.find({});
  expect(asked.senders).toBe(3);
});

test('what cannot be asked is left out, and told once a minute', async () => {
  const broken = () => {
    throw new Error('disk I/O error');
  };
  const {
    desk: one,
    asked,
    logged,
  } = desk({
    crew: { boundOf: () => [], senders: () => Promise.reject(new Error('stopped')) },
    retired: { host: broken },
  });
  expect((await one.find({})).findings.map(({ kind }) => kind)).toEqual(['never-heard']);
  asked.nowMs += 1000;
  await one.find({});
  expect(logged.length).toBe(2);
});

test('a host that has left was heard', async () => {
  const { desk: one } = desk({
    retired: { host: () => ({ lastSeenMs: NOW_MS - MINUTE_MS }) as RetiredHost },
  });
  expect((await one.find({ kind: 'never-heard' })).findings).toEqual([]);
});
