import { describe, expect, test } from 'vitest';
import { decideDeparture, decideRegistration } from '../../src/fleet/enrol.ts';
import { Roster } from '../../src/fleet/roster.ts';
import { instance, NOW_MS, registration } from './instances.ts';
import type { Instance, Registration } from '../../src/fleet/instance.ts';

const LEFT = { kind: 'left', reason: 'deregistered', sinceMs: NOW_MS - 1000 } as const;

interface Around {
  readonly known?: readonly Instance[];
  /** Hosts, and how long ago each was heard. */
  readonly heard?: Readonly<Record<string, number>>;
  readonly hostName?: 'packet' | 'address';
  readonly max?: number;
  readonly maxChars?: number;
  readonly gapMs?: number;
  readonly isBinding?: boolean;
}

function around(given: Around) {
  const { heard = {}, hostName = 'packet', max = 100, maxChars = 1000, gapMs = 0, isBinding = false } = given;
  const heardMs = (_cluster: string, host: string) => {
    const agoMs = heard[host];
    return agoMs === undefined ? 0 : NOW_MS - agoMs;
  };
  return { nowMs: NOW_MS, heardMs, hostName, max, maxChars, gapMs: () => gapMs, isBinding };
}

function register(wish: Partial<Registration>, given: Around = {}) {
  return decideRegistration(new Roster(given.known ?? []), registration(wish), around(given));
}

