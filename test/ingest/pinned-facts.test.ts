import { describe, expect, test } from 'vitest';
import { FACTS_PER_HOST_MAX } from '../../src/limits.ts';
import { harness, START_MS } from './harness.ts';
import { forgotten, LEFT, registered } from './instances.ts';
import { gmetric, metadata } from './messages.ts';
import type { Membership } from '../../src/model/instance.ts';

type Facts = Membership['facts'];

function scene() {
  const h = harness();
  const facts = () => Object.fromEntries(h.catalogue.host('web', 'web-01')?.facts ?? []);
  const registers = (list: Facts, over: Partial<Membership> = {}) => {
    h.engine.members.take([registered({ facts: list, ...over })]);
    h.absorb();
  };
  /** A word of gmond's, which is a fact. */
  const says = (name: string, value: string) => {
    h.send(metadata(name, { type: 'string' }));
    h.send(gmetric(name, value));
    h.engine.tellChanges();
    h.absorb();
  };
  return { ...h, facts, registers, says };
}

const TAGS: Facts = [
  ['instance_id', 'i-1'],
  ['role', 'db'],
];
const PINNED = Object.fromEntries(TAGS);

describe('a host has the facts that it registered with', () => {
  test('when it is heard after that', () => {
    const { registers, send, facts } = scene();
    registers(TAGS);
    send(gmetric('load', '1'));
    expect(facts()).toEqual(PINNED);
  });

  test('when it was heard before that', () => {
    const { registers, send, facts } = scene();
    send(gmetric('load', '1'));
    registers(TAGS);
    expect(facts()).toEqual(PINNED);
  });

  test('when it comes back after a restart, with others than it had', () => {
    const { registers, engine, absorb, facts } = scene();
    registers(TAGS);
    engine.restore([
      {
        cluster: 'web',
        name: 'web-01',
        address: '10.0.0.1',
        agent: 'gmond',
        lastSeenMs: START_MS,
        intervalMs: 0,
        gapMs: 0,
        facts: [
          ['role', 'web'],
          ['os', 'Linux'],
        ],
        records: [],
      },
    ]);
    absorb();
    expect(facts()).toEqual({ ...PINNED, os: 'Linux' });
  });

  test('when it has left, as long as it is known; no longer when nothing is known of its registration', () => {
    const { registers, send, facts, engine, absorb } = scene();
    registers(TAGS);
    send(gmetric('load', '1'));
    registers(TAGS, { standing: LEFT });
    expect(facts()).toEqual(PINNED);
    engine.members.take([forgotten()]);
    absorb();
    expect(facts()).toEqual({});
  });

  test('and of these no others, from one registration to the next', () => {
    const { registers, send, facts } = scene();
    send(gmetric('load', '1'));
    registers(TAGS);
    registers([
      ['role', 'web'],
      ['zone', 'b'],
    ]);
    expect(facts()).toEqual({ role: 'web', zone: 'b' });
  });

  test('what did not change is not told again', () => {
    const { registers, send, engine } = scene();
    send(gmetric('load', '1'));
    registers(TAGS);
    engine.members.take([registered({ facts: TAGS })]);
    expect(engine.takeAnnouncements(Infinity)).toEqual([]);
  });
});

describe('no packet', () => {
  test('changes or adds to what is pinned', () => {
    const { registers, says, facts } = scene();
    registers(TAGS);
    says('role', 'hacked');
    says('os', 'Linux');
    expect(facts()).toEqual({ ...PINNED, os: 'Linux' });
  });

  test('keeps a registration from what a packet had said first, or says just now', () => {
    const { registers, says, facts, send, engine, absorb } = scene();
    says('role', 'hacked');
    send(gmetric('role', 'again'));
    registers(TAGS);
    engine.tellChanges();
    absorb();
    expect(facts()).toEqual(PINNED);
  });

  test('which readers have not been told of leaves them with the old word', () => {
    const { registers, says, facts, send } = scene();
    says('role', 'web');
    send(gmetric('role', 'db'));
    registers(TAGS);
    expect(facts()).toEqual(PINNED);
  });

  test('crowds it out; a sender that has as many facts as it may gets none in its place', () => {
    const h = harness({ rules: { maxSeriesPerHost: 1000 } });
    for (let n = 0; n < FACTS_PER_HOST_MAX + 5; n += 1) {
      h.send(metadata(`word-${n}`, { type: 'string' }));
      h.send(gmetric(`word-${n}`, 'x'));
    }
    h.engine.members.take([registered({ facts: TAGS })]);
    h.absorb();
    const facts = h.catalogue.host('web', 'web-01')?.facts;
    expect([facts?.size, facts?.get('role')]).toEqual([FACTS_PER_HOST_MAX + TAGS.length, 'db']);
    expect(h.engine.books.packetsRejected.get('web', 'ganglia', 'limit-facts')).toBe(5);
    h.send(metadata('one-more', { type: 'string' }));
    h.send(gmetric('one-more', 'x'));
    expect(h.engine.books.packetsRejected.get('web', 'ganglia', 'limit-facts')).toBe(6);
  });
});
