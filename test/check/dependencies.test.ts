import { describe, expect, test } from 'vitest';
import { failingDependency } from '../../src/check/dependencies.ts';
import { reachability } from '../../src/check/reachability.ts';
import type { Dependency } from '../../src/contract/checks.ts';
import type { Master } from '../../src/check/dependencies.ts';
import type { ParentState } from '../../src/check/reachability.ts';
import type { Status } from '../../src/model/service-state.ts';

const NOTIFICATION = { purpose: 'notification', softStateDependencies: false } as const;
const EXECUTION = { ...NOTIFICATION, purpose: 'execution' } as const;
const OK: Status = { kind: 'ok', sinceMs: 0 };
const CRITICAL: Status = { kind: 'hard', problem: 'CRITICAL', attempt: 3, sinceMs: 0 };
const SOFT: Status = { kind: 'soft', problem: 'CRITICAL', attempt: 1, sinceMs: 0, triedMs: 0, evidenceMs: 0 };
const DOWN: Status = { kind: 'hard', problem: 'DOWN', attempt: 1, sinceMs: 0 };

const on = (service: string, changes: Partial<Dependency> = {}): Dependency => ({
  host: '',
  service,
  notificationFailureCriteria: ['c', 'u'],
  executionFailureCriteria: [],
  inheritsParent: false,
  ...changes,
});
const master = (status: Status, changes: Partial<Master> = {}): Master => ({
  status,
  isJudged: true,
  dependsOn: [],
  ...changes,
});

describe('a dependency', () => {
  test.for([
    { name: 'that is well', status: OK, dependency: on('m'), fails: false },
    { name: 'in a state of its criteria', status: CRITICAL, dependency: on('m'), fails: true },
    {
      name: 'in another state',
      status: CRITICAL,
      dependency: on('m', { notificationFailureCriteria: ['w'] }),
      fails: false,
    },
    { name: 'with a soft problem is as well as before', status: SOFT, dependency: on('m'), fails: false },
    {
      name: 'with a soft problem after a hard one is not',
      status: { ...SOFT, problem: 'WARNING' as const, hardBefore: 'CRITICAL' as const },
      dependency: on('m'),
      fails: true,
    },
    {
      name: 'on a host that is down',
      status: DOWN,
      dependency: on('host', { notificationFailureCriteria: ['d'] }),
      fails: true,
    },
    {
      name: 'that may have to be bad',
      status: OK,
      dependency: on('m', { notificationFailureCriteria: ['o'] }),
      fails: true,
    },
  ])('$name', ({ status, dependency, fails }) => {
    const found = failingDependency({ dependsOn: [{ dependency, master: master(status) }] }, NOTIFICATION);
    expect(found).toBe(fails ? dependency : null);
  });

  test('with soft_state_dependencies fails for a soft problem already', () => {
    const dependsOn = [{ dependency: on('m'), master: master(SOFT) }];
    expect(failingDependency({ dependsOn }, { ...NOTIFICATION, softStateDependencies: true })).not.toBeNull();
  });

  test('is asked for pages and for runs by criteria of their own', () => {
    const dependency = on('m', { executionFailureCriteria: ['c'], notificationFailureCriteria: [] });
    const dependsOn = [{ dependency, master: master(CRITICAL) }];
    expect(failingDependency({ dependsOn }, NOTIFICATION)).toBeNull();
    expect(failingDependency({ dependsOn }, EXECUTION)).toBe(dependency);
  });

  test('before the first result is pending', () => {
    const dependency = on('m', { notificationFailureCriteria: ['p'] });
    const pending = master(OK, { isJudged: false });
    expect(failingDependency({ dependsOn: [{ dependency, master: pending }] }, NOTIFICATION)).toBe(
      dependency,
    );
  });

  test('on what does not exist holds nobody back, and the others are asked all the same', () => {
    const second = on('b');
    const dependsOn = [
      { dependency: on('a'), master: undefined },
      { dependency: second, master: master(CRITICAL) },
    ];
    expect(failingDependency({ dependsOn }, NOTIFICATION)).toBe(second);
  });
});

describe('inherits_parent', () => {
  const grandparent = { dependency: on('g'), master: master(CRITICAL) };
  const parent = master(OK, { dependsOn: [grandparent] });
  test.for([
    { name: 'asks what the other depends on', inheritsParent: true, fails: true },
    { name: 'without it nobody does', inheritsParent: false, fails: false },
  ])('$name', ({ inheritsParent, fails }) => {
    const dependsOn = [{ dependency: on('m', { inheritsParent }), master: parent }];
    expect(failingDependency({ dependsOn }, NOTIFICATION) !== null).toBe(fails);
  });

  test('a circle comes to an end', () => {
    const circle = {
      dependency: on('me', { inheritsParent: true }),
      master: undefined as Master | undefined,
    };
    circle.master = master(OK, { dependsOn: [circle] });
    expect(failingDependency({ dependsOn: [circle] }, NOTIFICATION)).toBeNull();
  });
  test('services that all depend on each other are asked once each', () => {
    let asked = 0;
    const all: Master[] = Array.from({ length: 6 }, () => ({
      status: OK,
      isJudged: true,
      get dependsOn() {
        asked += 1;
        return all.map((one) => ({ dependency: on('m', { inheritsParent: true }), master: one }));
      },
    }));
    const [first = master(OK)] = all;
    expect(failingDependency(first, NOTIFICATION)).toBeNull();
    expect(asked).toBeLessThanOrEqual(all.length + 1);
  });
});

test.for<{ name: string; parents: readonly ParentState[]; is: string }>([
  { name: 'without parents it is the host', parents: [], is: 'DOWN' },
  { name: 'one parent that is up is a way', parents: ['not-up', 'up'], is: 'DOWN' },
  { name: 'no parent is up', parents: ['not-up', 'not-up'], is: 'UNREACHABLE' },
  { name: 'a parent that nobody knows says nothing', parents: ['unknown'], is: 'DOWN' },
  { name: 'nor does it beside one that is not up', parents: ['unknown', 'not-up'], is: 'UNREACHABLE' },
])('a host that does not answer: $name', ({ parents, is }) => {
  expect(reachability(parents)).toBe(is);
});