describe('a registration', () => {
  test('of somebody new is here from now on', () => {
    const decision = register({ zone: 'eu-1a', tags: { role: 'web' }, from: '::ffff:10.0.0.1' });
    const expected = instance({
      sinceMs: NOW_MS,
      registeredMs: NOW_MS,
      zone: 'eu-1a',
      tags: [['role', 'web']],
    });
    expect(decision).toEqual({
      ok: true,
      instance: expected,
      isNew: true,
      replaced: null,
      change: { drops: [], puts: [expected], moves: [] },
    });
  });

  test('without an id has its name for one', () => {
    expect(register({ instanceId: undefined })).toMatchObject({ instance: { instanceId: 'web-1' } });
  });

  test('again is the same instance, and nothing moves', () => {
    const decision = register({}, { known: [instance({ lists: ['cloud'], tags: [['role', 'web']] })] });
    expect(decision).toMatchObject({
      isNew: false,
      replaced: null,
      instance: {
        sinceMs: NOW_MS - 3_600_000,
        registeredMs: NOW_MS,
        lists: ['cloud'],
        tags: [['role', 'web']],
      },
      change: { moves: [], drops: [] },
    });
  });

  test('after it left is on the lists that had it all the while', () => {
    const known = [instance({ standing: LEFT, lostBy: [], lists: ['cloud'] })];
    expect(register({}, { known })).toMatchObject({
      instance: { standing: { kind: 'here', says: 'on list cloud' }, lists: ['cloud'] },
    });
  });

  test('after it left is a new life of the same instance', () => {
    const decision = register({}, { known: [instance({ standing: LEFT })] });
    expect(decision).toMatchObject({
      isNew: true,
      instance: { standing: { kind: 'here', says: '' }, sinceMs: NOW_MS },
      change: { moves: [] },
    });
  });

  test('adopts a name that was heard and that nobody registered', () => {
    expect(register({}, { heard: { 'web-1': 1000 } })).toMatchObject({ change: { moves: [] } });
  });

  test.for([
    {
      name: 'here',
      standing: { kind: 'here', says: '' } as const,
      reason: 'replaced by i-2',
      sinceMs: NOW_MS,
    },
    { name: 'left', standing: LEFT, reason: 'deregistered', sinceMs: LEFT.sinceMs },
  ])(
    'takes over the name of one that is $name, whose history goes aside',
    ({ standing, reason, sinceMs }) => {
      const decision = register(
        { instanceId: 'i-2' },
        { known: [instance({ standing })], heard: { 'web-1': 1000 } },
      );
      expect(decision).toMatchObject({
        ok: true,
        replaced: 'i-1',
        change: {
          puts: [
            { instanceId: 'i-1', host: 'web-1~i-1', standing: { kind: 'left', reason, sinceMs } },
            { instanceId: 'i-2', host: 'web-1' },
          ],
          moves: [{ cluster: 'web', from: 'web-1', to: 'web-1~i-1' }],
        },
      });
    },
  );

  test('under another name takes its history along', () => {
    expect(register({ host: 'web-9' }, { known: [instance()] })).toMatchObject({
      isNew: false,
      instance: { host: 'web-9', sinceMs: NOW_MS - 3_600_000 },
      change: { moves: [{ cluster: 'web', from: 'web-1', to: 'web-9' }] },
    });
  });

  test('under a name that is heard already leaves what is there alone, and nobody misses the former', () => {
    const decision = register({ host: 'web-9' }, { known: [instance()], heard: { 'web-9': 1000 } });
    const moves = [{ cluster: 'web', from: 'web-1', to: 'web-1~i-1' }];
    expect(decision).toMatchObject({ instance: { host: 'web-9' }, change: { moves } });
  });

  test('under the name of another: that one goes aside first', () => {
    const other = instance({ instanceId: 'i-9', host: 'web-9' });
    const decision = register({ host: 'web-9' }, { known: [instance(), other], heard: { 'web-9': 1000 } });
    expect(decision).toMatchObject({
      replaced: 'i-9',
      change: {
        moves: [
          { from: 'web-9', to: 'web-9~i-9' },
          { from: 'web-1', to: 'web-9' },
        ],
      },
    });
  });

  test('of one that was replaced, and is back, changes places', () => {
    const back = instance({ host: 'web-1~i-1', standing: LEFT });
    const decision = register({}, { known: [back, instance({ instanceId: 'i-2' })] });
    expect(decision).toMatchObject({
      instance: { instanceId: 'i-1', host: 'web-1' },
      change: {
        puts: [{ instanceId: 'i-2', host: 'web-1~i-2' }, { instanceId: 'i-1' }],
        moves: [
          { from: 'web-1', to: 'web-1~i-2' },
          { from: 'web-1~i-1', to: 'web-1' },
        ],
      },
    });
  });

  test('without an id is the instance that a list calls by that name', () => {
    const known = [instance({ instanceId: 'i-7', registeredMs: 0, registeredFrom: '', lists: ['cloud'] })];
    const decision = register({ instanceId: undefined }, { known });
    expect(decision).toMatchObject({ isNew: true, instance: { instanceId: 'i-7', lists: ['cloud'] } });
  });

  test.for([
    {
      name: 'of a list that had its name only',
      given: { registeredMs: 0, registeredFrom: '', lists: ['chef'] },
    },
    { name: 'that registered without one before', given: {} },
  ])('with an id is the instance $name', ({ given }) => {
    const known = instance({ instanceId: 'web-1', ...given });
    const decision = register({}, { known: [known], heard: { 'web-1': 1000 } });
    expect(decision).toMatchObject({
      replaced: null,
      instance: { instanceId: 'i-1', listedId: 'web-1', lists: known.lists, sinceMs: known.sinceMs },
      change: { drops: [known], moves: [] },
    });
  });

  test('with an id is not whoever registered its name elsewhere', () => {
    const known = [instance({ instanceId: 'web-1', registeredFrom: '10.0.0.9' })];
    expect(register({}, { known })).toMatchObject({ replaced: 'web-1' });
  });

  test('by the id that a list has for it is itself', () => {
    const known = [instance({ instanceId: 'web-1', listedId: 'i-7' })];
    const decision = register({ instanceId: 'i-7' }, { known });
    expect(decision).toMatchObject({ isNew: false, instance: { instanceId: 'web-1', listedId: 'i-7' } });
  });

  test('keeps what a list says of addresses and tags, and what it says itself wins', () => {
    const known = [
      instance({ lists: ['cloud'], addresses: ['10.0.0.1', '10.0.0.2'], region: 'eu', tags: [['a', 'b']] }),
    ];
    const decision = register({ from: '10.0.0.9', region: '', tags: {} }, { known });
    expect(decision).toMatchObject({
      instance: { addresses: ['10.0.0.9', '10.0.0.1', '10.0.0.2'], region: 'eu', tags: [['a', 'b']] },
    });
  });

  test('where hosts are called by their addresses, is called so', () => {
    const decision = register({ host: '../x', from: '2001:db8::1' }, { hostName: 'address' });
    expect(decision).toMatchObject({ ok: true, instance: { host: '2001:db8::1' } });
  });
});

