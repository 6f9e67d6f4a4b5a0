import { describe, expect, test } from 'vitest';
import { hostNotes } from '../../web/src/fleet/host-notes.ts';
import type { HostView } from '../../src/contract/api.ts';
import type { InstanceView } from '../../src/contract/instances.ts';

const NOW_MS = 1_000_000;
const CONFLICT = '10.0.0.1 and 10.0.0.2 send under this name in turns, since 2026-11-21 16:00 UTC';

const host = (changes: Partial<HostView>): HostView => ({
  cluster: 'web',
  name: 'web-1',
  address: '10.0.0.1',
  state: 'UP',
  last_seen_ms: NOW_MS - 1000,
  silence_limit_ms: 80_000,
  clock_skew_ms: 0,
  agent: 'collectd',
  conflict: null,
  facts: {},
  metrics: 1,
  registered: false,
  instance: null,
  retired_reason: null,
  worst_state: 'OK',
  ...changes,
});

const instance = (changes: Partial<InstanceView>): InstanceView => ({
  instance_id: 'i-0a1',
  standing: 'here',
  since_ms: NOW_MS - 180_000,
  region: '',
  zone: '',
  tags: {},
  addresses: [],
  known_by: ['registration'],
  says: '',
  left_ms: null,
  ...changes,
});

describe('what stands over the graphs of a host', () => {
  test.for([
    { name: 'nothing while all is well', changes: {}, kinds: [] },
    { name: 'no clock known', changes: { clock_skew_ms: null }, kinds: [] },
    { name: 'a little off', changes: { clock_skew_ms: 4900 }, kinds: [] },
    { name: 'a slow clock', changes: { clock_skew_ms: -42_000 }, kinds: ['clock'] },
    { name: 'down', changes: { state: 'DOWN', clock_skew_ms: -42_000 }, kinds: ['down'] },
    {
      name: 'two machines',
      changes: { conflict: CONFLICT, clock_skew_ms: 60_000 },
      kinds: ['conflict', 'clock'],
    },
    {
      name: 'down and two machines',
      changes: { state: 'DOWN', conflict: CONFLICT },
      kinds: ['down', 'conflict'],
    },
    {
      name: 'registered, and never heard',
      changes: { state: 'PENDING', last_seen_ms: 0, registered: true, instance: instance({}) },
      kinds: ['awaited'],
    },
    {
      name: 'nothing where it was heard before and is not judged yet',
      changes: { state: 'PENDING', registered: true, instance: instance({}) },
      kinds: [],
    },
    {
      name: 'retired says all there is',
      changes: { state: 'RETIRED', retired_reason: 'expired', conflict: CONFLICT },
      kinds: ['retired'],
    },
  ])('$name', ({ changes, kinds }) => {
    expect(hostNotes(host(changes), NOW_MS).map(({ kind }) => kind)).toEqual(kinds);
  });

  test.for([
    { changes: { clock_skew_ms: -42_000 }, title: 'has a clock that is 42 s slow', words: '42 s too early' },
    { changes: { clock_skew_ms: 240_000 }, title: 'has a clock that is 4 min fast', words: '4 min too late' },
    {
      changes: { state: 'PENDING', last_seen_ms: 0, registered: true, instance: instance({}) },
      title: 'is registered, not heard yet · since 3 min',
      words: 'blocks UDP',
    },
    {
      changes: { retired_reason: 'deregistered: scale-in', instance: instance({ left_ms: NOW_MS }) },
      title: 'has left · deregistered: scale-in',
      words: 'stray datagrams do not bring it back',
    },
    {
      changes: {
        retired_reason: 'gone from list cloud',
        last_seen_ms: 0,
        instance: instance({ left_ms: NOW_MS }),
      },
      title: 'has left · gone from list cloud',
      words: 'It was never heard',
    },
    { changes: { conflict: CONFLICT }, title: 'is the name of more than one machine', words: 'in turns' },
    {
      changes: { retired_reason: 'expired', last_seen_ms: NOW_MS - 600_000 },
      title: 'is retired · silent for 10 min',
      words: 'host_dmax',
    },
    { changes: { retired_reason: 'scaled in' }, title: 'is retired', words: 'Scaled in.' },
  ])('$title', ({ changes, title, words }) => {
    const [note] = hostNotes(host(changes), NOW_MS);
    expect(note?.title.replaceAll('\u00a0', ' ')).toContain(title);
    expect(note?.words.replaceAll('\u00a0', ' ')).toContain(words);
  });
});