describe('is refused', () => {
  test.for([
    { name: 'a hostile name', wish: { host: '../../etc' }, refusal: 'bad_host_name' },
    {
      name: 'a name of colons, though it comes from there',
      wish: { host: '::1', from: '::1' },
      refusal: 'bad_host_name',
    },
    { name: 'a hostile id', wish: { instanceId: 'i/1' }, refusal: 'bad_instance_id' },
    { name: 'a hostile tag', wish: { tags: { a: '\u0000' } }, refusal: 'bad_tags' },
  ])('$name', ({ wish, refusal }) => {
    expect(register(wish)).toMatchObject({ ok: false, refusal });
  });

  test.for([
    {
      name: 'from elsewhere while it is heard',
      from: '10.0.0.2',
      agoMs: 60_000,
      standing: undefined,
      refused: true,
    },
    { name: 'not when it is silent', from: '10.0.0.2', agoMs: 60_001, standing: undefined, refused: false },
    { name: 'not from where it registered', from: '10.0.0.1', agoMs: 0, standing: undefined, refused: false },
    { name: 'not when it left', from: '10.0.0.2', agoMs: 0, standing: LEFT, refused: false },
  ])('an id in use: $name', ({ from, agoMs, standing, refused }) => {
    const known = [instance(standing ? { standing } : {})];
    const decision = register({ from }, { known, heard: { 'web-1': agoMs } });
    expect(decision.ok).toBe(!refused);
    if (!decision.ok) expect(decision.refusal).toBe('instance_in_use');
  });
});

describe('an id in use', () => {
  const MINUTE_MS = 60_000;
  test.for([
    {
      name: 'of a host that sends every five minutes',
      gapMs: 5 * MINUTE_MS,
      agoMs: 9 * MINUTE_MS,
      ok: false,
    },
    { name: 'whose next packets are overdue', gapMs: 5 * MINUTE_MS, agoMs: 10 * MINUTE_MS + 1, ok: true },
    {
      name: 'of one that sends once a day is not kept so long',
      gapMs: 1440 * MINUTE_MS,
      agoMs: 11 * MINUTE_MS,
      ok: true,
    },
  ])('$name', ({ gapMs, agoMs, ok }) => {
    const given = { known: [instance()], heard: { 'web-1': agoMs }, gapMs };
    expect(register({ from: '10.0.0.2' }, given)).toMatchObject({ ok });
  });

  test.for([
    { name: 'where senders are bound to their addresses', isBinding: true, from: '10.0.0.2', ok: false },
    { name: 'but not by itself', isBinding: true, from: '10.0.0.1', ok: true },
    { name: 'in whatever spelling', isBinding: true, from: '2001:db8::1', ok: true },
    { name: 'nor where nobody is bound', isBinding: false, from: '10.0.0.2', ok: true },
  ])('of one that a list has elsewhere: $name', ({ isBinding, from, ok }) => {
    const addresses = ['10.0.0.1', '2001:DB8:0::1'];
    const known = [instance({ registeredMs: 0, registeredFrom: '', addresses, lists: ['cloud'] })];
    const decision = register({ from }, { known, heard: { 'web-1': 0 }, isBinding });
    expect(decision).toMatchObject(ok ? { ok } : { ok, refusal: 'instance_in_use' });
  });
});

describe('where the roster is full', () => {
  const left = (id: string, sinceMs: number) =>
    instance({ instanceId: id, host: id, standing: { kind: 'left', reason: '', sinceMs } });

  test('the one that left first goes', () => {
    const known = [left('i-5', 50), left('i-4', 40), instance({ instanceId: 'i-6', host: 'i-6' })];
    const decision = register({}, { known, max: 3 });
    expect(decision).toMatchObject({ ok: true, change: { drops: [{ instanceId: 'i-4' }] } });
  });

  test('nobody who is here goes', () => {
    const decision = register({}, { known: [instance({ instanceId: 'i-6', host: 'web-6' })], max: 1 });
    expect(decision).toMatchObject({ ok: false, refusal: 'too_many_instances' });
  });

  describe('nearly, a group that has more than half of it takes no more', () => {
    const of = (cluster: string, count: number, given: Partial<Instance> = {}) =>
      Array.from({ length: count }, (_, i) =>
        instance({ cluster, instanceId: `${cluster}-${i}`, host: `h-${i}`, ...given }),
      );
    const gone = { standing: { kind: 'left', reason: '', sinceMs: 1 } } as const;

    test.for([
      { name: 'of the room', known: of('web', 9), cluster: 'web', ok: false },
      { name: 'but others do', known: of('web', 9), cluster: 'db', ok: true },
      {
        name: 'nor does it drive out another’s',
        known: [...of('web', 8), ...of('db', 1, gone)],
        cluster: 'web',
        ok: false,
      },
      {
        name: 'and one that has less does',
        known: [...of('web', 5), ...of('db', 4)],
        cluster: 'web',
        ok: true,
      },
    ])('$name', ({ known, cluster, ok }) => {
      const wish = { cluster, instanceId: 'i-9', host: 'h-9' };
      expect(register(wish, { known, max: 10 })).toMatchObject({ ok });
    });

    test.for([
      { name: 'of the tags', cluster: 'web', ok: false },
      { name: 'of them, but others do', cluster: 'db', ok: true },
    ])('$name', ({ cluster, ok }) => {
      const known = of('web', 1, { tags: [['a', 'x'.repeat(89)]] });
      const wish = { cluster, instanceId: 'i-9', host: 'h-9', tags: { b: 'x' } };
      expect(register(wish, { known, maxChars: 100 })).toMatchObject({ ok });
    });
  });

  test.for([
    { name: 'there is room for its tags', value: 'x'.repeat(80), ok: true },
    { name: 'there is none', value: 'x'.repeat(81), ok: false },
  ])('of tags: $name', ({ value, ok }) => {
    const known = [
      instance({ instanceId: 'i-6', host: 'web-6', tags: [['a', '123456789']], zone: 'abcdefghi' }),
    ];
    const decision = register({ tags: { b: value } }, { known, maxChars: 100 });
    expect(decision).toMatchObject(ok ? { ok } : { ok, refusal: 'too_many_instances' });
  });

  test('an instance gives back what its tags occupied', () => {
    const known = [instance({ tags: [['a', 'x'.repeat(49)]] })];
    expect(register({ tags: { b: 'y'.repeat(99) } }, { known, maxChars: 100 })).toMatchObject({ ok: true });
  });

  test('whoever is known already is taken', () => {
    expect(register({}, { known: [instance()], max: 1 })).toMatchObject({ ok: true, isNew: false });
  });
});

function depart(
  wish: { readonly host?: string; readonly instanceId?: string; readonly reason?: string },
  given: Around = {},
) {
  const said = { cluster: 'web', host: wish.host, instanceId: wish.instanceId, reason: wish.reason ?? '' };
  return decideDeparture(new Roster(given.known ?? []), { ...said, from: '10.0.0.1' }, around(given));
}

describe('a departure', () => {
  test.for([
    { name: 'by its id', wish: { instanceId: 'i-1' }, reason: 'deregistered' },
    { name: 'by its name', wish: { host: 'web-1' }, reason: 'deregistered' },
    {
      name: 'with a reason in its own words',
      wish: { instanceId: 'i-1', reason: ' scale-in\n\u001b[2J ' },
      reason: 'deregistered: scale-in \ufffd[2J',
    },
  ])('$name', ({ wish, reason }) => {
    expect(depart(wish, { known: [instance()] })).toMatchObject({
      ok: true,
      isNew: true,
      instance: { standing: { kind: 'left', reason, sinceMs: NOW_MS } },
    });
  });

  test('by the id of one and the name of another takes neither', () => {
    const known = [instance(), instance({ instanceId: 'i-2', host: 'web-2' })];
    expect(depart({ instanceId: 'i-1', host: 'web-2' }, { known })).toEqual({
      ok: false,
      refusal: 'two_instances',
      message: 'i-1 is web-1, and web-2 is another instance: i-2',
    });
    expect(depart({ instanceId: 'i-1', host: 'web-1' }, { known }).ok).toBe(true);
    expect(depart({ instanceId: 'i-1', host: 'ip-10-0-0-1' }, { known }).ok).toBe(true);
  });

  test('again changes nothing', () => {
    const known = [instance({ standing: LEFT })];
    const decision = depart({ instanceId: 'i-1', reason: 'other' }, { known });
    expect(decision).toMatchObject({ ok: true, isNew: false, instance: known[0], change: { puts: [] } });
  });

  test.for([
    { name: 'nobody knows it', wish: { instanceId: 'i-2' }, heard: {}, ok: false },
    {
      name: 'it is heard by its name',
      wish: { instanceId: 'i-2', host: 'web-2' },
      heard: { 'web-2': 1000 },
      ok: true,
    },
    {
      name: 'its name is another instance',
      wish: { instanceId: 'i-2', host: 'web-1' },
      heard: { 'web-1': 1 },
      ok: false,
    },
    { name: 'its name was never heard', wish: { host: 'web-2' }, heard: {}, ok: false },
    { name: 'a hostile name', wish: { host: '../x' }, heard: { '../x': 1 }, ok: false },
  ])('of a stranger: $name', ({ wish, heard, ok }) => {
    const decision = depart(wish, { known: [instance()], heard });
    expect(decision.ok).toBe(ok);
    if (decision.ok) expect(decision.instance).toMatchObject({ host: 'web-2', standing: { kind: 'left' } });
    else expect(decision.refusal).toBe('instance_unknown');
  });
});
